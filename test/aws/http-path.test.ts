/**
 * The way of a question over HTTP on AWS: the http and check functions as deployed, in processes of their own that
 * are frozen between events, and the queue and the table between them.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { HttpResult } from '../../functions/aws/http-event.ts';
import { signPageLink } from '../../functions/http/page-link.ts';
import { createEgressRecord } from '../../functions/store/egress-record.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { LINK_KEY, LINK_SECRET_NAME, startStack } from './emulated-stack.ts';
import type { EmulatedStack } from './emulated-stack.ts';
import { queueEvent } from './event-pump.ts';
import { httpEvent, resultIn } from './http-events.ts';
import type { HttpRequestMade } from './http-events.ts';

const SETTINGS = { MAILTLS_LOCK_MS: '2000', MAILTLS_PAGE_LINKS: 'true' };

let lab: Lab;
let stack: EmulatedStack;

beforeAll(async () => {
  lab = await startLab({ secondMs: 50 });
  stack = await startStack({
    lab,
    doors: ['http', 'check'],
    settings: SETTINGS,
    // As in `infra/`, longer than a check takes: three seconds of this machine.
    visibilitySeconds: 150,
  });
});
afterAll(async () => {
  await stack?.close();
  await lab?.close();
});
let sentBefore: number;
beforeEach(() => {
  sentBefore = stack.queue.sent.length;
  stack.table.throttled = false;
});

async function send(method: string, target: string, made: HttpRequestMade = {}): Promise<HttpResult> {
  const came = await stack.functions.http.invoke(httpEvent(method, target, made));
  expect(came).toEqual({ outcome: 'response', payload: expect.anything() });
  return resultIn(came.payload);
}

const ask = (domain: string, headers: Readonly<Record<string, string>> = {}): Promise<HttpResult> =>
  send('GET', `/v1/domains/${domain}`, { headers });

const orders = (): readonly unknown[] =>
  stack.queue.sent.slice(sentBefore).map(({ body }): unknown => JSON.parse(body));

const visits = (host: string): number => lab.connections(lab.addresses(host)[0] ?? '').length;

async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await wait(10);
}

describe('a domain that nobody asked about yet', () => {
  test('is checked by the other function and answered in one request', async () => {
    const answer = await ask('modern.example');
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'application/json',
      'cache-status': expect.stringMatching(/^mailtls; fwd=miss; ttl=\d+; stored$/),
    });
    expect(JSON.parse(answer.body)).toMatchObject({
      schema: 'mailtls.report/1',
      domain: 'modern.example',
      verdict: { answer: 'opportunistic' },
    });
    expect(orders()).toEqual([
      { domain: 'modern.example', purpose: 'answer', askedAtMs: expect.any(Number) },
    ]);
  });

  test('that several ask about at once costs one message and one connection', async () => {
    const answers = await Promise.all([1, 2, 3].map(() => ask('tls13.example')));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
    expect(new Set(answers.map(({ headers }) => headers['etag'])).size).toBe(1);
    expect(orders()).toHaveLength(1);
    expect(visits('mx.tls13.example')).toBe(1);
  });

  test('is accepted from who does not wait, and found by asking again', async () => {
    const accepted = await ask('tls12.example', { prefer: 'wait=0' });
    expect(accepted).toMatchObject({
      statusCode: 202,
      headers: { location: '/v1/domains/tls12.example', 'retry-after': '2' },
    });
    await stack.pump.drained();
    expect((await ask('tls12.example', { prefer: 'wait=0' })).statusCode).toBe(200);
    expect(orders()).toHaveLength(1);
  });

  test('that does not exist is answered so', async () => {
    const answer = await ask('no-such.example');
    expect(answer).toMatchObject({
      statusCode: 404,
      headers: { 'content-type': 'application/problem+json' },
    });
    expect(JSON.parse(answer.body)).toMatchObject({ type: '/problems/no-such-domain' });
  });
});

describe('a domain whose answer is stored', () => {
  test('is answered without a message, and not sent again to who has it', async () => {
    const { headers } = await ask('modern.example');
    const again = await ask('modern.example', { 'if-none-match': headers['etag'] ?? '' });
    expect([again.statusCode, again.body]).toEqual([304, '']);
    expect(headers['cache-status']).toContain('hit');
    expect(orders()).toEqual([]);
  });

  test('is not checked again a moment later', async () => {
    const refused = await send('POST', '/v1/domains/modern.example/checks');
    expect(refused.statusCode).toBe(429);
    expect(JSON.parse(refused.body)).toMatchObject({ type: '/problems/checked-just-now' });
    expect(orders()).toEqual([]);
  });

  test('is shown, by its link alone, to who was let in by nobody', async () => {
    const link = signPageLink(LINK_KEY, 'modern.example', Date.now());
    const page = await send('GET', link, { caller: null });
    expect([page.statusCode, page.body]).toEqual([200, expect.stringContaining('modern.example')]);
    const other = await send('GET', link.replace('modern', 'tls13'), { caller: null });
    expect(other.statusCode).toBe(403);
    expect((await send('GET', '/v1/domains/modern.example', { caller: null })).statusCode).toBe(403);
    const secrets = stack.aws.asked.filter(({ operation }) => operation.startsWith('secretsmanager.'));
    expect(new Set(secrets.map(({ body }) => body['SecretId']))).toEqual(new Set([LINK_SECRET_NAME]));
  });

  test('has its history', async () => {
    const history = JSON.parse((await send('GET', '/v1/domains/modern.example/history')).body);
    expect(history).toMatchObject({ domain: 'modern.example', entries: [{ answer: 'opportunistic' }] });
  });
});

test('an answer that rests on one look is looked at again, by a message that the queue holds back', async () => {
  const first = await ask('no-starttls.example');
  expect(JSON.parse(first.body)).toMatchObject({ provisional: true, verdict: { answer: 'plaintext' } });
  expect(stack.queue.sent.at(-1)).toEqual({
    body: expect.stringContaining('"purpose":"second-look"'),
    delaySeconds: 60,
  });
  await stack.pump.drained();
  expect(JSON.parse((await ask('no-starttls.example')).body)).toMatchObject({ provisional: false });
});

test('a list is answered in one request, each domain for itself', async () => {
  const answer = await send('POST', '/v1/domains', {
    headers: { 'content-type': 'application/json', prefer: 'wait=20' },
    body: JSON.stringify(['modern.example', 'exim.example', '192.0.2.1']),
  });
  expect(answer.statusCode).toBe(200);
  expect(JSON.parse(answer.body)).toMatchObject({
    results: [
      { outcome: 'report', report: { domain: 'modern.example' } },
      { outcome: 'report', report: { domain: 'exim.example' } },
      { outcome: 'problem', problem: { type: '/problems/not-a-domain' } },
    ],
  });
});

test('a pasted message, in base64 as the gateway hands it on, is read and goes nowhere else', async () => {
  const body =
    'Received: from planted.example by mx.example with ESMTPS; Sun, 22 Nov 2026 01:02:03 +0000\r\n\r\n';
  const answer = await send('POST', '/v1/headers', { headers: { 'content-type': 'message/rfc822' }, body });
  expect(answer.statusCode).toBe(200);
  expect(answer.headers['cache-control']).toBe('no-store');
  expect(JSON.parse(answer.body)).toMatchObject({ results: [{ verdict: { answer: 'encrypted' } }] });
  expect(orders()).toEqual([]);
  expect(stack.functions.http.log()).not.toContain('planted');
});

describe('when something fails', () => {
  test('a table that throttles makes the service busy, and the next request is answered', async () => {
    stack.table.throttled = true;
    const busy = await ask('postfix.example');
    stack.table.throttled = false;
    expect(busy).toMatchObject({ statusCode: 503, headers: { 'retry-after': '15' } });
    expect(orders()).toEqual([]);
    expect((await ask('postfix.example')).statusCode).toBe(200);
    expect(visits('mx.postfix.example')).toBe(1);
    expect(stack.functions.http.log()).toContain('"because":"throttled"');
  });

  test('a table that throttles while a check is waited for costs a moment, and no second check', async () => {
    const waiting = ask('slow-6s.example');
    await until(() => visits('mx.slow-6s.example') === 1);
    stack.table.throttled = ['Query'];
    await wait(800);
    stack.table.throttled = false;
    expect((await waiting).statusCode).toBe(200);
    expect(orders()).toHaveLength(1);
    expect(visits('mx.slow-6s.example')).toBe(1);
  });

  test('a check that cannot be kept is answered all the same, and says that it is not kept', async () => {
    stack.table.throttled = ['BatchWriteItem'];
    const answer = await ask('sendmail.example');
    stack.table.throttled = false;
    expect(answer).toMatchObject({
      statusCode: 200,
      headers: { 'cache-status': expect.stringContaining('stored=?0') },
    });
    expect(visits('mx.sendmail.example')).toBe(1);
  });

  test('a queue that is not there makes the service busy, and the domain is free for the next order', async () => {
    await stack.redeploy({ MAILTLS_CHECK_QUEUE: `${stack.aws.endpoint}/123456789012/gone` });
    expect((await ask('exchange.example')).statusCode).toBe(503);
    await stack.redeploy({ MAILTLS_CHECK_QUEUE: `${stack.aws.endpoint}/123456789012/checks` });
    expect((await ask('exchange.example')).statusCode).toBe(200);
  });

  test('a message that comes twice costs one check', async () => {
    await ask('opensmtpd.example');
    const [order] = orders();
    stack.queue.send(JSON.stringify(order));
    await stack.pump.drained();
    expect(visits('mx.opensmtpd.example')).toBe(1);
    expect(stack.queue.deadLetters).toEqual([]);
  });

  test('a check whose function dies is replaced once its lock runs out, for those who wait already', async () => {
    const waiting = ask('slow-20s.example');
    await until(() => visits('mx.slow-20s.example') === 1);
    await stack.functions.check.restart();
    const answer = await waiting;
    expect(JSON.parse(answer.body)).toMatchObject({ verdict: { answer: 'opportunistic' } });
    await stack.pump.drained();
    expect(visits('mx.slow-20s.example')).toBe(2);
  });

  test('in a batch only the message that is no order comes again, and ends among the dead letters', async () => {
    const good = ['requiretls.example', 'wildcard.example'].map((domain) =>
      JSON.stringify({ domain, purpose: 'answer', askedAtMs: Date.now() }),
    );
    const bodies = good.toSpliced(1, 0, '{"domain":"Not A Domain"}');
    const batch = bodies.map((body, index) => ({
      messageId: `m${index}`,
      body,
      receiptHandle: '',
      receiveCount: 1,
    }));
    expect(await stack.functions.check.invoke(queueEvent('checks', batch))).toEqual({
      outcome: 'response',
      payload: { batchItemFailures: [{ itemIdentifier: 'm1' }] },
    });
    expect((await ask('wildcard.example')).headers['cache-status']).toContain('hit');
    stack.queue.send('not even JSON');
    await stack.pump.drained();
    expect(stack.queue.deadLetters).toContain('not even JSON');
  });

  test('no log names what was asked beside the domain, and none of the check function names a domain', () => {
    expect(stack.functions.check.log()).not.toContain('.example');
    expect(stack.functions.http.log()).not.toContain('seal=');
  });
});

describe('the canaries', () => {
  const scheduled = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };
  test('are asked by a schedule, and what they say is on record and in the log that the alarm reads', async () => {
    expect(await stack.functions.check.invoke(scheduled)).toMatchObject({
      payload: { event: 'egress', state: 'open', closed: 0 },
    });
    expect(await createEgressRecord(stack.table.open(), Date.now).last()).toMatchObject({
      ok: true,
      value: { vantage: 'local', ehloName: null },
    });
    expect(stack.functions.check.log()).toMatch(/"message":\{"level":"info","event":"egress","state":"open"/);
  });

  test('that are all silent make the state blocked, and an answer then blames no server and is not kept', async () => {
    await stack.redeploy({ MAILTLS_CANARIES: lab.canaries.dead, MAILTLS_CONNECT_TIMEOUT_MS: '300' });
    expect(await stack.functions.check.invoke(scheduled)).toMatchObject({
      payload: { state: 'blocked', closed: 1 },
    });
    const answer = await ask('dropped.example');
    expect(JSON.parse(answer.body)).toMatchObject({
      verdict: { answer: 'untested' },
      mailServers: [{ addresses: [{ outcome: 'egress-blocked' }] }],
    });
    expect(answer.headers['cache-status']).toContain('stored=?0');
    expect(orders()).toHaveLength(1);
  });
});
