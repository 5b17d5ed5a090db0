/** Orders of one batch: what becomes of one is nothing to the others. */
import { expect, test } from 'vitest';
import { takeBatch } from '../../functions/aws/check-batch.ts';
import type { BatchTools } from '../../functions/aws/check-batch.ts';
import { CHECK_TRIES } from '../../functions/environment.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';

const mistaken = () => Promise.reject(new TypeError('a mistake of this program'));
const answer = (name: string) => aged({ ...domain([host([made('192.0.2.1')])]), domain: name });

function batch(orders: readonly (readonly [domain: string, purpose: string])[], received = 1) {
  return {
    Records: orders.map(([name, purpose], index) => ({
      messageId: `m${index}`,
      body: JSON.stringify({ domain: name, purpose, askedAtMs: 1 }),
      attributes: { ApproximateReceiveCount: String(received) },
    })),
  };
}

function tools(changes: Partial<BatchTools['answers']>) {
  const told: string[] = [];
  const log: string[] = [];
  const done: BatchTools = {
    answers: {
      check: async (name) => answer(name),
      secondLook: async () => {},
      stored: async (name) => answer(name),
      ...changes,
    },
    queued: {
      enter: async () => ({ ok: true, value: true }),
      leave: async () => ({ ok: true, value: true }),
      underWay: async () => ({ ok: true, value: null }),
    },
    delivery: {
      deliver: async ({ evidence }) => told.push(evidence.domain) > 0,
      giveUp: async (name) => told.push(`gave up ${name}`) > 0,
    },
    now: () => 0,
    log: ({ event }) => log.push(event),
  };
  return { tools: done, told, log };
}

test('a mistake of ours in one order is told, and costs the other orders nothing', async () => {
  const { tools: given, told, log } = tools({ secondLook: mistaken });
  const orders = [
    ['one.example', 'answer'],
    ['two.example', 'second-look'],
    ['three.example', 'answer'],
  ] as const;
  expect(await takeBatch(batch(orders), given)).toEqual({ batchItemFailures: [{ itemIdentifier: 'm1' }] });
  expect(told.toSorted()).toEqual(['one.example', 'three.example']);
  expect(log).toContain('order-mistake');
});

test('who waits is told after the last try, also where a mistake of ours ended each', async () => {
  const { tools: given, told } = tools({ check: mistaken });
  expect(await takeBatch(batch([['one.example', 'answer']], CHECK_TRIES), given)).toEqual({
    batchItemFailures: [{ itemIdentifier: 'm0' }],
  });
  expect(told).toEqual(['gave up one.example']);
});
