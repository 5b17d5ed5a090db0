/** Which presses of a button are one press, and which only look alike. */
import { expect, test } from 'vitest';
import { isFirstPress } from '../../functions/slack/first-time.ts';
import type { ActionRequest } from '../../functions/slack/requests.ts';

let triggers = 0;
const press = (changes: Partial<ActionRequest> = {}): ActionRequest => ({
  viewer: { userId: 'U1', teamId: 'T1' },
  triggerId: `${(triggers += 1)}`,
  actionId: 'again',
  value: 'vendor.example',
  responseUrl: null,
  channelId: 'C1',
  readers: 'asker',
  place: 'C1 1.2',
  threadTs: null,
  view: null,
  ...changes,
});

/** A store that remembers, as every process would find it. */
function remembering() {
  const known = new Set<string>();
  const first = async (key: string): Promise<boolean> => !known.has(key) && known.add(key).has(key);
  return { once: { first } };
}

test('two presses of one button by one person are one, although Slack gives each a trigger', async () => {
  const tools = remembering();
  expect([await isFirstPress(press(), tools), await isFirstPress(press(), tools)]).toEqual([true, false]);
});

test.each([
  ['another person', { viewer: { userId: 'U2', teamId: 'T1' } }],
  ['a person of the same id in another workspace', { viewer: { userId: 'U1', teamId: 'T2' } }],
  ['another message', { place: 'C1 1.3' }],
  ['another button', { actionId: 'details' }],
  ['another domain', { value: 'partner.example' }],
] satisfies readonly (readonly [string, Partial<ActionRequest>])[])(
  'a press of %s is another press',
  async (_, changes) => {
    const tools = remembering();
    expect([await isFirstPress(press(), tools), await isFirstPress(press(changes), tools)]).toEqual([
      true,
      true,
    ]);
  },
);

test('a press that Slack sends again is the same, wherever it seems to come from', async () => {
  const tools = remembering();
  const sent = press();
  expect(await isFirstPress(sent, tools)).toBe(true);
  expect(await isFirstPress({ ...sent, place: 'C1 1.3' }, tools)).toBe(false);
});
