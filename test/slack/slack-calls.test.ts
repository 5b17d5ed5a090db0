/** Slack slow, down, rate-limited or refusing: each comes back as what it is, within its bounds, with nothing secret told. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createSlackCalls } from '../../functions/slack/slack-calls.ts';
import type { CallBounds, SlackCallFailed, SlackCalls } from '../../functions/slack/slack-calls.ts';
import type { Fault } from './faults.ts';
import { BOT_TOKEN, startSlackApi } from './slack-api.ts';
import type { SlackApi } from './slack-api.ts';

const START_MS = Date.parse('2026-11-22T01:00:00Z');
const MESSAGE = {
  text: 'Yes & <no>',
  blocks: [{ type: 'section', text: { type: 'plain_text', text: 'Ümlaut + 100 % = 😀', emoji: false } }],
  unfurl_links: false,
  unfurl_media: false,
} as const;
const IN_CHANNEL = { channel: 'C0GENERAL', ...MESSAGE, text: 'Yes' };

let slack: SlackApi;
let log: SlackCallFailed[];
let pauses: number[];
let nowMs: number;
beforeEach(async () => {
  [slack, log, pauses, nowMs] = [await startSlackApi(), [], [], START_MS];
});
afterEach(() => slack.close());

const calls = (changes: Partial<Parameters<typeof createSlackCalls>[0]> = {}): SlackCalls =>
  createSlackCalls({
    apiUrl: slack.apiUrl,
    botToken: async () => BOT_TOKEN,
    renewedToken: async () => null,
    fetch,
    timeoutMs: 5_000,
    wait: async (ms) => {
      pauses.push(ms);
      nowMs += ms;
    },
    now: () => nowMs,
    log: (entry) => log.push(entry),
    ...changes,
  });
const patient: Partial<CallBounds> = { tries: 3, untilMs: START_MS + 29 * 60_000 };
const post = (bounds?: Partial<CallBounds>) => calls().call('chat.postMessage', IN_CHANNEL, bounds);
/** How long to wait for an answer that comes late or never, and for one that comes on a busy machine. */
const patienceFor = ({ fault }: Fault): Partial<CallBounds> => ({
  timeoutMs: fault === 'silent' || fault === 'slow' ? 300 : 5_000,
});

test('a method gets its fields whole, the bot’s token, and nothing that is null', async () => {
  const called = await calls().call('chat.postMessage', { ...IN_CHANNEL, thread_ts: null });
  expect(called).toMatchObject({ ok: true, answer: { channel: 'C0GENERAL' } });
  expect(slack.calls).toMatchObject([{ token: BOT_TOKEN, payload: IN_CHANNEL, faults: [] }]);
  expect(slack.calls[0]?.payload).not.toHaveProperty('thread_ts');
});

test('a step of a workflow is ended with its own token', async () => {
  const fields = { function_execution_id: 'Fx1', outputs: { answer: 'enforced' } };
  await calls().call('functions.completeSuccess', fields, {}, 'xwfp-1');
  expect(slack.calls).toMatchObject([{ token: 'xwfp-1', payload: fields }]);
});

test('without a token nothing is sent', async () => {
  const called = await calls({ botToken: async () => null }).call('chat.postMessage', IN_CHANNEL);
  expect([called, slack.calls]).toMatchObject([{ ok: false, because: 'token-refused' }, []]);
});

const tokens = (): readonly (string | null)[] => slack.calls.map(({ token }) => token);

describe('a token that Slack refuses', () => {
  test.each(['token_revoked', 'invalid_auth', 'account_inactive'] as const)(
    'with %s: the one by now is shown at once, and nothing is told of the old one',
    async (error) => {
      slack.faults.script('chat.postMessage', { fault: 'error', error });
      const renewing = calls({ botToken: async () => 'xoxb-old', renewedToken: async () => BOT_TOKEN });
      expect(await renewing.call('chat.postMessage', IN_CHANNEL)).toMatchObject({ ok: true });
      expect(tokens()).toEqual(['xoxb-old', BOT_TOKEN]);
      expect([pauses, log]).toEqual([[], []]);
    },
  );

  test('is shown once where it is still the one, and where none can be had', async () => {
    for (const renewed of [BOT_TOKEN, null]) {
      slack.faults.script('chat.postMessage', { fault: 'error', error: 'token_revoked' });
      const called = await calls({ renewedToken: async () => renewed }).call('chat.postMessage', IN_CHANNEL);
      expect(called).toMatchObject({ ok: false, because: 'token-refused' });
    }
    expect(tokens()).toEqual([BOT_TOKEN, BOT_TOKEN]);
    expect(log).toHaveLength(2);
  });

  test('is not replaced where the channel is what Slack refuses, nor where it is that of a step', async () => {
    const asked: string[] = [];
    const renewing = calls({
      async renewedToken() {
        asked.push('renewed');
        return 'xoxb-new';
      },
    });
    slack.faults.script('chat.postMessage', { fault: 'error', error: 'not_in_channel' });
    await renewing.call('chat.postMessage', IN_CHANNEL);
    slack.faults.script('functions.completeSuccess', { fault: 'error', error: 'token_expired' });
    const fields = { function_execution_id: 'Fx1', outputs: {} };
    await renewing.call('functions.completeSuccess', fields, {}, 'xwfp-1');
    expect([asked, tokens()]).toEqual([[], [BOT_TOKEN, 'xwfp-1']]);
  });
});

describe('what Slack answers is told by what it means', () => {
  test.each<[Fault, string]>([
    [{ fault: 'error', error: 'not_in_channel' }, 'not-in-channel'],
    [{ fault: 'error', error: 'is_archived' }, 'not-in-channel'],
    [{ fault: 'error', error: 'channel_not_found' }, 'no-such-channel'],
    [{ fault: 'error', error: 'token_revoked' }, 'token-refused'],
    [{ fault: 'error', error: 'account_inactive' }, 'token-refused'],
    [{ fault: 'error', error: 'expired_trigger_id' }, 'expired'],
    [{ fault: 'error', error: 'internal_error' }, 'unavailable'],
    [{ fault: 'error', error: 'file_not_found' }, 'refused'],
    [{ fault: 'status', status: 503 }, 'unavailable'],
    [{ fault: 'rate-limited', retryAfterSeconds: 30 }, 'rate-limited'],
    [{ fault: 'down' }, 'no-answer'],
    [{ fault: 'silent' }, 'no-answer'],
    [{ fault: 'slow', ms: 1_000 }, 'no-answer'],
  ])('%o', async (fault, because) => {
    slack.faults.script('chat.postMessage', fault);
    expect(await post(patienceFor(fault))).toMatchObject({ ok: false, because });
    expect(log).toMatchObject([{ event: 'slack-call-failed', to: 'chat.postMessage', because, tries: 1 }]);
  });

  test('a layout that Slack does not take is left out, and the words come all the same', async () => {
    slack.faults.script('chat.postMessage', { fault: 'error', error: 'invalid_blocks' });
    expect(await post()).toMatchObject({ ok: true });
    const [, second] = slack.calls;
    const said = { type: 'section', text: { type: 'mrkdwn', text: 'Yes', verbatim: true } };
    expect(second).toMatchObject({ payload: { ...IN_CHANNEL, blocks: [said] }, faults: [] });
    expect(log).toMatchObject([{ because: 'layout-refused', code: 'invalid_blocks' }]);
  });

  test('so it is at a response_url', async () => {
    const deed = slack.deed();
    const message = { ...MESSAGE_FOR_ONE, text: 'Yes', blocks: [{ type: 'no such block' }] };
    expect(await calls().respond(deed.responseUrl, message)).toMatchObject({ ok: true });
    expect(slack.posts(deed).at(-1)).toMatchObject({ payload: { text: 'Yes' }, faults: [] });
  });

  test('nobody listens there', async () => {
    const gone = await startSlackApi();
    await gone.close();
    const called = await calls({ apiUrl: gone.apiUrl }).call('chat.postMessage', IN_CHANNEL);
    expect(called).toMatchObject({ ok: false, because: 'unreachable' });
  });
});

test('a redirect is not followed: what is posted goes to Slack and to nobody else', async () => {
  const elsewhere: string[] = [];
  const server = createServer((request, response) => {
    elsewhere.push(request.url ?? '');
    if (request.url === '/elsewhere') response.end('{"ok":true}');
    else response.writeHead(307, { location: '/elsewhere' }).end();
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const called = await calls().respond(`http://127.0.0.1:${port}/response/1`, MESSAGE);
  server.close();
  expect([called.ok, elsewhere]).toEqual([false, ['/response/1']]);
});

describe('tried again', () => {
  test('after as long as Slack says', async () => {
    slack.faults.script('chat.postMessage', { fault: 'rate-limited', retryAfterSeconds: 7 });
    expect(await post(patient)).toMatchObject({ ok: true });
    expect([pauses, log]).toEqual([[7_000], []]);
  });

  test('three times at most, with growing pauses, and told once', async () => {
    slack.faults.script('chat.postMessage', { fault: 'status', status: 503 }, 10);
    expect(await post(patient)).toMatchObject({ ok: false, because: 'unavailable' });
    expect(pauses).toEqual([1_000, 2_000]);
    expect(slack.calls).toHaveLength(3);
    expect(log).toMatchObject([{ tries: 3 }]);
  });

  test.each<Fault>([{ fault: 'silent' }, { fault: 'down' }])(
    'not after %o: it may have been posted',
    async (fault) => {
      slack.faults.script('chat.postMessage', fault);
      await post({ ...patient, ...patienceFor(fault) });
      expect(slack.calls).toHaveLength(1);
    },
  );

  test('not after a pause that ends when nobody waits any more, or that is too long to be kept', async () => {
    slack.faults.script('chat.postMessage', { fault: 'rate-limited', retryAfterSeconds: 30 });
    await post({ tries: 3, untilMs: START_MS + 30_000 });
    slack.faults.script('chat.postMessage', { fault: 'rate-limited', retryAfterSeconds: 600 });
    await post(patient);
    expect([slack.calls.length, pauses]).toEqual([2, []]);
  });
});

describe('a response_url', () => {
  test('takes a message as JSON, without a token', async () => {
    const deed = slack.deed();
    expect(await calls().respond(deed.responseUrl, MESSAGE_FOR_ONE)).toMatchObject({ ok: true });
    expect(slack.posts(deed)).toMatchObject([{ token: null, payload: MESSAGE_FOR_ONE, faults: [] }]);
  });

  test('that is used up is told once, without its address, and not tried again', async () => {
    const deed = slack.deed();
    for (let posted = 0; posted < 5; posted += 1) await calls().respond(deed.responseUrl, MESSAGE_FOR_ONE);
    expect(await calls().respond(deed.responseUrl, MESSAGE_FOR_ONE, patient)).toMatchObject({
      ok: false,
      because: 'expired',
      code: 'used_url',
    });
    expect(slack.posts(deed)).toHaveLength(6);
    expect(log).toEqual([
      { event: 'slack-call-failed', to: 'response_url', because: 'expired', code: 'used_url', tries: 1 },
    ]);
    expect(JSON.stringify(log)).not.toContain('secret');
  });
});

const MESSAGE_FOR_ONE = {
  ...MESSAGE,
  text: 'Yes',
  response_type: 'ephemeral',
  replace_original: false,
} as const;

test('what a proxy says in Slack’s place is not repeated in the log', async () => {
  const page = new Response('<html>token xoxb-1 of ann@vendor.example</html>', { status: 502 });
  const called = await calls({ fetch: async () => page }).call('chat.postMessage', IN_CHANNEL);
  expect(called).toMatchObject({ ok: false, because: 'unavailable', code: '502' });
  expect(JSON.stringify(log)).not.toContain('xoxb');
});
