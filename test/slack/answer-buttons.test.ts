/** The buttons under an answer, where things are not as they were when it was shown. */
import { describe, expect, test } from 'vitest';
import { ACTIONS, MODALS } from '../../functions/presenters/slack-actions.ts';
import type { Called } from '../../functions/slack/slack-calls.ts';
import { failure } from '../../functions/store/stored.ts';
import { appHomeOpened, directMessage, pressedInMessage } from './events.ts';
import { ANSWER, bot, deed, EPHEMERAL } from './test-bot.ts';
import type { Bot } from './test-bot.ts';
import { wordsOf } from './words.ts';

const IN_THREAD = { ...EPHEMERAL, threadTs: '1763790000.000100' };
const press = (there: Bot, action: string, value = 'vendor.example', message: Message = EPHEMERAL) =>
  there.send(pressedInMessage(deed(), { action_id: action, value }, message));
type Message = Parameters<typeof pressedInMessage>[2];
const said = ({ calls }: Bot): readonly string[] => calls.map(({ fields }) => wordsOf(fields));
const refused = (because: 'not-in-channel' | 'rate-limited'): Called => ({
  ok: false,
  because,
  code: because,
  retryAfterSeconds: null,
});

describe('in a thread', () => {
  test('what is said to one person beside an answer stands in the thread', async () => {
    const there = bot();
    there.answers.checks.set('vendor.example', () => ({ outcome: 'too-soon', retryAfterSeconds: 41 }));
    await press(there, ACTIONS.checkAgain, 'vendor.example', IN_THREAD);
    expect(there.calls).toMatchObject([{ fields: { thread_ts: IN_THREAD.threadTs } }]);
    expect(said(there)[0]).toContain('Ask again in 41 seconds');
  });

  test('so does an answer that is shared, where the bot is and where it is not', async () => {
    const there = bot();
    there.answers.kept.set('vendor.example', ANSWER);
    there.refusals.set('chat.postMessage', refused('not-in-channel'));
    await press(there, ACTIONS.share, 'vendor.example', IN_THREAD);
    expect(there.calls).toMatchObject([
      { to: 'chat.postMessage', fields: { thread_ts: IN_THREAD.threadTs } },
      { fields: { thread_ts: IN_THREAD.threadTs, response_type: 'in_channel', unfurl_links: false } },
    ]);
  });
});

describe('is not there any more', () => {
  test('the answer that is to be shared: that is said, and nothing shared', async () => {
    const there = bot();
    await press(there, ACTIONS.share);
    expect(there.calls).toMatchObject([{ fields: { response_type: 'ephemeral' } }]);
    expect(said(there)[0]).toMatch(/is not kept any more, or cannot be looked up just now/);
  });

  test.each([ACTIONS.details, ACTIONS.vendorMail])('the answer that %s is about', async (action) => {
    const there = bot();
    await press(there, action);
    expect(there.calls).toMatchObject([
      { to: 'views.open', fields: { view: { callback_id: MODALS.notice } } },
    ]);
    expect(said(there)[0]).toMatch(/is not kept any more, or cannot be looked up just now/);
  });

  test('the domain in the button', async () => {
    const there = bot();
    await press(there, ACTIONS.checkAgain, 'no domain');
    expect(said(there)).toEqual([expect.stringContaining('another version of this app')]);
    expect(there.answers.asked).toEqual([]);
  });
});

describe('Check again', () => {
  test('as many checks wait as may: that is said, and the answer stays', async () => {
    const there = bot();
    there.answers.checks.set('vendor.example', () => ({ outcome: 'busy', retryAfterSeconds: 15 }));
    await press(there, ACTIONS.checkAgain);
    expect(there.calls).toMatchObject([{ fields: { replace_original: false } }]);
    expect(said(there)[0]).toContain('none was started. Ask again in 15 seconds');
  });

  test('who waits cannot be written down: that is said, and nothing is checked', async () => {
    const { door } = bot();
    const away = { ...door.subscribers, add: async () => failure('unreachable', 'away') };
    const there = bot({ subscribers: away });
    await press(there, ACTIONS.checkAgain);
    expect(said(there)).toEqual([expect.stringMatching(/It says nothing about the domain/)]);
    expect(there.answers.asked).toEqual([]);
  });
});

test('Share where Slack takes no more for now: the person is told, and may ask again', async () => {
  const there = bot();
  there.answers.kept.set('vendor.example', ANSWER);
  there.refusals.set('chat.postMessage', refused('rate-limited'));
  await press(there, ACTIONS.share);
  expect(said(there)[1]).toContain('Nothing is lost: ask again in a minute');
});

test('a list of recent domains that cannot be read is not one that is empty', async () => {
  const { door } = bot();
  const there = bot({ recent: { ...door.recent, list: async () => failure('unreachable', 'away') } });
  await there.send(appHomeOpened({ user: 'U1', channel: 'D1' }));
  expect(JSON.stringify(there.calls[0]?.fields)).toContain('cannot be looked up just now');
});

test.each([
  ['Lunch at noon?', 'neither the header of a mail nor a domain'],
  ['vendor', 'a single word without a dot'],
])('in a direct message "%s" is talk or a slip, and gets a helpful sentence', async (text, words) => {
  const there = bot();
  await there.send(directMessage({ user: 'U1', channel: 'D1' }, { text }));
  expect(said(there)).toEqual([expect.stringContaining(words)]);
});
