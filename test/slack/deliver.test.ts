/** An answer is brought once to each who waits, whoever asks and whoever answers, in whatever order that happens. */
import { describe, expect, test } from 'vitest';
import type { AgedAnswer } from '../../functions/answers/domain-answers.ts';
import { presentOutcomes } from '../../functions/slack/answer-message.ts';
import { askAgain, askDomains } from '../../functions/slack/ask-domains.ts';
import { failure } from '../../functions/store/stored.ts';
import { parseQuestion } from '../../functions/question/domain.ts';
import type { ReadQuestion } from '../../functions/question/domain.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { START_MS, testDoor } from './test-door.ts';
import type { TestDoor } from './test-door.ts';
import { wordsOf } from './words.ts';

const evidence = domain([host([made('192.0.2.1')])]);
const answerOf = (name: string): AgedAnswer => aged({ ...evidence, domain: name });
const asked = (...texts: readonly string[]): readonly ReadQuestion[] => texts.map(parseQuestion);
const at = (url: string) => ({ to: 'response-url', url, replaces: false }) as const;
const URL_A = 'https://hooks.slack.example/a';
const rows = async (there: TestDoor, texts: readonly string[], url = URL_A): Promise<readonly string[]> =>
  (await askDomains(asked(...texts), at(url), there.door)).map(({ row }) => row);

/** A check has come to its end: its answer is kept, and brought. */
async function ends(there: TestDoor, name: string): Promise<void> {
  there.answers.kept.set(name, answerOf(name));
  await there.delivery.deliver(answerOf(name));
}

describe('one domain', () => {
  test('what is stored is the answer, nobody waits, and no check is started', async () => {
    const there = testDoor();
    there.answers.kept.set('vendor.example', answerOf('vendor.example'));
    expect(await rows(there, ['vendor.example'])).toEqual(['answer']);
    expect(there.answers.asked).toEqual([]);
    await ends(there, 'vendor.example');
    expect(there.calls).toEqual([]);
  });

  test('what is stale is the answer too, while a check renews it', async () => {
    const there = testDoor();
    const stale = aged({ ...evidence, domain: 'vendor.example' }, { stale: true, freshForSeconds: 0 });
    there.answers.kept.set('vendor.example', stale);
    there.answers.checks.set('vendor.example', () => ({ ...stale, refreshing: true }));
    const outcomes = await askDomains(asked('vendor.example'), at(URL_A), there.door);
    expect(outcomes).toMatchObject([{ row: 'answer', answer: { stale: true, refreshing: true } }]);
    expect(wordsOf(presentOutcomes(outcomes, there.door))).toContain('A new check is running.');
  });

  test('what is not known is checked once for all, and each is answered once', async () => {
    const there = testDoor();
    const urls = Array.from({ length: 25 }, (_, place) => `https://hooks.slack.example/${place}`);
    for (const url of urls) expect(await rows(there, ['vendor.example'], url)).toEqual(['checking']);
    await Promise.all([ends(there, 'vendor.example'), ends(there, 'vendor.example')]);
    expect(there.calls.map(({ to }) => to).toSorted()).toEqual(urls.toSorted());
    expect(there.calls[0]?.fields).toMatchObject({ response_type: 'ephemeral', replace_original: false });
    await ends(there, 'vendor.example');
    expect(there.calls).toHaveLength(25);
  });

  test('a check that ends while it is being asked for: the answer comes from one side', async () => {
    const there = testDoor();
    there.answers.checks.set('vendor.example', async () => {
      await ends(there, 'vendor.example');
      return answerOf('vendor.example');
    });
    expect(await rows(there, ['vendor.example'])).toEqual(['checking']);
    expect(there.calls.map(({ to }) => to)).toEqual([URL_A]);

    there.answers.kept.clear();
    there.answers.checks.set('vendor.example', () => answerOf('vendor.example'));
    expect(await rows(there, ['vendor.example'])).toEqual(['answer']);
    await ends(there, 'vendor.example');
    expect(there.calls).toHaveLength(1);
  });

  test('as many checks wait as may: that is said, and nobody is left waiting', async () => {
    const there = testDoor();
    there.answers.checks.set('vendor.example', () => ({ outcome: 'busy', retryAfterSeconds: 15 }));
    const outcomes = await askDomains(asked('vendor.example'), at(URL_A), there.door);
    expect(wordsOf(presentOutcomes(outcomes, there.door))).toContain('15 s');
    await ends(there, 'vendor.example');
    expect(there.calls).toEqual([]);
  });

  test('who waits cannot be written down: that is said, and no check is started for nobody', async () => {
    const there = testDoor();
    const away = { ...there.door.subscribers, add: async () => failure('unreachable', 'away') };
    const door = { ...there.door, subscribers: away };
    const outcomes = await askDomains(asked('vendor.example'), at(URL_A), door);
    expect(outcomes).toMatchObject([{ row: 'store-failed' }]);
    expect(wordsOf(presentOutcomes(outcomes, door))).toMatch(/says nothing about the domain/);
    const several = await askDomains(asked('vendor.example', 'a.example'), at(URL_A), door);
    expect(wordsOf(presentOutcomes(several, door))).toMatch(/not looked up.*failed on our side/);
    expect(there.answers.asked).toEqual([]);
  });

  test('half an hour later nobody is answered any more', async () => {
    const there = testDoor();
    await rows(there, ['vendor.example']);
    there.pass(30 * 60_000);
    await ends(there, 'vendor.example');
    expect(there.calls).toEqual([]);
  });

  test('at most three of the five posts are used, none of them after half an hour', async () => {
    const there = testDoor();
    await rows(there, ['vendor.example']);
    await ends(there, 'vendor.example');
    const [call] = there.calls;
    expect(call?.bounds.tries).toBe(3);
    expect(call?.bounds.untilMs).toBeLessThan(START_MS + 30 * 60_000);
  });

  test('a check that came to no end: whoever waits is told, and may ask again', async () => {
    const there = testDoor();
    await rows(there, ['vendor.example']);
    expect(there.minded).toEqual(['vendor.example']);
    await there.delivery.giveUp('vendor.example');
    expect(wordsOf(there.calls[0]?.fields)).toMatch(/says nothing about encryption.*Ask again/s);
    await ends(there, 'vendor.example');
    expect(there.calls).toHaveLength(1);
  });
});

describe('several domains together', () => {
  test('one message, when the last is there, whichever that is', async () => {
    const there = testDoor();
    there.answers.kept.set('known.example', answerOf('known.example'));
    const texts = ['known.example', 'slow.example', 'fast.example', 'no domain'];
    expect(await rows(there, texts)).toEqual(['answer', 'checking', 'checking', 'not-a-domain']);
    await ends(there, 'fast.example');
    expect(there.calls).toEqual([]);
    await ends(there, 'slow.example');
    expect(there.calls.map(({ to }) => to)).toEqual([URL_A]);
    const words = wordsOf(there.calls[0]?.fields);
    for (const name of ['known.example', 'slow.example', 'fast.example']) expect(words).toContain(name);
    expect(words).not.toContain('being checked');
  });

  test('all end at once: still one message', async () => {
    const there = testDoor();
    const texts = ['a.example', 'b.example', 'c.example', 'd.example', 'e.example'];
    await rows(there, texts);
    for (const name of texts) there.answers.kept.set(name, answerOf(name));
    await Promise.all(texts.map((name) => there.delivery.deliver(answerOf(name))));
    expect(there.calls).toHaveLength(1);
  });

  test('some end while they are being asked for: every order gives one message or the answer at once', async () => {
    for (const order of [
      ['a.example'],
      ['b.example'],
      ['a.example', 'b.example'],
      ['b.example', 'a.example'],
    ]) {
      const there = testDoor();
      there.answers.checks.set('b.example', async () => {
        for (const name of order) await ends(there, name);
        return there.answers.kept.get('b.example') ?? { outcome: 'checking', retryAfterSeconds: 2 };
      });
      const now = await rows(there, ['a.example', 'b.example']);
      await ends(there, 'a.example');
      await ends(there, 'b.example');
      const atOnce = now.every((row) => row === 'answer');
      expect([order, there.calls.length]).toEqual([order, atOnce ? 0 : 1]);
    }
  });

  test('one of them came to no end: its row says so, the others are answered', async () => {
    const there = testDoor();
    await rows(there, ['a.example', 'b.example']);
    await ends(there, 'a.example');
    await there.delivery.giveUp('b.example');
    expect(there.calls).toHaveLength(1);
    expect(JSON.stringify(there.calls[0]?.fields)).toContain('no answer yet');
  });
});

describe('Check again', () => {
  const question = parseQuestion('vendor.example');
  if (!question.ok) throw new Error('vendor.example is a domain');
  const again = (there: TestDoor) =>
    askAgain(question.question, { ...at(URL_A), replaces: 'asker' }, there.door);

  test('the new answer takes the place of the old one, with two posts left for it', async () => {
    const there = testDoor();
    there.answers.kept.set('vendor.example', answerOf('vendor.example'));
    expect(await again(there)).toMatchObject({ outcome: 'checking' });
    expect(there.answers.asked).toEqual([{ domain: 'vendor.example', options: { waitMs: 0, again: true } }]);
    await ends(there, 'vendor.example');
    expect(there.calls).toMatchObject([
      { to: URL_A, fields: { replace_original: true }, bounds: { tries: 2 } },
    ]);
  });

  test('where all read the old answer, all read the new one, and nobody is asked to share it', async () => {
    for (const [replaces, shared] of [
      ['asker', true],
      ['conversation', false],
    ] as const) {
      const there = testDoor();
      await askAgain(question.question, { ...at(URL_A), replaces }, there.door);
      await ends(there, 'vendor.example');
      expect(wordsOf(there.calls[0]?.fields).includes('Share to channel')).toBe(shared);
    }
  });

  test('a check that came to no end leaves the old answer where it is', async () => {
    const there = testDoor();
    await again(there);
    await there.delivery.giveUp('vendor.example');
    expect(there.calls).toMatchObject([{ fields: { replace_original: false } }]);
  });

  test('within the minute nobody is left waiting', async () => {
    const there = testDoor();
    there.answers.checks.set('vendor.example', () => ({ outcome: 'too-soon', retryAfterSeconds: 41 }));
    expect(await again(there)).toEqual({ outcome: 'too-soon', retryAfterSeconds: 41 });
    await ends(there, 'vendor.example');
    expect(there.calls).toEqual([]);
  });
});

test.each([
  [
    { to: 'conversation', channelId: 'C1', threadTs: '1.2', inPublic: true, userId: 'U1' },
    'chat.postMessage',
    { channel: 'C1', thread_ts: '1.2', unfurl_links: false },
  ],
  [{ to: 'home', viewer: { teamId: 'T1', userId: 'U1' } }, 'views.publish', { user_id: 'U1' }],
  [
    { to: 'step', executionId: 'Fx1', token: 'xwfp-1' },
    'functions.completeSuccess',
    { function_execution_id: 'Fx1', outputs: { answer: 'opportunistic' } },
  ],
] as const)('who waits at %o is answered there', async (to, method, fields) => {
  const there = testDoor();
  await askDomains(asked('vendor.example'), to, there.door);
  await ends(there, 'vendor.example');
  expect(there.calls).toMatchObject([{ to: method, fields }]);
  expect(wordsOf(there.calls[0]?.fields)).not.toContain('Share to channel');
  expect(there.calls[0]?.token).toBe(to.to === 'step' ? 'xwfp-1' : undefined);
});

test('who asked in a channel that the bot has been removed from is told elsewhere', async () => {
  const there = testDoor();
  const to = { to: 'conversation', channelId: 'C1', threadTs: '1.2', inPublic: true, userId: 'U1' } as const;
  await askDomains(asked('vendor.example'), to, there.door);
  const shut = { ok: false, because: 'not-in-channel', code: 'not_in_channel' } as const;
  there.refusals.set('chat.postMessage', { ...shut, retryAfterSeconds: null });
  await ends(there, 'vendor.example');
  expect(there.calls).toMatchObject([
    { to: 'chat.postMessage', fields: { channel: 'C1', thread_ts: '1.2' } },
    { to: 'chat.postMessage', fields: { channel: 'U1' } },
  ]);
  expect(there.calls[1]?.fields).not.toHaveProperty('thread_ts');
});

describe('Slack takes an answer no sooner than this process can wait', () => {
  const full = { ok: false, because: 'rate-limited', code: 'ratelimited', retryAfterSeconds: 300 } as const;

  test.each([
    ['a command', at(URL_A), 'response_url'],
    [
      'a message',
      { to: 'conversation', channelId: 'C1', threadTs: '1.2', inPublic: true, userId: 'U1' } as const,
      'chat.postMessage',
    ],
  ])('whoever asked by %s is answered when it does', async (_, to, method) => {
    const there = testDoor();
    await askDomains(asked('vendor.example', 'known.example'), to, there.door);
    there.refusals.set(method, full);
    await ends(there, 'vendor.example');
    await ends(there, 'known.example');
    expect(there.putOff).toEqual([{ domain: 'known.example', delaySeconds: 300 }]);
    there.refusals.clear();
    there.pass(300_000);
    await ends(there, 'known.example');
    expect(there.calls).toHaveLength(2);
    expect(there.calls[1]?.fields).toEqual(there.calls[0]?.fields);
    expect(there.calls[1]?.bounds).toMatchObject({ tries: 2, untilMs: there.calls[0]?.bounds.untilMs });
  });

  test('no longer than half an hour, and within the posts that are left', async () => {
    const there = testDoor();
    await rows(there, ['vendor.example']);
    there.refusals.set('response_url', full);
    for (const _ of [1, 2, 3, 4]) await ends(there, 'vendor.example');
    expect(there.calls.map(({ bounds }) => bounds.tries)).toEqual([3, 2, 1]);
    await rows(there, ['late.example']);
    there.refusals.set('response_url', { ...full, retryAfterSeconds: 1_800 });
    await ends(there, 'late.example');
    expect(there.putOff.map(({ domain }) => domain)).toEqual(['vendor.example', 'vendor.example']);
  });

  test('not after another refusal, nor where Slack does not say when it takes it', async () => {
    const there = testDoor();
    await rows(there, ['vendor.example']);
    there.refusals.set('response_url', { ...full, because: 'expired' });
    await ends(there, 'vendor.example');
    await rows(there, ['other.example']);
    there.refusals.set('response_url', { ...full, retryAfterSeconds: null });
    await ends(there, 'other.example');
    expect([there.calls.length, there.putOff]).toEqual([2, []]);
  });
});

test('a row that another version of this program wrote is left alone, and the others are answered', async () => {
  const there = testDoor();
  const untilMs = START_MS + 60_000;
  await there.door.subscribers.add('vendor.example', { id: 'x', body: '{"version":2}', untilMs });
  await there.door.subscribers.add('vendor.example', { id: 'y', body: 'nonsense', untilMs });
  await rows(there, ['vendor.example']);
  await ends(there, 'vendor.example');
  expect(there.calls.map(({ to }) => to)).toEqual([URL_A]);
});
