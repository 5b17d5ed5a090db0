/** Orders in the queue between the doors and the check: what goes in, and what is taken for one when it comes out. */
import { json, property, assert } from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createCheckQueue, readCheckOrder } from '../../functions/aws/check-queue.ts';
import type { CheckOrder } from '../../functions/aws/check-queue.ts';
import { CREDENTIALS, startAwsServices } from './aws-services.ts';
import type { AwsServices } from './aws-services.ts';
import { createTestQueue, queueService } from './queue-service.ts';
import type { TestQueue } from './queue-service.ts';

const order: CheckOrder = { domain: 'vendor.example', purpose: 'answer', askedAtMs: 1_763_790_000_000 };

let queue: TestQueue;
let aws: AwsServices;
beforeEach(async () => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
  queue = createTestQueue({ name: 'checks', secondMs: 1, visibilitySeconds: 60, mostReceives: 3 });
  aws = await startAwsServices([queueService([queue])]);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await aws.close();
});

const client = (name = 'checks') => createCheckQueue(`${aws.endpoint}/1/${name}`, aws.endpoint);

test('an order is a domain and what for, and comes out as it went in', async () => {
  expect(await client().send(order)).toEqual({ ok: true });
  const [sent] = queue.sent;
  expect(sent?.delaySeconds).toBe(0);
  expect(readCheckOrder(sent?.body ?? '')).toEqual(order);
});

test('nothing but these three goes in, whatever else is at hand', async () => {
  const more = { ...order, responseUrl: 'https://hooks.slack.com/planted' };
  await client().send(more);
  expect(queue.sent[0]?.body).not.toContain('planted');
});

test.each([
  [60_000, 60],
  [1, 1],
  [3_600_000, 900],
])('an order held back for %d ms is held back for %d seconds', async (delayMs, seconds) => {
  await client().send({ ...order, purpose: 'second-look' }, delayMs);
  expect(queue.sent[0]?.delaySeconds).toBe(seconds);
});

test('a queue that is not there, or was not named, is a failure with its reason', async () => {
  expect(await client('gone').send(order)).toEqual({
    ok: false,
    detail: expect.stringContaining('QueueDoesNotExist'),
  });
  expect(await createCheckQueue('', aws.endpoint).send(order)).toEqual({
    ok: false,
    detail: 'MAILTLS_CHECK_QUEUE is not set',
  });
});

test.each([
  ['no JSON', 'vendor.example'],
  ['a text', '"vendor.example"'],
  ['null', 'null'],
  ['no domain', JSON.stringify({ ...order, domain: undefined })],
  ['an address', JSON.stringify({ ...order, domain: '192.0.2.1' })],
  ['a mail address', JSON.stringify({ ...order, domain: 'someone@vendor.example' })],
  ['a domain in other letters', JSON.stringify({ ...order, domain: 'Vendor.example' })],
  ['an unknown purpose', JSON.stringify({ ...order, purpose: 'delete' })],
  ['a time in words', JSON.stringify({ ...order, askedAtMs: 'now' })],
])('%s is no order', (_, body) => {
  expect(readCheckOrder(body)).toBeNull();
});

test('whatever JSON is in a message, reading it throws nothing', () => {
  assert(
    property(json(), (body) => {
      expect(readCheckOrder(body)).toBeNull();
    }),
  );
});
