/** What has expired is taken out of the embedded store; what is renewed meanwhile stays, and ends no sweep. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sweepExpired } from '../../functions/local/store-sweep.ts';
import { handOn, operationOf } from '../store/hand-on.ts';
import { newDomain, openTestTable } from '../store/test-table.ts';
import type { TestTable } from '../store/test-table.ts';

const NOW_SECONDS = 2_000;

let there: TestTable;
beforeAll(async () => {
  there = await openTestTable();
});
afterAll(async () => there.close());

/** @param endpoint where the sweep finds the store */
async function sweep(endpoint: string): Promise<number> {
  const { accessKey, tableName } = there.options;
  const store = { endpoint, accessKey: accessKey ?? '' };
  return sweepExpired(store, tableName, () => NOW_SECONDS * 1000, new AbortController().signal);
}

async function leftOf(items: readonly { readonly pk: string; readonly sk: string }[]): Promise<string[]> {
  const left = await there.table.getMany(items);
  if (!left.ok) throw new Error(left.detail);
  return left.value.map(({ sk }) => sk).toSorted((one, other) => one.localeCompare(other));
}

test('the sweep takes out what has expired and nothing else', async () => {
  const pk = newDomain();
  const items = [
    { pk, sk: 'old', expiresAt: 1_000 },
    { pk, sk: 'new', expiresAt: 3_000 },
    { pk, sk: 'lasting' },
  ];
  await there.table.putMany(items);
  expect(await sweep(there.options.endpoint ?? '')).toBeGreaterThanOrEqual(1);
  expect(await leftOf(items)).toEqual(['lasting', 'new']);
});

test('a row that is renewed after it was seen stays, and those behind it are taken out', async () => {
  const pk = newDomain();
  const items = ['1', '2', '3'].map((sk) => ({ pk, sk, expiresAt: 1_000 }));
  await there.table.putMany(items);
  // Whoever renews the first row comes between the look at it and its removal.
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await handOn(request, there.options.endpoint ?? '');
    if (operationOf(request) === 'Scan') await there.table.put({ pk, sk: '1', expiresAt: 3_000 });
    answer(response);
  };
  const way = createServer((request, response) => void pass(request, response));
  way.listen(0, '127.0.0.1');
  await once(way, 'listening');
  const address = way.address();
  const port = typeof address === 'object' ? address?.port : 0;
  expect(await sweep(`http://127.0.0.1:${port}`)).toBe(2);
  way.close();
  way.closeAllConnections();
  expect(await leftOf(items)).toEqual(['1']);
});
