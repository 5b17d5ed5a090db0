/** Who waits for an answer: each is given to one of those who could bring it, in memory and in the table alike. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createSubscribersHere } from '../../functions/store/subscribers-here.ts';
import { createSubscribers } from '../../functions/store/subscribers.ts';
import type { Subscribers } from '../../functions/store/subscribers.ts';
import { ITEM_VERSION } from '../../functions/store/item-body.ts';
import { waitsKey } from '../../functions/store/keys.ts';
import { missingTable } from '../../functions/store/missing-table.ts';
import { failure } from '../../functions/store/stored.ts';
import type { Table } from '../../functions/store/table.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const NOW_MS = Date.parse('2026-11-22T01:00:00Z');
let nowMs = NOW_MS;
let there: TestTable;
beforeAll(async () => {
  there = await openTestTable();
});
afterAll(() => there?.close());

const kinds: Readonly<Record<string, () => Subscribers>> = {
  'in the table': () => createSubscribers(there.table, () => nowMs),
  'in memory': () => createSubscribersHere(() => nowMs),
};
const waiting = (id: string, untilMs = NOW_MS + 60_000) => ({ id, body: `how to answer ${id}`, untilMs });
const taken = async (subscribers: Subscribers, domain: string): Promise<readonly string[]> => {
  const { waiting: all, left } = await subscribers.take(domain);
  expect(left).toBeNull();
  return all.map(({ id, body }) => `${id}: ${body}`).toSorted();
};

describe.each(Object.entries(kinds))('%s', (_, make) => {
  test('those who wait for a domain are taken once, and nobody of another domain', async () => {
    nowMs = NOW_MS;
    const [subscribers, domain, other] = [make(), newDomain(), newDomain()];
    await Promise.all(['a', 'b'].map((id) => subscribers.add(domain, waiting(id))));
    await subscribers.add(other, waiting('c'));
    expect(await taken(subscribers, domain)).toEqual(['a: how to answer a', 'b: how to answer b']);
    expect(await taken(subscribers, domain)).toEqual([]);
    expect(await taken(subscribers, other)).toEqual(['c: how to answer c']);
  });

  test('ten who bring an answer at once: each of 120 who wait is given to one of them', async () => {
    nowMs = NOW_MS;
    const [subscribers, domain] = [make(), newDomain()];
    const ids = Array.from({ length: 120 }, (_, number) => `w${number}`);
    for (const id of ids) await subscribers.add(domain, waiting(id));
    const all = await Promise.all(Array.from({ length: 10 }, () => taken(subscribers, domain)));
    expect(all.flat().toSorted()).toEqual(ids.map((id) => `${id}: how to answer ${id}`).toSorted());
  });

  test('one that is withdrawn is not taken, and one that is taken cannot be withdrawn', async () => {
    nowMs = NOW_MS;
    const [subscribers, domain] = [make(), newDomain()];
    await subscribers.add(domain, waiting('a'));
    expect(await subscribers.withdraw(domain, 'a')).toEqual({ ok: true, value: true });
    expect(await taken(subscribers, domain)).toEqual([]);
    await subscribers.add(domain, waiting('a'));
    await subscribers.take(domain);
    expect(await subscribers.withdraw(domain, 'a')).toEqual({ ok: true, value: false });
  });

  test('nobody waits after half an hour, whether the row is still there or not', async () => {
    nowMs = NOW_MS;
    const [subscribers, domain] = [make(), newDomain()];
    await subscribers.add(domain, waiting('a', NOW_MS + 1_000));
    nowMs = NOW_MS + 1_000;
    expect(await subscribers.waitsFor([domain], 'a')).toEqual({ ok: true, value: [] });
    expect(await taken(subscribers, domain)).toEqual([]);
  });

  test('of several domains it is known for which somebody still waits', async () => {
    nowMs = NOW_MS;
    const [subscribers, first, second] = [make(), newDomain(), newDomain()];
    await subscribers.add(first, waiting('a'));
    await subscribers.add(second, waiting('a'));
    await subscribers.add(second, waiting('b'));
    expect(await subscribers.waitsFor([first, second], 'a')).toEqual({ ok: true, value: [first, second] });
    await subscribers.take(first);
    expect(await subscribers.waitsFor([first, second], 'a')).toEqual({ ok: true, value: [second] });
  });
});

test('with the store away, it is said that nobody could be written down', async () => {
  const subscribers = createSubscribers(missingTable('the store is away'), () => NOW_MS);
  expect(await subscribers.add('vendor.example', waiting('a'))).toMatchObject({
    ok: false,
    because: 'unreachable',
  });
  expect(await subscribers.take('vendor.example')).toMatchObject({
    waiting: [],
    left: { because: 'unreachable' },
  });
});

test('who could not be taken for a moment is told of as left, and can be taken later', async () => {
  nowMs = NOW_MS;
  let refused = 1;
  const table: Table = {
    ...there.table,
    remove: async (key, condition) =>
      key.sk === waitsKey('', 'b').sk && refused-- > 0
        ? failure('throttled', 'for a moment')
        : there.table.remove(key, condition),
  };
  const [subscribers, domain] = [createSubscribers(table, () => nowMs), newDomain()];
  for (const id of ['a', 'b', 'c']) await subscribers.add(domain, waiting(id));
  const { waiting: first, left } = await subscribers.take(domain);
  expect(first.map(({ id }) => id).toSorted()).toEqual(['a', 'c']);
  expect(left).toMatchObject({ because: 'throttled' });
  expect(await taken(subscribers, domain)).toEqual(['b: how to answer b']);
});

test('who was written down by a newer version is left for it to answer', async () => {
  nowMs = NOW_MS;
  const [subscribers, domain] = [createSubscribers(there.table, () => nowMs), newDomain()];
  const newer = { ...waitsKey(domain, 'b'), version: ITEM_VERSION + 1, body: '', untilMs: NOW_MS + 60_000 };
  await subscribers.add(domain, waiting('a'));
  await there.table.put(newer);
  const { waiting: all, left } = await subscribers.take(domain);
  expect(all.map(({ id }) => id)).toEqual(['a']);
  expect(left).toMatchObject({ because: 'newer-version' });
  expect(await there.table.get(newer)).toEqual({ ok: true, value: newer });
});
