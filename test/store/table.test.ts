import { createServer } from 'node:http';
import type { RequestListener, Server } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { createLocks } from '../../functions/store/lock.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';
import type { Table } from '../../functions/store/table.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

let there: TestTable;
beforeAll(async () => {
  there = await openTestTable();
});
afterAll(async () => there?.close());

const servers: Server[] = [];
const tables: Table[] = [];
afterEach(async () => {
  for (const table of tables.splice(0)) table.close();
  await Promise.all(
    servers.splice(0).map(async (server) => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }),
  );
});

/** A table at something that is no DynamoDB. */
async function tableAt(listener: RequestListener): Promise<Table> {
  const server = createServer(listener);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : 0;
  const table = createTable({
    endpoint: `http://127.0.0.1:${port}`,
    accessKey: 'test',
    tableName: 'mailtls',
    timeoutMs: 1500,
  });
  tables.push(table);
  return table;
}
const saying =
  (status: number, type: string, message = ''): RequestListener =>
  (_, response) =>
    response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0' })
      .end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message }));

const KEY = { pk: 'DOMAIN#vendor.example', sk: 'LATEST' };

describe('a store that fails is a value with its reason', () => {
  test.each([
    ['nobody listens', null, 'unreachable'],
    ['nothing is ever answered', () => {}, 'out-of-time'],
    ['the connection is broken off', (request) => request.socket.destroy(), 'unreachable'],
    ['it is throttled', saying(400, 'ProvisionedThroughputExceededException'), 'throttled'],
    ['there is no such table', saying(400, 'ResourceNotFoundException'), 'refused'],
    ['we have no right to it', saying(400, 'AccessDeniedException'), 'refused'],
    [
      'an item is too large',
      saying(400, 'ValidationException', 'Item size has exceeded the maximum allowed size'),
      'too-large',
    ],
    ['it answers with a page', (_, response) => response.end('<html>'), 'refused'],
  ] satisfies readonly (readonly [string, RequestListener | null, string])[])(
    '%s',
    async (_, listener, because) => {
      const table = await tableAt(listener ?? (() => {}));
      if (listener === null) {
        await Promise.all(servers.splice(0).map((server) => new Promise((resolve) => server.close(resolve))));
      }
      const asked = await Promise.all([
        table.get(KEY),
        table.put({ ...KEY, version: 1 }),
        table.putMany([{ ...KEY, version: 1 }]),
        table.lastOf(KEY.pk, 'RUN#', 1),
      ]);
      expect(asked).toMatchObject(asked.map(() => ({ ok: false, because })));
    },
  );

  test('an item that is too large is refused by the store itself', async () => {
    const body = new Uint8Array(410_000);
    expect(await there.table.put({ pk: newDomain(), sk: 'LATEST', body })).toMatchObject({
      ok: false,
      because: 'too-large',
    });
  });

  test('a batch of which a part stays undone is not taken for done', async () => {
    const table = await tableAt((request, response) => {
      let text = '';
      request.on('data', (part: Buffer) => (text += part.toString()));
      request.on('end', () => {
        const { RequestItems: items }: { RequestItems: unknown } = JSON.parse(text);
        response
          .setHeader('content-type', 'application/x-amz-json-1.0')
          .end(JSON.stringify({ UnprocessedItems: items }));
      });
    });
    expect(await table.putMany([{ ...KEY, version: 1 }])).toMatchObject({ ok: false });
  });
});

describe('a table', () => {
  test('gives back what was put, in batches larger than one request may be', async () => {
    const pk = newDomain();
    const items = Array.from({ length: 120 }, (_, at) => ({
      pk,
      sk: `A#${String(at).padStart(3, '0')}`,
      at,
      bytes: new Uint8Array([at]),
    }));
    expect(await there.table.putMany(items)).toEqual({ ok: true, value: null });
    const found = await there.table.getMany([...items, { pk, sk: 'nothing' }]);
    expect(found.ok && found.value.toSorted((a, b) => Number(a['at']) - Number(b['at']))).toEqual(items);
    expect(await there.table.lastOf(pk, 'A#', 2)).toEqual({ ok: true, value: [items[119], items[118]] });
  });

  test('gives the last of a partition however large they are together: a page of DynamoDB ends at a megabyte', async () => {
    const pk = newDomain();
    const large = Array.from({ length: 8 }, (_, at) => ({
      pk,
      sk: `A#${at}`,
      bytes: new Uint8Array(200_000),
    }));
    for (const item of large) await there.table.put(item);
    await there.table.put({ pk, sk: 'B#0' });
    const sks = async (limit: number): Promise<readonly string[] | null> => {
      const found = await there.table.lastOf(pk, 'A#', limit);
      return found.ok ? found.value.map(({ sk }) => sk) : null;
    };
    const newestFirst = large.map(({ sk }) => sk).toReversed();
    expect(await sks(100)).toEqual(newestFirst);
    expect(await sks(7)).toEqual(newestFirst.slice(0, 7));
  });

  test('puts and removes only where the condition holds', async () => {
    const item = { pk: newDomain(), sk: 'A', holder: 'one' };
    const absent = { expression: 'attribute_not_exists(pk)', values: {} };
    expect(await there.table.put(item, absent)).toEqual({ ok: true, value: true });
    expect(await there.table.put({ ...item, holder: 'two' }, absent)).toEqual({ ok: true, value: false });
    const heldByTwo = { expression: 'holder = :holder', values: { ':holder': 'two' } };
    expect(await there.table.remove(item, heldByTwo)).toEqual({ ok: true, value: false });
    expect(await there.table.get(item)).toEqual({ ok: true, value: item });
  });
});

describe('the lock', () => {
  test('has one winner of fifty', async () => {
    const domain = newDomain();
    const locks = createLocks(there.table, 5000, Date.now);
    const all = await Promise.all(Array.from({ length: 50 }, () => locks.acquire(domain)));
    const leases = all.flatMap((got) => (got.ok && got.value !== null ? [got.value] : []));
    expect(leases).toHaveLength(1);
    expect(await locks.acquire(domain)).toEqual({ ok: true, value: null });
    await leases[0]?.release();
    expect(await locks.heldSince(domain)).toEqual({ ok: true, value: null });
    expect(await locks.acquire(domain)).toMatchObject({ ok: true, value: { release: expect.any(Function) } });
  });

  test('is renewed while its holder lives, and is no longer the holder’s once it was taken over', async () => {
    const domain = newDomain();
    let skewMs = 0;
    const locks = createLocks(there.table, 150, () => Date.now() + skewMs);
    const first = await locks.acquire(domain);
    await new Promise((resolve) => setTimeout(resolve, 400));
    expect(await locks.acquire(domain)).toEqual({ ok: true, value: null });
    skewMs = 1000;
    const second = await createLocks(there.table, 60_000, () => Date.now() + 1000).acquire(domain);
    if (first.ok) await first.value?.release();
    expect(second).toMatchObject({ ok: true, value: { release: expect.any(Function) } });
    expect(await locks.heldSince(domain)).toMatchObject({ ok: true, value: expect.any(Number) });
    if (second.ok) await second.value?.release();
  });
});
