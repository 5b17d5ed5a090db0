/**
 * Says something in a conversation: to all who are there, or to whoever asked alone. Where the bot may not post, whoever
 * asked is told in their own conversation with it; that is where a message to a person's id goes.
 */
import type { Readers, SlackMessage } from '../presenters/slack-message.ts';
import type { SlackDoor } from './door.ts';
import { asPublic } from './posted.ts';
import type { CallBounds, Called } from './slack-calls.ts';

export interface Place {
  readonly channelId: string;
  readonly threadTs: string | null;
  /** Others than the person who asked can read there. */
  readonly inPublic: boolean;
  /** Who asked there. */
  readonly userId: string;
}

/** States whether the bot may not post there, whoever asks it to. */
export const isShut = (said: Called): boolean =>
  !said.ok && (said.because === 'not-in-channel' || said.because === 'no-such-channel');

export async function sayIn(
  { channelId, threadTs, inPublic, userId }: Place,
  to: Readers,
  message: SlackMessage,
  bounds: Partial<CallBounds>,
  { calls }: Pick<SlackDoor, 'calls'>,
): Promise<Called> {
  const posted = asPublic(message);
  const there = { channel: channelId, thread_ts: threadTs, ...posted };
  const said =
    to === 'asker' && inPublic
      ? await calls.call('chat.postEphemeral', { ...there, user: userId }, bounds)
      : await calls.call('chat.postMessage', there, bounds);
  return isShut(said) && inPublic
    ? calls.call('chat.postMessage', { channel: userId, ...posted }, bounds)
    : said;
}
