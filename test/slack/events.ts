/**
 * What Slack sends when people do something: commands as forms, interactions as one JSON field of a form, events
 * as JSON. Fields and nesting are those of Slack's documented examples (docs.slack.dev, interaction payloads and
 * Events API, read 2026-11-22), the deprecated `token` among them; people, channels and texts are invented.
 */
import type { KnownBlock, View } from '@slack/types';

/** One thing that Slack sends, by the name it has in Socket Mode's envelope. */
export interface Sent {
  readonly type: 'slash_commands' | 'interactive' | 'events_api';
  readonly payload: Readonly<Record<string, unknown>>;
}

/** Who did something, where, and what Slack hands out for it. */
export interface Deed {
  readonly user: string;
  readonly channel: string;
  /** Lives three seconds, opens one modal. */
  readonly triggerId: string;
  /** Lives thirty minutes, takes five posts. */
  readonly responseUrl: string;
}

/** A file as `files.info`, messages and `file_input` describe it. */
export interface SlackFile {
  readonly id: string;
  readonly name: string;
  readonly mimetype: string;
  readonly filetype: string;
  /** `snippet`: text that was pasted; `hosted`: a file that was uploaded. */
  readonly mode: 'snippet' | 'hosted' | 'tombstone';
  readonly size: number;
  readonly user: string;
  readonly url_private: string;
  readonly url_private_download: string;
}

export const TEAM = 'T0LABTEAM';
export const APP = 'A0MAILTLS';
export const BOT_USER = 'U0MAILTLS';
export const BOT = 'B0MAILTLS';

const verification = { token: 'deprecated-verification-token', api_app_id: APP };
const team = { id: TEAM, domain: 'lab' };
const person = (user: string) => ({ id: user, username: 'ann', name: 'ann', team_id: TEAM });

/** @param text what follows the command, as it was typed */
export const slashCommand = (deed: Deed, text: string): Sent => ({
  type: 'slash_commands',
  payload: {
    token: verification.token,
    team_id: TEAM,
    team_domain: team.domain,
    channel_id: deed.channel,
    channel_name: deed.channel.startsWith('D') ? 'directmessage' : 'general',
    user_id: deed.user,
    user_name: 'ann',
    command: '/mailtls',
    text,
    api_app_id: APP,
    is_enterprise_install: 'false',
    response_url: deed.responseUrl,
    trigger_id: deed.triggerId,
  },
});

/** What Slack asks of a command's address now and then, to see that its certificate is valid; not signed. */
export const sslCheck = (): Sent => ({
  type: 'slash_commands',
  payload: { token: verification.token, ssl_check: '1' },
});

const interaction = (type: string, deed: Deed) => ({
  type,
  ...verification,
  team,
  enterprise: null,
  is_enterprise_install: false,
  user: person(deed.user),
  trigger_id: deed.triggerId,
});

/** What was pressed or entered: the element's own fields beside these. */
export interface Pressed {
  readonly action_id: string;
  readonly block_id?: string;
  readonly type?: string;
  readonly value?: string;
  readonly selected_option?: object;
}

const actions = (pressed: Pressed) => [
  { type: 'button', block_id: 'b1', action_ts: '1763790005.000100', ...pressed },
];

/** A button in a message. Of one that only its reader sees, Slack gives no content back. */
export const pressedInMessage = (
  deed: Deed,
  pressed: Pressed,
  message: {
    readonly ts: string;
    readonly ephemeral: boolean;
    readonly threadTs?: string;
    readonly blocks?: readonly KnownBlock[];
  },
): Sent => ({
  type: 'interactive',
  payload: {
    ...interaction('block_actions', deed),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: deed.channel,
      is_ephemeral: message.ephemeral,
      ...(message.threadTs === undefined ? {} : { thread_ts: message.threadTs }),
    },
    channel: { id: deed.channel, name: 'general' },
    ...(message.ephemeral
      ? {}
      : {
          message: {
            type: 'message',
            user: BOT_USER,
            bot_id: BOT,
            ts: message.ts,
            blocks: message.blocks ?? [],
          },
        }),
    state: { values: {} },
    response_url: deed.responseUrl,
    actions: actions(pressed),
  },
});

/** A button, or Enter in an input that tells of it, in a modal or on the Home tab. There is no `response_url`. */
export const pressedInView = (deed: Deed, pressed: Pressed, view: View, values: Values = {}): Sent => ({
  type: 'interactive',
  payload: {
    ...interaction('block_actions', deed),
    container: { type: 'view', view_id: 'V0LABVIEW' },
    view: asSent(view, values),
    actions: actions(pressed),
  },
});

/** `view.state.values`: what each element holds, by `block_id` and `action_id`. */
export type Values = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** What a text box and a file input put there; empty ones put null and no files. */
export const typed = (value: string | null): object => ({ type: 'plain_text_input', value });
export const uploaded = (...files: readonly SlackFile[]): object => ({ type: 'file_input', files });

const asSent = (view: View, values: Values) => ({
  id: 'V0LABVIEW',
  team_id: TEAM,
  private_metadata: '',
  callback_id: '',
  ...view,
  state: { values },
  hash: '1763790005.lab',
  previous_view_id: null,
  root_view_id: 'V0LABVIEW',
  app_id: APP,
  app_installed_team_id: TEAM,
  external_id: '',
  bot_id: BOT,
});

export const viewSubmission = (deed: Deed, view: View, values: Values): Sent => ({
  type: 'interactive',
  payload: { ...interaction('view_submission', deed), view: asSent(view, values), response_urls: [] },
});

/** A message as it lies in a channel. */
export interface SlackMessageSeen {
  readonly text: string;
  readonly user?: string;
  readonly ts?: string;
  readonly thread_ts?: string;
  readonly files?: readonly SlackFile[];
}

/** A shortcut chosen from a message's own menu. */
export const messageShortcut = (deed: Deed, callbackId: string, message: SlackMessageSeen): Sent => ({
  type: 'interactive',
  payload: {
    ...interaction('message_action', deed),
    callback_id: callbackId,
    action_ts: '1763790005.000200',
    message_ts: message.ts ?? '1763790000.000100',
    channel: { id: deed.channel, name: 'general' },
    message: { type: 'message', user: 'U0SOMEONE', ts: '1763790000.000100', ...message },
    response_url: deed.responseUrl,
  },
});

let events = 0;

/** @param eventId the same on each of Slack's retries */
export function event(content: Readonly<Record<string, unknown>>, eventId = `Ev0LAB${(events += 1)}`): Sent {
  return {
    type: 'events_api',
    payload: {
      ...verification,
      team_id: TEAM,
      context_team_id: TEAM,
      context_enterprise_id: null,
      event: { event_ts: '1763790005.000300', ...content },
      type: 'event_callback',
      event_id: eventId,
      event_time: 1_763_790_005,
      authorizations: [
        { enterprise_id: null, team_id: TEAM, user_id: BOT_USER, is_bot: true, is_enterprise_install: false },
      ],
      is_ext_shared_channel: false,
      event_context: '4-lab',
    },
  };
}

type Author = Pick<Deed, 'user' | 'channel'>;

/** A direct message to the bot, with or without files. */
export const directMessage = ({ user, channel }: Author, message: SlackMessageSeen, eventId?: string): Sent =>
  event(
    {
      type: 'message',
      ...(message.files === undefined ? {} : { subtype: 'file_share', upload: false }),
      user,
      team: TEAM,
      channel,
      channel_type: 'im',
      ts: '1763790005.000300',
      ...message,
    },
    eventId,
  );

/** What Slack sends for a message that the bot itself wrote. */
export const ownDirectMessage = ({ channel }: Author, text: string): Sent =>
  event({
    type: 'message',
    bot_id: BOT,
    app_id: APP,
    user: BOT_USER,
    channel,
    channel_type: 'im',
    ts: '1763790006.000300',
    text,
  });

/** @param message its text begins with the mention, as Slack writes it */
export const appMention = ({ user, channel }: Author, message: SlackMessageSeen, eventId?: string): Sent =>
  event({ type: 'app_mention', user, team: TEAM, channel, ts: '1763790005.000400', ...message }, eventId);

export const appHomeOpened = ({ user, channel }: Author, tab: 'home' | 'messages' = 'home'): Sent =>
  event({ type: 'app_home_opened', user, channel, tab });

export const appUninstalled = (): Sent => event({ type: 'app_uninstalled' });

export const tokensRevoked = (): Sent =>
  event({ type: 'tokens_revoked', tokens: { oauth: [], bot: [BOT_USER] } });

/** A step of a workflow that names the app's function. */
export const functionExecuted = (
  callbackId: string,
  inputs: Readonly<Record<string, string>>,
  botAccessToken: string,
  executionId = 'Fx0LABEXEC',
): Sent =>
  event({
    type: 'function_executed',
    function: {
      id: 'Fn0LABFUNC',
      callback_id: callbackId,
      title: 'Check a domain',
      description: '',
      type: 'app',
      input_parameters: [],
      output_parameters: [],
      app_id: APP,
      date_created: 1_763_000_000,
      date_updated: 1_763_000_000,
      date_deleted: 0,
    },
    inputs,
    function_execution_id: executionId,
    workflow_execution_id: 'Wx0LABEXEC',
    bot_access_token: botAccessToken,
  });

/** Sent once, when an address for events is entered in the app's configuration. */
export const urlVerification = (challenge: string): Sent => ({
  type: 'events_api',
  payload: { token: verification.token, challenge, type: 'url_verification' },
});
