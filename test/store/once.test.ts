/** What is done once, however often it is asked for, and by however many processes. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { missingTable } from '../../functions/store/missing-table.ts';
import { createOnce } from '../../functions/store/once.ts';
import type { Once } from '../../functions/store/once.ts';
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

const failures: string[] = [];
/** Each remembers nothing of the others: a process. */
const processWith = (table: Table): Once =>
  createOnce({
    table,
    now: () => nowMs,
    failed: (operation, { because }) => failures.push(`${operation} ${because}`),
  });
const newKey = (): string => `event ${newDomain()}`;

test('of eight processes at once, one is the first', async () => {
  nowMs = NOW_MS;
  const key = newKey();
  const firsts = await Promise.all(Array.from({ length: 8 }, () => processWith(there.table).first(key, 60)));
  expect(firsts.filter(Boolean)).toHaveLength(1);
});

test('the same key is new again after its time, and another key at once', async () => {
  nowMs = NOW_MS;
  const [key, once] = [newKey(), processWith(there.table)];
  expect(await once.first(key, 60)).toBe(true);
  expect(await once.first(newKey(), 60)).toBe(true);
  nowMs = NOW_MS + 59_999;
  expect(await once.first(key, 60)).toBe(false);
  expect(await processWith(there.table).first(key, 60)).toBe(false);
  nowMs = NOW_MS + 60_000;
  expect(await processWith(there.table).first(key, 60)).toBe(true);
});

test('with the store away it is done all the same, once in each process, and the failure is told', async () => {
  nowMs = NOW_MS;
  failures.length = 0;
  const once = processWith(missingTable('the store is away'));
  expect([await once.first('event 1', 60), await once.first('event 1', 60)]).toEqual([true, false]);
  expect(failures).toEqual(['once unreachable']);
});
