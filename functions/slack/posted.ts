/** A message as it is posted: who sees it, and that Slack opens none of what looks like a link in it. */
import type { SlackMessage } from '../presenters/slack-message.ts';

export type Posted = SlackMessage & Readonly<Record<string, unknown>>;

/** In a channel or a direct message, for all who are there. */
export const asPublic = (message: SlackMessage): Posted => ({
  ...message,
  unfurl_links: false,
  unfurl_media: false,
});

/** For the person alone. */
export const asEphemeral = (message: SlackMessage): Posted => ({
  ...asPublic(message),
  response_type: 'ephemeral',
  replace_original: false,
});

/**
 * At a `response_url`, for all who are in its conversation, whether the bot is in it or not. Source: "Handling user
 * interaction", message responses (docs.slack.dev, read 2026-11-22).
 */
export const asSaidOpenly = (message: SlackMessage): Posted => ({
  ...asPublic(message),
  response_type: 'in_channel',
  replace_original: false,
});

/** In the place of the message whose button was pressed, for those who saw that. */
export const asReplacement = (message: SlackMessage): Posted => ({
  ...asPublic(message),
  replace_original: true,
});
