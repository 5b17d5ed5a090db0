/**
 * Whole payloads against Slack's limits and this project's own: what Slack would refuse or cut, what would let
 * foreign text act, and a size that stays clear of where Slack begins to refuse blocks without documenting it.
 */
import { BLOCKS, MOST_BLOCKS, VIEW_PROPERTIES } from './block-schemas.ts';
import type { Surface } from './block-schemas.ts';
import { couldBecomeLink, faultsOfMrkdwn, faultsOfShownText, hasEmojiName, mayLink } from './mrkdwn.ts';
import type { Expected } from './mrkdwn.ts';
import { faultsOf, fieldOf, flag, isObject, list, object, only, text } from './schema.ts';
import type { PayloadFault, Shape } from './schema.ts';

export type { Expected } from './mrkdwn.ts';
export type { PayloadFault } from './schema.ts';

/** Slack cuts a message's text there. */
const MOST_TEXT = 40_000;
/** Slack answers `msg_blocks_too_long` from about 13,200 characters of blocks (slackapi/bolt-js#2509). */
const MOST_PAYLOAD = 12_000;

/** `channel`: chat.postMessage; `person`: chat.postEphemeral; `response`: a `response_url` or acknowledgement. */
export interface MessageExpected extends Expected {
  readonly to: 'channel' | 'person' | 'response';
}

const address = text(40);
const blocks = (surface: Surface, least: number): Shape => list(BLOCKS[surface], MOST_BLOCKS[surface], least);
const MESSAGE = {
  text: text(MOST_TEXT),
  thread_ts: text(30, 1, /^\d+\.\d+$/),
  unfurl_links: flag,
  unfurl_media: flag,
};

const MESSAGES: Readonly<Record<MessageExpected['to'], Shape>> = {
  channel: object(
    { channel: address, text: MESSAGE.text },
    { ...MESSAGE, blocks: blocks('message', 1), ts: text(30), token: text(200), reply_broadcast: flag },
  ),
  person: object(
    { channel: address, user: address, text: MESSAGE.text },
    { ...MESSAGE, blocks: blocks('message', 1), token: text(200) },
  ),
  response: object(
    { text: MESSAGE.text },
    {
      ...MESSAGE,
      blocks: blocks('message', 1),
      response_type: only('ephemeral', 'in_channel'),
      replace_original: flag,
      delete_original: flag,
    },
  ),
};

const { common, modalRequired, modalOptional, homeRequired } = VIEW_PROPERTIES;
const MODAL = object({ ...modalRequired, blocks: blocks('modal', 1) }, { ...modalOptional, ...common });
const HOME = object({ ...homeRequired, blocks: blocks('home', 1) }, common);

/** A message as it is posted, its address and flags with it. */
export function faultsOfMessage(payload: unknown, expected: MessageExpected): readonly PayloadFault[] {
  if (expected.to === 'response' && fieldOf(payload, 'delete_original') === true) {
    return faultsOf(object({ delete_original: flag }), payload);
  }
  return [
    ...faultsOf(MESSAGES[expected.to], payload),
    ...faultsOfText(payload, expected),
    ...faultsOfVisibility(payload, expected),
    ...faultsOfContent(payload, expected),
    ...onlyOneTable(payload),
  ];
}

export function faultsOfModal(view: unknown, expected: Expected): readonly PayloadFault[] {
  const found = [...faultsOf(MODAL, view, '/view'), ...faultsOfContent(view, expected, '/view')];
  const asks = blocksOf(view).some((block) => fieldOf(block, 'type') === 'input');
  const lacksSubmit = asks && fieldOf(view, 'submit') === undefined;
  return lacksSubmit ? [...found, { at: '/view', rule: 'missing required field: submit' }] : found;
}

export function faultsOfHome(view: unknown, expected: Expected): readonly PayloadFault[] {
  return [...faultsOf(HOME, view, '/view'), ...faultsOfContent(view, expected, '/view')];
}

/** What an acknowledgement carries: nothing, a message, a modal, or errors of a modal's inputs. */
export function faultsOfAcknowledgement(payload: unknown, expected: Expected): readonly PayloadFault[] {
  const action = fieldOf(payload, 'response_action');
  if (action === 'update' || action === 'push') return faultsOfModal(fieldOf(payload, 'view'), expected);
  if (action === 'clear') return faultsOf(object({ response_action: only('clear') }), payload);
  if (action === 'errors') return faultsOfInputErrors(payload);
  const empty = payload === undefined || payload === '' || JSON.stringify(payload) === '{}';
  return empty ? [] : faultsOfMessage(payload, { ...expected, to: 'response' });
}

function faultsOfInputErrors(payload: unknown): readonly PayloadFault[] {
  const errors = fieldOf(payload, 'errors');
  const names = typeof errors === 'object' && errors !== null ? Object.keys(errors) : [];
  const each = object(Object.fromEntries(names.map((name) => [name, text(2000)])));
  const none = names.length === 0 ? [{ at: '/errors', rule: 'must name an input' }] : [];
  return [...faultsOf(object({ response_action: only('errors'), errors: each }), payload), ...none];
}

/** Test helper: throws with every fault and where it is. */
export function expectNoFaults(faults: readonly PayloadFault[]): void {
  if (faults.length > 0) throw new Error(faults.map(({ at, rule }) => `${at}: ${rule}`).join('\n'));
}

const blocksOf = (payload: unknown): readonly unknown[] => {
  const given = fieldOf(payload, 'blocks');
  return Array.isArray(given) ? given : [];
};

function faultsOfText(payload: unknown, expected: Expected): readonly PayloadFault[] {
  const given = fieldOf(payload, 'text');
  if (typeof given !== 'string') return [];
  const bare = blocksOf(payload).length === 0 && couldBecomeLink(given);
  return [
    ...faultsOfMrkdwn(given, '/text', expected),
    ...(bare
      ? [{ at: '/text', rule: 'is shown without blocks and Slack would make a link of a name in it' }]
      : []),
  ];
}

function faultsOfVisibility(payload: unknown, { to }: MessageExpected): readonly PayloadFault[] {
  const public_ = to === 'channel' || fieldOf(payload, 'response_type') === 'in_channel';
  return ['unfurl_links', 'unfurl_media']
    .filter((name) => public_ && fieldOf(payload, name) !== false)
    .map((name) => ({ at: '', rule: `must have ${name}: false` }));
}

function onlyOneTable(payload: unknown): readonly PayloadFault[] {
  const tables = blocksOf(payload).filter((block) => fieldOf(block, 'type') === 'table');
  return tables.length > 1 ? [{ at: '/blocks', rule: 'only_one_table_allowed' }] : [];
}

/** Rules over all parts of a payload: what is unique, what acts, how much it is altogether. */
function faultsOfContent(payload: unknown, expected: Expected, at = ''): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  const seen = { block_id: new Set<unknown>(), action_id: new Set<unknown>() };
  let focused = 0;
  for (const [node, where] of objectsIn(fieldOf(payload, 'blocks'), `${at}/blocks`)) {
    for (const name of ['block_id', 'action_id'] as const) {
      const given = node[name];
      if (given === undefined) continue;
      if (seen[name].has(given)) faults.push({ at: `${where}/${name}`, rule: `${name} must be unique` });
      seen[name].add(given);
    }
    if (node['focus_on_load'] === true && (focused += 1) > 1) {
      faults.push({ at: where, rule: 'only one element may have focus_on_load' });
    }
    faults.push(...faultsOfNode(node, where, expected));
  }
  const size = JSON.stringify(payload)?.length ?? 0;
  if (size >= MOST_PAYLOAD)
    faults.push({ at, rule: `is ${size} characters of JSON, must be under ${MOST_PAYLOAD}` });
  return faults;
}

function faultsOfNode(
  node: Readonly<Record<string, unknown>>,
  where: string,
  expected: Expected,
): readonly PayloadFault[] {
  const { type, text: shown, url, user_id: user } = node;
  const faults: PayloadFault[] = [];
  if (type === 'mrkdwn' && node['verbatim'] !== true) {
    faults.push({ at: where, rule: 'must be verbatim: Slack would make links of names in it' });
  }
  if (typeof shown === 'string') {
    const at = `${where}/text`;
    faults.push(...(type === 'mrkdwn' ? faultsOfMrkdwn(shown, at, expected) : faultsOfShownText(shown, at)));
  }
  const drawsEmoji = type === 'mrkdwn' || (type === 'plain_text' && node['emoji'] !== false);
  if (typeof shown === 'string' && drawsEmoji && hasEmojiName(shown)) {
    faults.push({ at: `${where}/text`, rule: 'has the name of an emoji' });
  }
  if (typeof url === 'string' && !mayLink(url, expected))
    faults.push({ at: `${where}/url`, rule: `links ${url}` });
  if (type === 'user' && !(expected.users ?? []).includes(String(user))) {
    faults.push({ at: where, rule: `mentions ${String(user)}` });
  }
  return faults;
}

function* objectsIn(
  value: unknown,
  at: string,
): Generator<readonly [Readonly<Record<string, unknown>>, string]> {
  if (isObject(value)) yield [value, at];
  if (!isObject(value) && !Array.isArray(value)) return;
  for (const [name, content] of Object.entries(value)) yield* objectsIn(content, `${at}/${name}`);
}
