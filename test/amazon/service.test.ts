/** What is asked of Amazon's services is bounded, repeated where that is right, and fails with what was the matter. */
import { getEventListeners } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createService } from '../../functions/amazon/late-service.ts';
import { attemptsOf, failureDetail } from '../../functions/amazon/service.ts';
import type { AmazonService, ServiceOptions } from '../../functions/amazon/service.ts';
import { CREDENTIALS } from '../aws/aws-services.ts';
import { dropConnectionAttempts } from '../lab/dropping.ts';
import { answering, startRecorder } from './recorder.ts';
import type { Recorder, Reply } from './recorder.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const REQUEST = { path: '/', headers: { 'content-type': 'application/x-amz-json-1.0' }, body: '{}' };
const silence: Reply = () => {};
const breakingOff: Reply = (response) => void response.destroy();
const aMinuteLater: Reply = (response, request) => {
  vi.setSystemTime(60_000);
  breakingOff(response, request);
};
const stopping: Reply = (response) => void response.writeHead(200, { 'content-length': '9' }).write('{');

async function serviceAt(
  replies: readonly Reply[],
  options: Partial<ServiceOptions> = {},
): Promise<{ readonly service: AmazonService; readonly recorder: Recorder }> {
  const recorder = await startRecorder(...replies);
  const service = createService({
    name: 'sqs',
    endpoint: recorder.endpoint,
    accessKey: null,
    timeoutMs: 5_000,
    attempts: 2,
    keepsConnections: false,
    ...options,
  });
  return { service, recorder };
}

const failing = (asked: Promise<unknown>): Promise<unknown> =>
  asked.then(
    () => null,
    (error: unknown) => error,
  );

describe('a request is made again', () => {
  test.each([
    ['the connection breaks off', breakingOff],
    ['the service is down', answering(503, '')],
    ['it failed inside', answering(500, { __type: 'InternalServerError' })],
    ['it is too busy', answering(400, { __type: 'ThrottlingException', message: 'slow down' })],
    [
      'the answer breaks off',
      (response) => void response.writeHead(200).write('{', () => response.destroy()),
    ],
  ] satisfies readonly (readonly [string, Reply])[])('where %s', async (_, reply) => {
    const { service, recorder } = await serviceAt([reply, answering(200, { done: true })]);
    expect(await service.send(REQUEST)).toMatchObject({ body: '{"done":true}' });
    expect(recorder.requests).toHaveLength(2);
    service.close();
  });

  test('with a signature of its own', async () => {
    vi.useFakeTimers({ now: 0, toFake: ['Date'] });
    const { service, recorder } = await serviceAt([aMinuteLater, answering(200, {})]);
    await service.send(REQUEST);
    vi.useRealTimers();
    expect(recorder.requests.map(({ headers }) => headers['x-amz-date'])).toEqual([
      '19700101T000000Z',
      '19700101T000100Z',
    ]);
    service.close();
  });
});

describe('a request is made once', () => {
  test('where it was refused', async () => {
    const { service, recorder } = await serviceAt([answering(400, { __type: 'com.amazon#AccessDenied' })]);
    expect(failureDetail(await failing(service.send(REQUEST)))).toContain('AccessDenied');
    expect(recorder.requests).toHaveLength(1);
    service.close();
  });

  test('where a second one would do harm', async () => {
    const { service, recorder } = await serviceAt([breakingOff], { attempts: 1 });
    expect(attemptsOf(await failing(service.send(REQUEST)))).toBe(1);
    expect(recorder.requests).toHaveLength(1);
    service.close();
  });
});

describe('a service that does not answer', () => {
  test.each([
    ['at all', silence],
    ['to the end', stopping],
  ])('%s is asked as often as it may be, and then given up', async (_, reply) => {
    const { service, recorder } = await serviceAt([reply], { timeoutMs: 500 });
    const failed = await failing(service.send(REQUEST));
    expect(failureDetail(failed)).toContain('TimeoutError');
    expect(attemptsOf(failed)).toBe(2);
    expect(recorder.requests).toHaveLength(2);
    service.close();
  });

  test.each([
    ['at all', silence],
    ['to the end', stopping],
  ])('%s is given up when the time of who asks is up', async (_, reply) => {
    const { service, recorder } = await serviceAt([reply], { timeoutMs: null });
    const failed = await failing(service.send(REQUEST, AbortSignal.timeout(500)));
    expect(failureDetail(failed)).toContain('TimeoutError');
    expect(recorder.requests).toHaveLength(1);
    service.close();
  });
});

test('a request that was made again leaves nothing at a signal that outlives it', async () => {
  const { service, recorder } = await serviceAt([breakingOff, answering(200, {})]);
  const { signal } = new AbortController();
  await service.send(REQUEST, signal);
  expect(recorder.requests).toHaveLength(2);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
  service.close();
});

test('a request that meets a connection that died is made again over a new one: all that were kept may be dead', async () => {
  const used = new Set<Socket>();
  const waiting: ServerResponse[] = [];
  const once: Reply = (response, { socket }) => {
    const isFirst = !used.has(socket);
    used.add(socket);
    if (isFirst) waiting.push(response);
    else socket.destroy();
    // Until there are three connections none is free for another request.
    if (used.size >= 3) for (const one of waiting.splice(0)) one.end('{}');
  };
  const { service, recorder } = await serviceAt([once], { keepsConnections: true });
  await Promise.all([1, 2, 3].map(() => service.send(REQUEST)));
  expect(await service.send(REQUEST)).toMatchObject({ body: '{}' });
  expect(recorder.requests).toHaveLength(5);
  service.close();
});

test('who AWS says we are is not waited for beyond the time of a request', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-profile-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'config'), '[default]\ncredential_process = sleep 2\n');
  for (const name of Object.keys(CREDENTIALS)) vi.stubEnv(name, undefined);
  vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
  vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', '/nowhere');
  const { service, recorder } = await serviceAt([silence], { timeoutMs: 100, attempts: 1 });
  const ended = await Promise.race([failing(service.send(REQUEST)), wait(1_000, 'it is waited for')]);
  expect(failureDetail(ended)).toContain('TimeoutError');
  expect(recorder.requests).toEqual([]);
  service.close();
});

test('a service that takes no connection is not waited for as one that thinks about its answer', async () => {
  const { endpoint } = await serviceAt([silence]).then(({ recorder }) => recorder);
  const port = Number(new URL(endpoint).port);
  onTestFinished(await dropConnectionAttempts(['127.0.0.9'], port));
  const service = createService({
    name: 'lambda',
    endpoint: `http://127.0.0.9:${port}`,
    accessKey: null,
    timeoutMs: null,
    attempts: 1,
    keepsConnections: false,
  });
  const failed = await failing(service.send(REQUEST, AbortSignal.timeout(20_000)));
  expect(failureDetail(failed)).toMatch(/TimeoutError: .*connection/);
  service.close();
}, 30_000);

test('as many requests are under way at once as are made, where each has a connection of its own', async () => {
  const { service, recorder } = await serviceAt([silence], { timeoutMs: null, attempts: 1 });
  const end = new AbortController();
  const asked = Array.from({ length: 80 }, () => failing(service.send(REQUEST, end.signal)));
  await expect.poll(() => recorder.requests.length, { timeout: 5_000 }).toBe(asked.length);
  end.abort();
  await Promise.all(asked);
  service.close();
});

test('who ends it does not wait until it is time to ask again', async () => {
  const { service, recorder } = await serviceAt([answering(400, { __type: 'ThrottlingException' })]);
  // Time does not pass: what is left when the answer was read is the pause before the next request.
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  onTestFinished(() => void vi.useRealTimers());
  const end = new AbortController();
  const asked = failing(service.send(REQUEST, end.signal));
  while (recorder.requests.length === 0 || vi.getTimerCount() !== 1) await turn();
  end.abort();
  expect(failureDetail(await asked)).toContain('AbortError');
  expect(recorder.requests).toHaveLength(1);
  service.close();
});

test.each([
  [
    'its header',
    answering(400, {}, { 'x-amzn-errortype': 'NoSuchThing:http://internal/#a' }),
    'NoSuchThing: ',
  ],
  ['its body', answering(400, { __type: 'com.amazon#NoSuchThing', Message: 'none' }), 'NoSuchThing: none'],
  ['nothing but its status', answering(403, '<html>'), 'HTTP 403: '],
])('an error is named by %s', async (_, reply, expected) => {
  const { service } = await serviceAt([reply]);
  expect(failureDetail(await failing(service.send(REQUEST)))).toContain(expected);
  service.close();
});

test('a connection that failed to every address of a host says why', () => {
  const each = ['192.0.2.1', '192.0.2.2'].map((ip) => new Error(`connect ECONNREFUSED ${ip}:443`));
  // As Node reports it, and Amazon's handler names it.
  const failed = Object.assign(new AggregateError(each, ''), { code: 'ECONNREFUSED', name: 'TimeoutError' });
  expect(failureDetail(failed)).toBe(
    'TimeoutError: connect ECONNREFUSED 192.0.2.1:443; connect ECONNREFUSED 192.0.2.2:443',
  );
});

test('a long failure is cut: it goes into a log', () => {
  expect(failureDetail(new Error('a'.repeat(1_000)))).toHaveLength(200);
});

test('without a region AWS itself is not asked, and it is said why', async () => {
  vi.stubEnv('AWS_REGION', undefined);
  for (const name of ['AWS_CONFIG_FILE', 'AWS_SHARED_CREDENTIALS_FILE']) vi.stubEnv(name, '/nowhere');
  vi.stubEnv('AWS_EC2_METADATA_DISABLED', 'true');
  const service = createService({
    name: 'dynamodb',
    endpoint: '',
    accessKey: null,
    timeoutMs: 1_000,
    attempts: 1,
    keepsConnections: false,
  });
  expect(failureDetail(await failing(service.send(REQUEST)))).toContain('Region is missing');
  service.close();
});
