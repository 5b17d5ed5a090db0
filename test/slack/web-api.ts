/**
 * Slack's Web API as far as an app like this one calls it: a form or JSON with a token in, `ok` and more out, 200
 * even for errors. Each method checks what Slack checks of its arguments and keeps no state but what is needed.
 */
import { faultsOfHome, faultsOfMessage, faultsOfModal } from './limits.ts';
import type { Expected, PayloadFault } from './limits.ts';
import { isObject } from './schema.ts';
import { APP, BOT, BOT_USER, TEAM } from './events.ts';
import type { SlackFile } from './events.ts';
import type { HandedOut } from './handed-out.ts';

export type Arguments = Readonly<Record<string, unknown>>;

export interface MethodAnswer {
  readonly answer: Readonly<Record<string, unknown>>;
  readonly faults: readonly PayloadFault[];
}

export interface Workspace {
  readonly handedOut: HandedOut;
  readonly files: ReadonlyMap<string, SlackFile>;
  readonly expected: Expected;
  /** Where Socket Mode is to connect to. */
  readonly socketUrl: () => string;
  readonly nextTs: () => string;
}

type Method = (args: Arguments, workspace: Workspace) => MethodAnswer;

const ok = (answer: Readonly<Record<string, unknown>> = {}): MethodAnswer => ({
  answer: { ok: true, ...answer },
  faults: [],
});

export const failed = (error: string): MethodAnswer => ({ answer: { ok: false, error }, faults: [] });

/** As Slack says what is wrong with blocks: a sentence and a JSON pointer each. */
export function refused(error: string, faults: readonly PayloadFault[]): MethodAnswer {
  const messages = faults.map(({ at, rule }) => `[ERROR] ${rule} [json-pointer:${at}]`);
  return { answer: { ok: false, error, errors: messages, response_metadata: { messages } }, faults };
}

const missing = (args: Arguments, names: readonly string[]): MethodAnswer | null => {
  const lacking = names.filter((name) => args[name] === undefined || args[name] === '');
  return lacking.length === 0
    ? null
    : refused(
        'invalid_arguments',
        lacking.map((name) => ({ at: '', rule: `missing required field: ${name}` })),
      );
};

const message =
  (
    needed: readonly string[],
    answer: (args: Arguments, ts: string) => Readonly<Record<string, unknown>>,
  ): Method =>
  (args, { expected, nextTs }) => {
    const lack = missing(args, needed);
    if (lack !== null) return lack;
    const faults = faultsOfMessage(args, { ...expected, to: needed.includes('user') ? 'person' : 'channel' });
    return faults.length > 0 ? refused('invalid_blocks', faults) : ok(answer(args, nextTs()));
  };

const seenView = (view: unknown) => ({
  ...(isObject(view) ? view : {}),
  id: 'V0LABVIEW',
  hash: '1763790005.lab',
});

export const METHODS: Readonly<Record<string, Method>> = {
  'auth.test': () =>
    ok({
      url: 'https://lab.slack.com/',
      team: 'Lab',
      user: 'mailtls',
      team_id: TEAM,
      user_id: BOT_USER,
      bot_id: BOT,
    }),
  'bots.info': () => ok({ bot: { id: BOT, app_id: APP, user_id: BOT_USER, name: 'mailtls' } }),
  'users.info': ({ user }) =>
    ok({ user: { id: user, team_id: TEAM, name: 'ann', real_name: 'Ann', tz: 'Etc/UTC' } }),
  'chat.postMessage': message(['channel'], (args, ts) => ({ channel: args['channel'], ts, message: args })),
  'chat.postEphemeral': message(['channel', 'user'], (_, ts) => ({ message_ts: ts })),
  'chat.update': message(['channel', 'ts'], (args, ts) => ({ channel: args['channel'], ts, message: args })),
  'conversations.open': ({ users }) => ok({ channel: { id: `D0${String(users).slice(2)}` } }),
  'conversations.replies': ({ ts }) => ok({ messages: [{ type: 'message', ts, text: '' }], has_more: false }),
  'views.open': (args, { handedOut, expected }) => {
    const lack = missing(args, ['trigger_id', 'view']);
    if (lack !== null) return lack;
    const lapsed = handedOut.useTrigger(String(args['trigger_id']));
    if (lapsed !== null) return failed(lapsed);
    const faults = faultsOfModal(args['view'], expected);
    return faults.length > 0 ? refused('invalid_arguments', faults) : ok({ view: seenView(args['view']) });
  },
  'views.update': (args, { expected }) => {
    const lack = missing(args, ['view']);
    if (lack !== null) return lack;
    if (args['view_id'] === undefined && args['external_id'] === undefined) return failed('not_found');
    const faults = faultsOfModal(args['view'], expected);
    return faults.length > 0 ? refused('invalid_arguments', faults) : ok({ view: seenView(args['view']) });
  },
  'views.publish': (args, { expected }) => {
    const lack = missing(args, ['user_id', 'view']);
    if (lack !== null) return lack;
    const faults = faultsOfHome(args['view'], expected);
    return faults.length > 0 ? refused('invalid_arguments', faults) : ok({ view: seenView(args['view']) });
  },
  'files.info': ({ file }, { files }) => {
    const known = files.get(String(file));
    return known === undefined ? failed('file_not_found') : ok({ file: known });
  },
  'functions.completeSuccess': (args) => missing(args, ['function_execution_id', 'outputs']) ?? ok(),
  'functions.completeError': (args) => missing(args, ['function_execution_id', 'error']) ?? ok(),
  'apps.connections.open': (_, { socketUrl }) => ok({ url: socketUrl() }),
};
