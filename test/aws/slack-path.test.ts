/**
 * The way of a question from Slack on AWS: command in, answer posted, through the slack, check and probe functions as
 * deployed, with a stand-in for Slack that holds every message to Slack's limits.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import type { HttpResult } from '../../functions/aws/http-event.ts';
import { appMention, slashCommand } from '../slack/events.ts';
import type { Deed } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import { SIGNING_SECRET } from '../slack/slack-api.ts';
import type { Call } from '../slack/slack-api.ts';
import { createLocks } from '../../functions/store/lock.ts';
import { SECRET_NAME } from './emulated-stack.ts';
import { resultIn } from './http-events.ts';
import { SECRET, startSlackDeployment } from './slack-deployment.ts';
import type { SlackDeployment } from './slack-deployment.ts';

let deployment: SlackDeployment;
let lab: SlackDeployment['lab'];
let slack: SlackDeployment['slack'];
let stack: SlackDeployment['stack'];

beforeAll(async () => {
  deployment = await startSlackDeployment({
    doors: ['slack', 'check'],
    // As in `infra/`, longer than a check takes: two seconds of this machine.
    visibilitySeconds: 100,
    settings: { MAILTLS_LOCK_MS: '2000' },
  });
  ({ lab, slack, stack } = deployment);
});
afterAll(() => deployment?.close());
let sentBefore: number;
beforeEach(() => {
  sentBefore = stack.queue.sent.length;
  stack.table.throttled = false;
  stack.pump.held = false;
});
async function command(text: string, deed: Deed, secret = SIGNING_SECRET): Promise<HttpResult> {
  const request = signedRequest('/slack/events', slashCommand(deed, text), secret, Date.now());
  const came = await stack.functions.slack.invoke(gatewayEvent(request));
  expect(came).toEqual({ outcome: 'response', payload: expect.anything() });
  return resultIn(came.payload);
}

async function posted(deed: Deed, count = 1): Promise<readonly Call[]> {
  while (slack.posts(deed).length < count) await wait(20);
  await stack.pump.drained();
  return slack.posts(deed);
}

const orders = (): readonly unknown[] =>
  stack.queue.sent.slice(sentBefore).map(({ body }): unknown => JSON.parse(body));

const visits = (host: string): number => lab.connections(lab.addresses(host)[0] ?? '').length;

const textOf = (call: Call | undefined): string => JSON.stringify(call?.payload);

test('a command is acknowledged, the check runs in another function, and the answer is posted once', async () => {
  const deed = slack.deed();
  const reply = await command('modern.example', deed);
  expect(reply.statusCode).toBe(200);
  expect(slack.acknowledged(JSON.parse(reply.body))).toEqual([]);
  expect(reply.body).toContain('modern.example');
  const posts = await posted(deed);
  expect(posts).toHaveLength(1);
  expect(textOf(posts[0])).toContain('encrypt');
  expect(orders()).toEqual([{ domain: 'modern.example', purpose: 'answer', askedAtMs: expect.any(Number) }]);
});

test('a stored answer is in the reply itself, with a link that opens its page for a day', async () => {
  const deed = slack.deed();
  const reply = await command('modern.example', deed);
  expect(reply.body).toMatch(/\/d\/modern\.example\?until=\d+&seal=[\w-]{43}/);
  expect(orders()).toEqual([]);
  await stack.pump.drained();
  expect(slack.posts(deed)).toEqual([]);
});

test('five people who ask at once are answered by one check', async () => {
  const deeds = [1, 2, 3, 4, 5].map((n) => slack.deed({ user: `U0PERSON${n}` }));
  stack.pump.held = true;
  await Promise.all(deeds.map((deed) => command('slow-6s.example', deed)));
  stack.pump.held = false;
  for (const deed of deeds) expect(await posted(deed)).toHaveLength(1);
  expect(orders()).toHaveLength(1);
  expect(visits('mx.slow-6s.example')).toBe(1);
});

test('domains asked together come in one message', async () => {
  const deed = slack.deed();
  await command('exim.example postfix.example', deed);
  const posts = await posted(deed);
  expect(posts).toHaveLength(1);
  expect(textOf(posts[0])).toMatch(/exim\.example.*postfix\.example/s);
});

test('a message given again by the queue posts nothing again', async () => {
  const deed = slack.deed();
  await command('sendmail.example', deed);
  await posted(deed);
  stack.queue.send(JSON.stringify(orders()[0]));
  await stack.pump.drained();
  expect(slack.posts(deed)).toHaveLength(1);
  expect(visits('mx.sendmail.example')).toBe(1);
});

test('a check whose function dies is made by another, and its answer posted once', async () => {
  const deed = slack.deed();
  await command('slow-20s.example', deed);
  while (visits('mx.slow-20s.example') === 0) await wait(10);
  await stack.functions.check.restart();
  expect(await posted(deed)).toHaveLength(1);
  expect(visits('mx.slow-20s.example')).toBe(2);
});

test('a check that comes to no end three times is given up, and whoever waits is told so once', async () => {
  const deed = slack.deed();
  const { check } = stack.functions;
  const locks = createLocks(stack.table.open(), 60_000, Date.now);
  const lease = await locks.acquire('opensmtpd.example');
  const { timeoutSeconds } = check;
  // A second for the check beside what it needs for its answer.
  check.timeoutSeconds = 16;
  await check.restart();
  stack.queue.send(JSON.stringify({ domain: 'opensmtpd.example', purpose: 'answer', askedAtMs: Date.now() }));
  await command('opensmtpd.example', deed);
  const posts = await posted(deed);
  expect(posts).toHaveLength(1);
  expect(textOf(posts[0])).toContain('That says nothing about encryption');
  expect(stack.queue.deadLetters.filter((body) => body.includes('opensmtpd.example'))).toHaveLength(1);
  expect(visits('mx.opensmtpd.example')).toBe(0);
  check.timeoutSeconds = timeoutSeconds;
  await check.restart();
  if (lease.ok) await lease.value?.release();
});

test('with a table that throttles the reply says so, and the next command is answered', async () => {
  const deed = slack.deed();
  stack.table.throttled = true;
  const reply = await command('requiretls.example', deed);
  stack.table.throttled = false;
  expect([reply.statusCode, reply.body]).toEqual([200, expect.stringContaining('Ask again')]);
  expect(orders()).toEqual([]);
  const next = slack.deed();
  await command('requiretls.example', next);
  expect(await posted(next)).toHaveLength(1);
  expect(slack.posts(deed)).toEqual([]);
});

test('a table that throttles as the answer is brought costs a moment, not the answer', async () => {
  const deed = slack.deed();
  stack.pump.held = true;
  await command('wildcard.example', deed);
  stack.table.throttled = ['DeleteItem'];
  stack.pump.held = false;
  while (visits('mx.wildcard.example') === 0) await wait(10);
  await wait(500);
  stack.table.throttled = false;
  expect(await posted(deed)).toHaveLength(1);
  expect(visits('mx.wildcard.example')).toBe(1);
});

test.each([
  ['a check that has ended', 'opensmtpd.example', 'response_url'],
  ['a mention of what is known', 'modern.example', 'chat.postMessage'],
] as const)(
  'Slack takes the answer to %s in a minute: it is posted then, by whoever is there',
  async (_, name, place) => {
    slack.faults.script(place, { fault: 'rate-limited', retryAfterSeconds: 61 });
    const deed = slack.deed();
    const before = slack.callsTo(place).length;
    if (place === 'response_url') {
      await command(name, deed);
    } else {
      const mention = { text: `<@U0MAILTLS> ${name}`, ts: '1763790005.002000' };
      const request = signedRequest(
        '/slack/events',
        appMention({ user: 'U0ANN', channel: 'C0GENERAL' }, mention),
        SIGNING_SECRET,
        Date.now(),
      );
      await stack.functions.slack.invoke(gatewayEvent(request));
    }
    while (slack.callsTo(place).length < before + 2) await wait(20);
    await stack.pump.drained();
    const posts = slack.callsTo(place).slice(before);
    expect(posts.map(({ status }) => status)).toEqual([429, 200]);
    expect(stack.queue.sent.at(-1)).toMatchObject({ delaySeconds: 61 });
    expect(textOf(posts[1])).toContain(`${name}: encrypted`);
  },
);

test('an order that nobody can read reaches nobody, and no dead letter holds who asked', async () => {
  for (const { body } of stack.queue.sent) {
    expect(Object.keys(JSON.parse(body))).toEqual(['domain', 'purpose', 'askedAtMs']);
  }
  expect(stack.queue.sent.map(({ body }) => body).join('')).not.toMatch(/hooks|response|U0|http/);
});

test('a request signed with another key is refused, and a rotated key is taken up by the next process', async () => {
  expect((await command('modern.example', slack.deed(), 'rotated')).statusCode).toBe(401);
  stack.secrets.set(SECRET_NAME, JSON.stringify({ ...SECRET, signingSecret: 'rotated' }));
  await stack.functions.slack.restart();
  expect((await command('modern.example', slack.deed(), 'rotated')).statusCode).toBe(200);
  expect((await command('modern.example', slack.deed())).statusCode).toBe(401);
  stack.secrets.set(SECRET_NAME, JSON.stringify(SECRET));
  await stack.functions.slack.restart();
});

test('without the secret Slack is told to come again, and the log says what is missing', async () => {
  await stack.redeploy({ MAILTLS_SLACK_SECRET: 'gone' });
  const reply = await command('modern.example', slack.deed());
  expect(reply.statusCode).toBe(503);
  expect(stack.functions.slack.log()).toContain('The secret gone could not be read');
  await stack.redeploy({ MAILTLS_SLACK_SECRET: SECRET_NAME });
  expect((await command('modern.example', slack.deed())).statusCode).toBe(200);
});

test('Slack would have taken every message as it was posted', () => {
  expect(slack.calls.length).toBeGreaterThan(0);
  expect(slack.calls.flatMap(({ faults }) => faults)).toEqual([]);
});

test('no log has a token, a signature, a response_url or a name of a person', () => {
  const logs = stack.functions.slack.log() + stack.functions.check.log();
  expect(logs).not.toMatch(/xoxb|v0=|\/response\/|U0ANN|lab-signing-secret/);
});
