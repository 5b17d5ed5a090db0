/** The owner of the store dies between a write and its answer: whoever wrote finds its own write with the successor. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startEmulator } from '../../functions/local/store-emulator.ts';
import { openLocalTable } from '../../functions/local/store-succession.ts';
import type { LocalTable } from '../../functions/local/store-succession.ts';
import { handOn, operationOf } from './hand-on.ts';

const TABLE = 'mailtls';
const ACCESS_KEY = '0123456789abcdef0123456789abcdef';
const ABSENT = { expression: 'attribute_not_exists(pk)', values: {} };
const THERE = { expression: 'attribute_exists(pk)', values: {} };

/** A guest of an owner that dies as soon as it has carried out an operation of that name. */
async function guestOfOneThatDies(operation: 'PutItem' | 'DeleteItem'): Promise<LocalTable> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-succession-'));
  const evidence = join(folder, 'evidence');
  await mkdir(evidence);
  const emulator = await startEmulator({ folder: evidence, accessKey: ACCESS_KEY }, TABLE);

  async function carryOut(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const answer = await handOn(request, `http://127.0.0.1:${emulator?.port}`);
    if (operationOf(request) !== operation) {
      answer(response);
      return;
    }
    owner.close();
    await emulator?.close();
    owner.closeAllConnections();
  }

  const owner = createServer((request, response) => void carryOut(request, response));
  await new Promise<void>((resolve) => owner.listen(0, '127.0.0.1', resolve));
  const address = owner.address();
  const endpoint = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
  await writeFile(join(folder, 'store.json'), JSON.stringify({ endpoint, accessKey: ACCESS_KEY }));
  const guest = await openLocalTable(folder, TABLE, 5_000);
  onTestFinished(async () => {
    await guest.close();
    owner.closeAllConnections();
    await rm(folder, { recursive: true, force: true });
  });
  return guest;
}

test('what it put is its own, and not another’s', async () => {
  const { table, store } = await guestOfOneThatDies('PutItem');
  expect(store()).toBe('shared');
  const item = { pk: 'LOCK#vendor.example', sk: 'LOCK', holder: 'us' };
  expect(await table.put(item, ABSENT)).toEqual({ ok: true, value: true });
  expect(store()).toBe('own');
  expect(await table.put({ ...item, holder: 'others' }, ABSENT)).toEqual({ ok: true, value: false });
});

test('what it removed was removed by it', async () => {
  const { table } = await guestOfOneThatDies('DeleteItem');
  const item = { pk: 'WAITS#vendor.example', sk: 'ID#a' };
  await table.put(item);
  expect(await table.remove(item, THERE)).toEqual({ ok: true, value: true });
  expect(await table.remove(item, THERE)).toEqual({ ok: true, value: false });
});
