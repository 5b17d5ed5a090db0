/** What Slack sends when people do something, as far as it is used here. Source: docs.slack.dev, payload reference. */
import type { Readers } from '../presenters/slack-message.ts';
import type { Viewer } from '../store/recent-domains.ts';
import { listAt, textAt, textOrNullAt, valueAt } from './payload.ts';

/** A thing done by somebody, with what opens one modal within three seconds. */
interface Deed {
  readonly viewer: Viewer;
  readonly triggerId: string;
}

export interface CommandRequest extends Deed {
  readonly text: string;
  readonly responseUrl: string;
}

export interface ActionRequest extends Deed {
  readonly actionId: string;
  /** A button's: the domain as A-label. An input's: what was typed. */
  readonly value: string;
  /** Null: pressed on the Home tab or in a modal, where nothing can be answered beside it. */
  readonly responseUrl: string | null;
  readonly channelId: string | null;
  /** Of the message that the button is in. */
  readonly readers: Readers;
  /** Of the message or view the button is in. */
  readonly place: string;
  readonly threadTs: string | null;
  /** The view's id and what its inputs hold; null: it is no view. */
  readonly view: { readonly id: string; readonly type: string; readonly values: unknown } | null;
}

export interface ShortcutRequest extends Deed {
  readonly callbackId: string;
  readonly text: string;
  readonly fileIds: readonly string[];
  readonly responseUrl: string;
}

export interface SubmissionRequest extends Deed {
  readonly callbackId: string;
  readonly viewId: string;
  readonly values: unknown;
}

/** A direct message, or one that mentions the bot. */
export interface MessageRequest {
  readonly viewer: Viewer;
  readonly eventId: string;
  readonly channelId: string;
  readonly text: string;
  readonly fileIds: readonly string[];
  /** Null: not in a thread. */
  readonly threadTs: string | null;
  readonly ts: string;
  /** Written by an app, by Slack itself, or a change of a message: not said to us by a person. */
  readonly isOthers: boolean;
}

export function commandRequest(body: unknown): CommandRequest {
  return {
    viewer: { teamId: textAt(body, 'team_id'), userId: textAt(body, 'user_id') },
    triggerId: textAt(body, 'trigger_id'),
    text: textAt(body, 'text'),
    responseUrl: textAt(body, 'response_url'),
  };
}

const deedOf = (body: unknown): Deed => ({
  viewer: {
    teamId: textAt(body, 'team', 'id') || textAt(body, 'user', 'team_id'),
    userId: textAt(body, 'user', 'id'),
  },
  triggerId: textAt(body, 'trigger_id'),
});

export function actionRequest(body: unknown): ActionRequest {
  const [action] = listAt(body, 'actions');
  const viewId = textOrNullAt(body, 'view', 'id');
  return {
    ...deedOf(body),
    actionId: textAt(action, 'action_id'),
    value: textAt(action, 'value'),
    responseUrl: textOrNullAt(body, 'response_url'),
    channelId: textOrNullAt(body, 'channel', 'id') ?? textOrNullAt(body, 'container', 'channel_id'),
    readers: valueAt(body, 'container', 'is_ephemeral') === true ? 'asker' : 'conversation',
    place: textOrNullAt(body, 'container', 'message_ts') ?? textAt(body, 'container', 'view_id'),
    threadTs: textOrNullAt(body, 'container', 'thread_ts') ?? textOrNullAt(body, 'message', 'thread_ts'),
    view:
      viewId === null
        ? null
        : {
            id: viewId,
            type: textAt(body, 'view', 'type'),
            values: valueAt(body, 'view', 'state', 'values'),
          },
  };
}

const fileIdsOf = (holder: unknown): readonly string[] =>
  listAt(holder, 'files')
    .map((file) => textAt(file, 'id'))
    .filter((id) => id !== '');

export function shortcutRequest(body: unknown): ShortcutRequest {
  const message = valueAt(body, 'message');
  return {
    ...deedOf(body),
    callbackId: textAt(body, 'callback_id'),
    text: textAt(message, 'text'),
    fileIds: fileIdsOf(message),
    responseUrl: textAt(body, 'response_url'),
  };
}

export function submissionRequest(body: unknown): SubmissionRequest {
  return {
    ...deedOf(body),
    callbackId: textAt(body, 'view', 'callback_id'),
    viewId: textAt(body, 'view', 'id'),
    values: valueAt(body, 'view', 'state', 'values'),
  };
}

/** Of a text input in a modal or on the Home tab. */
export const typedIn = (values: unknown, blockId: string, actionId: string): string =>
  textAt(values, blockId, actionId, 'value');

export const filesIn = (values: unknown, blockId: string, actionId: string): readonly string[] =>
  fileIdsOf(valueAt(values, blockId, actionId));

/** Subtypes of what people say: with a file, from a thread to its channel too, by `/me`. Others are of Slack or of apps. */
const SAID_BY_PEOPLE: ReadonlySet<string> = new Set(['', 'file_share', 'thread_broadcast', 'me_message']);

export function messageRequest(body: unknown): MessageRequest {
  const event = valueAt(body, 'event');
  return {
    viewer: { teamId: textAt(body, 'team_id'), userId: textAt(event, 'user') },
    eventId: textAt(body, 'event_id'),
    channelId: textAt(event, 'channel'),
    text: textAt(event, 'text'),
    fileIds: fileIdsOf(event),
    threadTs: textOrNullAt(event, 'thread_ts'),
    ts: textAt(event, 'ts'),
    isOthers: textAt(event, 'bot_id') !== '' || !SAID_BY_PEOPLE.has(textAt(event, 'subtype')),
  };
}
