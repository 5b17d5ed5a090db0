/** Answers brought to who waits in Slack, by a function whose time ends. */
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { createCheckQueue } from '../../functions/aws/check-queue.ts';
import { openSlackDelivery } from '../../functions/aws/slack-delivery.ts';
import { readSettings } from '../../functions/environment.ts';
import { waitingOf } from '../../functions/slack/subscriber.ts';
import type { AnswerTo } from '../../functions/slack/subscriber.ts';
import { createSubscribers } from '../../functions/store/subscribers.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { BOT_TOKEN, startSlackApi } from '../slack/slack-api.ts';
import type { SlackApi } from '../slack/slack-api.ts';
import { newDomain, openTestTable } from '../store/test-table.ts';
import type { TestTable } from '../store/test-table.ts';
import { CREDENTIALS, startAwsServices } from './aws-services.ts';
import { secretsService } from './secrets-service.ts';

let there: TestTable;
let slack: SlackApi;
beforeAll(async () => {
  [there, slack] = await Promise.all([openTestTable(), startSlackApi()]);
});
afterAll(async () => Promise.all([there?.close(), slack?.close()]));
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
});

const secret = (botToken: string): string => JSON.stringify({ signingSecret: 'sign', botToken });

/** Somebody waits for a domain, and the function that has its answer ends so soon. */
async function waitsFor(
  name: string,
  leftMs: number,
  changes: { readonly to?: AnswerTo; readonly environment?: Readonly<Record<string, string>> } = {},
) {
  const read = readSettings({ ...slack.environment(), ...changes.environment });
  if (!read.ok) throw new Error('these are no settings');
  const endsAtMs = Date.now() + leftMs;
  const deed = slack.deed();
  const { to = { to: 'response-url', url: deed.responseUrl, replaces: false } as const } = changes;
  const row = waitingOf('a', { version: 1, asked: [name], to, postsLeft: 3 }, Date.now());
  await createSubscribers(there.table, Date.now).add(name, row);
  const delivery = openSlackDelivery(read.settings, {
    table: there.table,
    queue: createCheckQueue('', ''),
    answers: { stored: async () => null },
    postsUntilMs: () => endsAtMs,
  });
  return { delivery, deed };
}
const answer = (name: string) => aged({ ...domain([host([made('192.0.2.1')])]), domain: name });

test('a pause that Slack asks for is kept where the function lives to see its end', async () => {
  const name = newDomain();
  const { delivery, deed } = await waitsFor(name, 20_000);
  slack.faults.script('response_url', { fault: 'rate-limited', retryAfterSeconds: 1 });
  expect(await delivery.deliver(answer(name))).toBe(true);
  expect(slack.posts(deed).map(({ faults }) => faults)).toHaveLength(2);
});

test('a bot token that Slack refuses is read anew, and the answer is posted with the one by now', async () => {
  const name = newDomain();
  const stored = new Map([['mailtls/slack', secret('xoxb-old')]]);
  const aws = await startAwsServices([secretsService(stored)]);
  for (const [key, value] of Object.entries(CREDENTIALS)) vi.stubEnv(key, value);
  const startMs = Date.now();
  const clock = vi.spyOn(Date, 'now');
  const waiting = {
    to: { to: 'conversation', channelId: 'C1', threadTs: '1.2', inPublic: true, userId: 'U1' },
    environment: { MAILTLS_SLACK_SECRET: 'mailtls/slack', MAILTLS_AWS_ENDPOINT: aws.endpoint },
  } as const;
  const { delivery } = await waitsFor(name, 300_000, waiting);
  await delivery.deliver(answer(name));
  await waitsFor(name, 300_000, waiting);
  stored.set('mailtls/slack', secret(BOT_TOKEN));
  clock.mockImplementation(() => startMs + 61_000);
  slack.faults.script('chat.postMessage', { fault: 'error', error: 'token_revoked' });
  await delivery.deliver(answer(name));
  await aws.close();
  const posts = slack.callsTo('chat.postMessage');
  expect(posts.map(({ token }) => token)).toEqual(['xoxb-old', 'xoxb-old', BOT_TOKEN]);
});

test('a longer one is told of, and does not cost the others of the same batch their answers', async () => {
  const told = vi.spyOn(console, 'error').mockImplementation(() => {});
  const name = newDomain();
  const { delivery, deed } = await waitsFor(name, 20_000);
  slack.faults.script('response_url', { fault: 'rate-limited', retryAfterSeconds: 50 });
  expect(await delivery.deliver(answer(name))).toBe(true);
  expect(slack.posts(deed)).toHaveLength(1);
  expect(told).toHaveBeenCalledWith(
    expect.objectContaining({ event: 'slack-call-failed', because: 'rate-limited' }),
  );
});
