/**
 * Every rule about payloads: sound ones that have a bit of everything pass, and with one thing changed each fails
 * at that place. Limits are tried at the last length that is allowed and the first that is not.
 */
import { describe, expect, test } from 'vitest';
import {
  expectNoFaults,
  faultsOfAcknowledgement,
  faultsOfHome,
  faultsOfMessage,
  faultsOfModal,
} from './limits.ts';
import type { Expected, MessageExpected, PayloadFault } from './limits.ts';

const EXPECTED: Expected = { users: ['U0ANN'], links: ['https://mailtls.example/'] };

const plain = (text = 'Words') => ({ type: 'plain_text', text, emoji: false });
const mrkdwn = (text = 'Words') => ({ type: 'mrkdwn', text, verbatim: true });
const raw = (text = 'cell') => ({ type: 'raw_text', text });
const option = (value = 'a') => ({ text: plain(), value, description: plain() });
const confirm = { title: plain(), text: mrkdwn(), confirm: plain(), deny: plain(), style: 'danger' };
const run = (text = 'run') => ({ type: 'text', text, style: { bold: true } });
const rich = (...elements: object[]) => ({ type: 'rich_text', elements });
const run0 = { type: 'rich_text_section', elements: [run()] };
const input = (element: object) => ({
  type: 'input',
  label: plain(),
  hint: plain(),
  optional: true,
  element,
});

const FIELDS = [mrkdwn(), plain()];
const BUTTON = { type: 'button', text: plain(), action_id: 'again', value: 'vendor.example', confirm };
const LINK = { type: 'button', text: plain(), url: 'https://mailtls.example/d/a', style: 'primary' };
const OVERFLOW = { type: 'overflow', action_id: 'more', options: [option()] };
const IMAGE = { type: 'image', image_url: 'https://mailtls.example/i.png', alt_text: 'An image' };
const SELECT = { type: 'static_select', action_id: 'select', options: [option()], placeholder: plain() };
const CHECKBOXES = { type: 'checkboxes', action_id: 'boxes', options: [{ text: mrkdwn(), value: 'a' }] };
const RADIO = { type: 'radio_buttons', action_id: 'radio', options: [option()], initial_option: option() };
const CHANNEL = { type: 'conversations_select', action_id: 'where', filter: { include: ['public'] } };
const RICH = rich(
  {
    type: 'rich_text_section',
    elements: [
      run(),
      { type: 'link', url: 'https://mailtls.example/', text: 'page' },
      { type: 'user', user_id: 'U0ANN' },
      { type: 'channel', channel_id: 'C0GENERAL' },
      { type: 'emoji', name: 'lock' },
      { type: 'date', timestamp: 1_763_790_005, format: '{ago}', fallback: 'now' },
    ],
  },
  { type: 'rich_text_list', style: 'bullet', indent: 1, elements: [run0] },
  { type: 'rich_text_quote', elements: [run()], border: 1 },
  { type: 'rich_text_preformatted', elements: [run()] },
);
const TABLE = {
  type: 'table',
  block_id: 'table',
  rows: [
    [raw(), rich(run0)],
    [raw(), raw()],
  ],
  column_settings: [{ align: 'right', is_wrapped: true }],
};
const EVERYWHERE = [
  { type: 'header', text: plain() },
  {
    type: 'section',
    text: mrkdwn('*Words* of <@U0ANN> &amp; <https://mailtls.example/|a page>'),
    accessory: IMAGE,
  },
  { type: 'section', fields: FIELDS, accessory: OVERFLOW },
  { type: 'divider' },
  { type: 'context', elements: [mrkdwn('<!date^1763790005^{ago}|now>'), plain(), IMAGE] },
  { type: 'actions', elements: [BUTTON, LINK, SELECT, CHECKBOXES, RADIO, CHANNEL] },
  RICH,
];
const MESSAGE = {
  channel: 'C0GENERAL',
  text: 'Yes: vendor.example',
  thread_ts: '1763790000.000100',
  unfurl_links: false,
  unfurl_media: false,
  blocks: [...EVERYWHERE, TABLE],
};
const TEXT_INPUT = {
  type: 'plain_text_input',
  action_id: 'pasted',
  multiline: true,
  min_length: 1,
  max_length: 3000,
  initial_value: 'Received: ',
  placeholder: plain(),
  focus_on_load: true,
  dispatch_action_config: { trigger_actions_on: ['on_enter_pressed'] },
};
const FILE_INPUT = { type: 'file_input', action_id: 'file', filetypes: ['eml', 'txt'], max_files: 1 };
const MODAL = {
  type: 'modal',
  title: plain(),
  submit: plain(),
  close: plain(),
  callback_id: 'headers',
  private_metadata: 'C0GENERAL',
  notify_on_close: false,
  blocks: [
    ...EVERYWHERE,
    { type: 'alert', text: mrkdwn(), level: 'warning' },
    input(TEXT_INPUT),
    input(FILE_INPUT),
  ],
};
const HOME = {
  type: 'home',
  callback_id: 'home',
  blocks: [...EVERYWHERE, { ...input({ ...TEXT_INPUT, focus_on_load: false }), dispatch_action: true }],
};

const SUBJECTS = {
  message: { sound: MESSAGE, look: (it: unknown) => faultsOfMessage(it, { ...EXPECTED, to: 'channel' }) },
  modal: { sound: MODAL, look: (it: unknown) => faultsOfModal(it, EXPECTED) },
  home: { sound: HOME, look: (it: unknown) => faultsOfHome(it, EXPECTED) },
} as const;

/** The subject with one place changed; undefined takes it away. */
function changed(subject: unknown, pointer: string, value: unknown): unknown {
  const copy: unknown = structuredClone(subject);
  const steps = pointer.split('/').slice(1);
  const last = steps.pop() ?? '';
  let place: unknown = copy;
  for (const step of steps) place = Object(place)[step];
  if (value === undefined) delete Object(place)[last];
  else Object(place)[last] = value;
  return copy;
}

const of = (length: number) => 'x'.repeat(length);
const many = <T>(count: number, item: (index: number) => T) =>
  Array.from({ length: count }, (_, index) => item(index));

describe.each(Object.entries(SUBJECTS))('a sound %s', (_, { sound, look }) => {
  test('passes', () => expect(look(sound)).toEqual([]));
});

type Subject = keyof typeof SUBJECTS;
type Row = readonly [Subject, string, unknown, string];

/** Subject, place, what is put there, and the rule that it breaks. */
const BROKEN: readonly Row[] = [
  // What is there, and of which type.
  ['message', '/channel', undefined, 'missing required field: channel'],
  ['message', '/text', undefined, 'missing required field: text'],
  ['message', '/text', '', 'must be more than 0 characters'],
  ['message', '/blocks', [], 'no fewer than 1 items allowed'],
  ['message', '/blocks', 'none', 'must be an array'],
  ['message', '/blocks/3', 'divider', 'unsupported type: undefined'],
  ['message', '/username', 'someone else', 'invalid additional property: username'],
  ['message', '/as_user', true, 'invalid additional property: as_user'],
  ['message', '/thread_ts', 'yesterday', 'failed to match a pattern'],
  ['message', '/blocks/0/text', undefined, 'missing required field: text'],
  ['message', '/blocks/0/text', mrkdwn(), 'must be one of: plain_text'],
  ['message', '/blocks/0/text', 'Words', 'must be an object'],
  ['message', '/blocks/0/text/text', 7, 'must be a string'],
  ['message', '/blocks/0/text/emoji', 'no', 'must be a boolean'],
  ['message', '/blocks/0/text/verbatim', true, 'invalid additional property: verbatim'],
  ['message', '/blocks/1/text/emoji', false, 'invalid additional property: emoji'],
  ['message', '/blocks/1/text/type', 'markdown', 'unsupported type: markdown'],
  ['message', '/blocks/2/fields', undefined, 'must have text or fields'],
  ['message', '/blocks/3/type', 'video', 'unsupported type: video'],
  ['message', '/blocks/5/elements/0/type', 'datepicker', 'unsupported type: datepicker'],
  ['message', '/blocks/5/elements/0', FILE_INPUT, 'unsupported type: file_input'],
  ['message', '/blocks/5/elements/0/text', mrkdwn(), 'must be one of: plain_text'],
  ['message', '/blocks/5/elements/0/style', 'loud', 'must be one of: primary, danger'],
  ['message', '/blocks/5/elements/1/url', 'javascript:alert(1)', 'failed to match a pattern'],
  ['message', '/blocks/5/elements/2/options', undefined, 'must have options or option_groups'],
  ['message', '/blocks/6/elements/0/elements/0/style/size', 1, 'invalid additional property: size'],
  ['message', '/blocks/6/elements/0/elements/5/format', 'now', 'failed to match a pattern'],
  ['message', '/blocks/6/elements/1/style', 'dashes', 'must be one of: bullet, ordered'],
  ['message', '/blocks/6/elements/1/indent', 9, 'must be an integer from 0 to 8'],
  ['message', '/blocks/6/elements/3/elements/0', { type: 'emoji', name: 'lock' }, 'unsupported type: emoji'],
  ['message', '/blocks/7/rows/0/0', mrkdwn(), 'unsupported type: mrkdwn'],
  ['message', '/blocks/7/rows/0/0/text', '', 'must be more than 0 characters'],
  ['message', '/blocks/7/rows/1', [raw()], 'must have as many cells in each row'],
  ['message', '/blocks/7/column_settings/0/align', 'top', 'must be one of: left, center, right'],
  // Where blocks and elements belong.
  ['modal', '/blocks/0', TABLE, 'unsupported type: table'],
  ['home', '/blocks/0', TABLE, 'unsupported type: table'],
  ['message', '/blocks/0', { type: 'alert', text: mrkdwn() }, 'unsupported type: alert'],
  ['home', '/blocks/0', { type: 'alert', text: mrkdwn() }, 'unsupported type: alert'],
  ['home', '/blocks/7/element', FILE_INPUT, 'unsupported type: file_input'],
  ['message', '/blocks/0', input(FILE_INPUT), 'unsupported type: file_input'],
  ['modal', '/blocks/7/level', 'loud', 'must be one of: default, info, warning, error, success'],
  ['modal', '/type', 'home', 'must be one of: modal'],
  ['home', '/type', 'modal', 'must be one of: home'],
  ['home', '/title', plain(), 'invalid additional property: title'],
  ['modal', '/title', undefined, 'missing required field: title'],
  ['modal', '/submit', undefined, 'missing required field: submit'],
  // What may be there once.
  ['message', '/blocks/8', { ...TABLE, block_id: 'second' }, 'only_one_table_allowed'],
  ['message', '/blocks/8', { type: 'divider', block_id: 'table' }, 'block_id must be unique'],
  ['message', '/blocks/5/elements/1/action_id', 'again', 'action_id must be unique'],
  [
    'modal',
    '/blocks/9/element',
    { ...TEXT_INPUT, action_id: 'second' },
    'only one element may have focus_on_load',
  ],
  // What would act on its own.
  ['message', '/unfurl_links', undefined, 'must have unfurl_links: false'],
  ['message', '/unfurl_media', true, 'must have unfurl_media: false'],
  [
    'message',
    '/blocks/1/text/verbatim',
    undefined,
    'must be verbatim: Slack would make links of names in it',
  ],
  ['message', '/blocks/1/text/verbatim', false, 'must be verbatim: Slack would make links of names in it'],
  ['message', '/blocks/1/text/text', '<!channel> look', 'would notify or format: <!channel>'],
  ['message', '/blocks/1/text/text', '<!subteam^S1> look', 'would notify or format: <!subteam^S1>'],
  [
    'message',
    '/blocks/1/text/text',
    '<!date^1^{ago}^https://evil.example|x>',
    'would notify or format: <!date^1^{ago}^https://evil.example|x>',
  ],
  ['message', '/blocks/1/text/text', '<@U0OTHER> look', 'mentions <@U0OTHER>'],
  ['message', '/blocks/1/text/text', '<#C0GENERAL> look', 'mentions <#C0GENERAL>'],
  [
    'message',
    '/blocks/1/text/text',
    '<https://evil.example|vendor.example>',
    'links <https://evil.example|vendor.example>',
  ],
  ['message', '/blocks/1/text/text', '<mailto:ann@vendor.example>', 'links <mailto:ann@vendor.example>'],
  ['message', '/blocks/1/text/text', 'a < b', 'has < or > that is not escaped'],
  ['message', '/blocks/1/text/text', 'a > b', 'has < or > that is not escaped'],
  ['message', '/blocks/1/text/text', 'a & b', 'has & that is not escaped'],
  ['message', '/blocks/1/text/text', 'a &nbsp; b', 'has & that is not escaped'],
  ['message', '/blocks/1/text/text', ':white_check_mark: Yes', 'has the name of an emoji'],
  ['message', '/blocks/0/text', { type: 'plain_text', text: '220 :tada:' }, 'has the name of an emoji'],
  ['message', '/text', '<!here> hi', 'would notify or format: <!here>'],
  ['message', '/text', 'R&D', 'has & that is not escaped'],
  ['message', '/blocks/7/rows/0/0/text', 'a\u202eb', 'has control or bidi characters'],
  ['message', '/blocks/0/text/text', 'a\u001b[31mb', 'has control or bidi characters'],
  ['message', '/blocks/6/elements/0/elements/0/text', 'a\u200bb', 'has control or bidi characters'],
  ['message', '/blocks/6/elements/0/elements/1/url', 'https://evil.example/', 'links https://evil.example/'],
  ['message', '/blocks/6/elements/0/elements/2/user_id', 'U0OTHER', 'mentions U0OTHER'],
  ['message', '/blocks/6/elements/0/elements/2/user_id', 'ann', 'failed to match a pattern'],
  [
    'message',
    '/blocks/6/elements/0/elements/0',
    { type: 'broadcast', range: 'here' },
    'unsupported type: broadcast',
  ],
  ['message', '/blocks/5/elements/1/url', 'https://evil.example/', 'links https://evil.example/'],
];

test.each(BROKEN)('%s with %s as %j: %#', (subject, at, value, rule) => {
  const { sound, look } = SUBJECTS[subject];
  const found = look(changed(sound, at, value)).filter((fault) => fault.rule === rule);
  const place = subject === 'message' ? at : `/view${at}`;
  expect(found.map((fault) => place.startsWith(fault.at) || fault.at.startsWith(place))).toEqual([true]);
});

/** The place, and the last length, count or number that is allowed there. */
const LIMITS: readonly (readonly [Subject, string, number, (size: number) => unknown])[] = [
  ['message', '/blocks/0/text/text', 150, of],
  ['message', '/blocks/1/text/text', 3000, of],
  ['message', '/blocks/1/accessory/alt_text', 2000, of],
  ['message', '/blocks/2/fields', 10, (n) => many(n, () => plain())],
  ['message', '/blocks/2/fields/0/text', 2000, of],
  ['message', '/blocks/2/accessory/options', 5, (n) => many(n, (i) => option(String(i)))],
  ['message', '/blocks/4/elements', 10, (n) => many(n, () => plain())],
  ['message', '/blocks/5/elements', 25, (n) => many(n, (i) => ({ ...BUTTON, action_id: `a${i}` }))],
  ['message', '/blocks/5/elements/0/text/text', 75, of],
  ['message', '/blocks/5/elements/0/value', 2000, of],
  ['message', '/blocks/5/elements/0/action_id', 255, of],
  ['message', '/blocks/5/elements/0/accessibility_label', 75, of],
  ['message', '/blocks/5/elements/0/confirm/title/text', 100, of],
  ['message', '/blocks/5/elements/0/confirm/text/text', 300, of],
  ['message', '/blocks/5/elements/0/confirm/confirm/text', 30, of],
  ['message', '/blocks/5/elements/0/confirm/deny/text', 30, of],
  ['message', '/blocks/5/elements/1/url', 3000, (n) => `https://mailtls.example/${of(n - 24)}`],
  [
    'message',
    '/blocks/5/elements/2/options',
    100,
    (n) => many(n, (i) => ({ text: plain('a'), value: String(i) })),
  ],
  ['message', '/blocks/5/elements/2/options/0/text/text', 75, of],
  ['message', '/blocks/5/elements/2/options/0/value', 150, of],
  ['message', '/blocks/5/elements/2/options/0/description/text', 75, of],
  ['message', '/blocks/5/elements/2/placeholder/text', 150, of],
  ['message', '/blocks/5/elements/3/options', 10, (n) => many(n, (i) => option(String(i)))],
  ['message', '/blocks/5/elements/4/options', 10, (n) => many(n, (i) => option(String(i)))],
  ['message', '/blocks/0/block_id', 255, of],
  ['message', '/blocks/7/rows', 100, (n) => many(n, () => [raw('a')])],
  ['message', '/blocks/7/rows', 20, (n) => [many(n, () => raw('a'))]],
  ['message', '/blocks/7/column_settings', 20, (n) => many(n, () => ({ align: 'left' }))],
  ['message', '/blocks', 50, (n) => many(n, () => ({ type: 'divider' }))],
  ['modal', '/blocks', 100, (n) => many(n, () => ({ type: 'divider' }))],
  ['home', '/blocks', 100, (n) => many(n, () => ({ type: 'divider' }))],
  ['modal', '/title/text', 24, of],
  ['modal', '/submit/text', 24, of],
  ['modal', '/close/text', 24, of],
  ['modal', '/callback_id', 255, of],
  ['modal', '/external_id', 255, of],
  ['modal', '/private_metadata', 3000, of],
  ['modal', '/blocks/8/label/text', 2000, of],
  ['modal', '/blocks/8/hint/text', 2000, of],
  ['modal', '/blocks/8/element/max_length', 3000, (n) => n],
  ['modal', '/blocks/8/element/min_length', 3000, (n) => n],
  ['modal', '/blocks/8/element/initial_value', 3000, of],
  ['modal', '/blocks/8/element/placeholder/text', 150, of],
  ['modal', '/blocks/9/element/max_files', 10, (n) => n],
];

test.each(LIMITS)('%s: %s takes %i and no more', (subject, at, most, sized) => {
  const { sound, look } = SUBJECTS[subject];
  const about = (size: number) =>
    look(changed(sound, at, sized(size))).filter((fault) => !fault.rule.includes('characters of JSON'));
  expect(about(most)).toEqual([]);
  expect(about(most + 1)).not.toEqual([]);
});

test.each<Subject>(['message', 'modal', 'home'])('a whole %s stays under 12,000 characters', (name) => {
  const { sound, look } = SUBJECTS[name];
  const padded = (count: number) => ({
    ...sound,
    blocks: [
      ...many(4, () => ({ type: 'section', text: plain(of(2700)) })),
      { type: 'section', text: plain(of(count)) },
    ],
  });
  const room = 11_999 - JSON.stringify(padded(0)).length;
  expect(look(padded(room))).toEqual([]);
  expect(look(padded(room + 1)).map(({ rule }) => rule)).toEqual([
    'is 12000 characters of JSON, must be under 12000',
  ]);
});

const rulesOf = (payload: object, to: MessageExpected['to']): readonly string[] =>
  faultsOfMessage(payload, { ...EXPECTED, to }).map(({ rule }) => rule);

test('text is cut by Slack after 40,000 characters', () => {
  const tooLong = 'must be less than 40001 characters';
  expect(rulesOf({ text: of(40_000) }, 'response')).not.toContain(tooLong);
  expect(rulesOf({ text: of(40_001) }, 'response')).toContain(tooLong);
});

test.each(['See vendor.example.', 'www.x', 'http://[::1]/', 'bücher.example'])(
  'without blocks the text is shown, and Slack would make a link in %s',
  (text) => {
    const rule = 'is shown without blocks and Slack would make a link of a name in it';
    expect(rulesOf({ text }, 'response')).toContain(rule);
    expect(rulesOf({ text, blocks: [{ type: 'divider' }] }, 'response')).not.toContain(rule);
    expect(rulesOf({ text: 'Not now. Try again in 5 s.' }, 'response')).toEqual([]);
  },
);

test('to one person in a channel: who it is must be said', () => {
  const payload = { channel: 'C0GENERAL', text: 'Yes.' };
  expect(rulesOf({ ...payload, user: 'U0ANN' }, 'person')).toEqual([]);
  expect(rulesOf(payload, 'person')).toEqual(['missing required field: user']);
});

test.each<[string, object, readonly string[]]>([
  ['a private answer', { text: 'Yes.', blocks: [{ type: 'divider' }] }, []],
  ['one for the channel', { text: 'Yes.', response_type: 'in_channel' }, ['unfurl_links', 'unfurl_media']],
  ['one for everybody', { text: 'Yes.', response_type: 'everyone' }, ['one of: ephemeral, in_channel']],
  ['one that takes the place of another', { text: 'Yes.', replace_original: true }, []],
  ['one that goes away', { delete_original: true }, []],
  ['one that goes away and stays', { delete_original: true, text: 'Yes.' }, ['additional property: text']],
  ['one with a channel of its own', { text: 'Yes.', channel: 'C1' }, ['additional property: channel']],
])('to a response_url: %s', (_, payload, rules) => {
  const faults = faultsOfMessage(payload, { ...EXPECTED, to: 'response' });
  expect(faults).toHaveLength(rules.length);
  rules.forEach((rule, index) => expect(faults[index]?.rule).toContain(rule));
});

test.each<[string, unknown, readonly PayloadFault[]]>([
  ['nothing', '', []],
  ['nothing, over Socket Mode', {}, []],
  ['a message', { text: 'Yes.' }, []],
  ['a message that Slack refuses', { text: 'R&D' }, [{ at: '/text', rule: 'has & that is not escaped' }]],
  ['a modal', { response_action: 'update', view: MODAL }, []],
  [
    'a modal without a title',
    { response_action: 'push', view: changed(MODAL, '/title', undefined) },
    [{ at: '/view', rule: 'missing required field: title' }],
  ],
  ['the end of all modals', { response_action: 'clear' }, []],
  ['what is wrong with an input', { response_action: 'errors', errors: { pasted: 'Paste a header.' } }, []],
  [
    'what is wrong with no input',
    { response_action: 'errors', errors: {} },
    [{ at: '/errors', rule: 'must name an input' }],
  ],
])('as an acknowledgement: %s', (_, payload, faults) => {
  expect(faultsOfAcknowledgement(payload, EXPECTED)).toEqual(faults);
});

test('what is wrong is thrown with its place', () => {
  expect(() => expectNoFaults([])).not.toThrow();
  expect(() => expectNoFaults([{ at: '/blocks/0', rule: 'missing' }])).toThrow('/blocks/0: missing');
});
