/** The store that a process keeps below its data folder: who may speak to it, and what tells others where it is. */
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { findRunningStore, openLocalStore } from '../../functions/local/store-owner.ts';
import type { LocalStore } from '../../functions/local/store-owner.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';

const TABLE = 'mailtls-test';
const NEVER = new AbortController().signal;
let folder: string;
let store: LocalStore;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailtls-embedded-'));
  const opened = await openLocalStore(folder, TABLE, NEVER);
  if (opened === null) throw new Error('the embedded store did not start');
  store = opened;
});
afterAll(async () => {
  await store?.close();
  await rm(folder, { recursive: true, force: true });
});

const asked = async (headers: Readonly<Record<string, string>>): Promise<number> => {
  const response = await fetch(store.endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': 'DynamoDB_20120810.ListTables',
      'x-amz-date': '20261122T010203Z',
      ...headers,
    },
    body: '{}',
  });
  await response.text();
  return response.status;
};
const signed = (accessKey: string): Readonly<Record<string, string>> => ({
  authorization: `AWS4-HMAC-SHA256 Credential=${accessKey}/20261122/us-east-1/dynamodb/aws4_request, SignedHeaders=host, Signature=0`,
});

test('it answers who knows its key, and no other program on this machine', async () => {
  expect(await asked(signed(store.accessKey))).toBe(200);
  expect(await asked({})).toBe(403);
  expect(await asked(signed('0'.repeat(32)))).toBe(403);
});

test('it answers no web page, whatever that knows', async () => {
  expect(await asked({ ...signed(store.accessKey), origin: 'https://other.example' })).toBe(403);
});

test('the note of where it listens is for its owner’s eyes, and nothing half-written lies beside it', async () => {
  expect((await stat(join(folder, 'store.json'))).mode & 0o777).toBe(0o600);
  expect((await readdir(folder)).toSorted((a, b) => a.localeCompare(b))).toEqual(['evidence', 'store.json']);
  expect(await findRunningStore(folder, TABLE)).toEqual({
    endpoint: store.endpoint,
    accessKey: store.accessKey,
  });
});

test('a second opening in the same process is a guest, and leaves the store as it is when it closes', async () => {
  const guest = await openLocalStore(folder, TABLE, NEVER);
  expect(guest).toMatchObject({ owned: false, endpoint: store.endpoint });
  await guest?.close();
  expect(await findRunningStore(folder, TABLE)).not.toBeNull();
});

test.each([
  [
    'from a process that is gone',
    JSON.stringify({ endpoint: 'http://127.0.0.1:9', accessKey: 'a'.repeat(32) }),
  ],
  ['that leads elsewhere', JSON.stringify({ endpoint: 'http://192.0.2.1:80', accessKey: 'a'.repeat(32) })],
  ['that is none', '{"endpoint":'],
])('a note %s is passed over, and the folder is opened', async (_, note) => {
  const other = await mkdtemp(join(tmpdir(), 'mailtls-embedded-'));
  await writeFile(join(other, 'store.json'), note);
  const opened = await openLocalStore(other, TABLE, NEVER);
  try {
    expect(opened).toMatchObject({ owned: true });
  } finally {
    await opened?.close();
    await rm(other, { recursive: true, force: true });
  }
});

test('an owner that closes leaves the note of another that came after it', async () => {
  const other = await mkdtemp(join(tmpdir(), 'mailtls-embedded-'));
  const opened = await openLocalStore(other, TABLE, NEVER);
  const note = JSON.stringify({ endpoint: 'http://127.0.0.1:9', accessKey: 'b'.repeat(32) });
  await writeFile(join(other, 'store.json'), note);
  await opened?.close();
  expect(await readFile(join(other, 'store.json'), 'utf8')).toBe(note);
  await rm(other, { recursive: true, force: true });
});

test('what is closed is there when it is opened again', async () => {
  const other = await mkdtemp(join(tmpdir(), 'mailtls-embedded-'));
  const item = { pk: 'A', sk: 'B', text: 'kept' };
  for (const found of [null, item]) {
    const opened = await openLocalStore(other, TABLE, NEVER);
    if (opened === null) throw new Error('the embedded store did not start');
    const table = createTable({ ...opened, tableName: TABLE, timeoutMs: 5000 });
    expect(await table.get(item)).toEqual({ ok: true, value: found });
    await table.put(item);
    table.close();
    await opened.close();
  }
  await rm(other, { recursive: true, force: true });
});
