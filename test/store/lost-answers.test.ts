/**
 * A write that was carried out and whose answer was lost: the client asks again, and the condition it made true
 * itself now fails. Whoever wrote must not take that for another one's doing: nobody would do what is to be done once.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocks } from '../../functions/store/lock.ts';
import { createOnce } from '../../functions/store/once.ts';
import { createQueuedChecks } from '../../functions/store/queued-checks.ts';
import { createSubscribers } from '../../functions/store/subscribers.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';
import type { Table } from '../../functions/store/table.ts';
import { handOn, operationOf } from './hand-on.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

let there: TestTable;
let way: Server;
/** The same table, on a way that loses the first answer to the operation named here. */
let table: Table;
let losing = '';

beforeAll(async () => {
  there = await openTestTable();
  const pass = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await handOn(request, there.options.endpoint ?? '');
    if (operationOf(request) === losing) {
      losing = '';
      response.destroy();
    } else answer(response);
  };
  way = createServer((request, response) => void pass(request, response));
  await new Promise<void>((resolve) => way.listen(0, '127.0.0.1', resolve));
  const address = way.address();
  const port = typeof address === 'object' ? address?.port : 0;
  table = createTable({ ...there.options, endpoint: `http://127.0.0.1:${port}` });
});
afterAll(async () => {
  table.close();
  way.closeAllConnections();
  await new Promise((resolve) => way.close(resolve));
  await there.close();
});

function lose(operation: 'PutItem' | 'DeleteItem'): void {
  losing = operation;
}

test('a lock is held by who got it, and given back', async () => {
  const domain = newDomain();
  const locks = createLocks(table, 60_000, Date.now);
  lose('PutItem');
  const acquired = await locks.acquire(domain);
  expect(losing).toBe('');
  expect(acquired).toMatchObject({ ok: true, value: { release: expect.any(Function) } });
  if (acquired.ok) await acquired.value?.release();
  expect(await locks.heldSince(domain)).toEqual({ ok: true, value: null });
});

test('a lock that another one holds is not had by asking twice', async () => {
  const domain = newDomain();
  const other = await createLocks(there.table, 60_000, Date.now).acquire(domain);
  lose('PutItem');
  expect(await createLocks(table, 60_000, Date.now).acquire(domain)).toEqual({ ok: true, value: null });
  if (other.ok) await other.value?.release();
});

test('what is done once is done', async () => {
  const key = `event ${newDomain()}`;
  const once = createOnce({ table, now: Date.now, failed: () => {} });
  lose('PutItem');
  expect(await once.first(key, 60)).toBe(true);
  expect(await once.first(key, 60)).toBe(false);
});

test('who enters a check into the queue knows that the message is still to be sent', async () => {
  const domain = newDomain();
  const queued = createQueuedChecks({ table, now: Date.now, believedMs: 60_000 });
  lose('PutItem');
  expect(await queued.enter(domain)).toEqual({ ok: true, value: true });
  expect(await queued.enter(domain)).toEqual({ ok: true, value: false });
});

test('who waits for an answer is told', async () => {
  const domain = newDomain();
  const subscribers = createSubscribers(table, Date.now);
  const waiting = { id: 'a', body: 'how to answer a', untilMs: Date.now() + 60_000 };
  await subscribers.add(domain, waiting);
  lose('DeleteItem');
  expect(await subscribers.take(domain)).toEqual({ waiting: [waiting], left: null });
  expect(await subscribers.take(domain)).toEqual({ waiting: [], left: null });
});
