/**
 * A table to test with: the embedded emulator's, in a folder that goes away, or the one at
 * `MAILTLS_STORE_ENDPOINT` (DynamoDB Local, or DynamoDB itself).
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEvidenceTable } from '../../functions/local/store-emulator.ts';
import { openLocalStore } from '../../functions/local/store-owner.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';
import type { Table, TableOptions } from '../../functions/store/table.ts';

export interface TestTable {
  readonly table: Table;
  readonly options: TableOptions;
  readonly close: () => Promise<void>;
}

const TIMEOUT_MS = 5_000;
const tableName = 'mailtls-test';

export async function openTestTable(): Promise<TestTable> {
  const given = process.env['MAILTLS_STORE_ENDPOINT'] ?? '';
  return given === '' ? embedded() : at(given);
}

async function at(endpoint: string): Promise<TestTable> {
  const accessKey = process.env['AWS_ACCESS_KEY_ID'] === undefined ? 'test' : null;
  if (accessKey !== null) await createEvidenceTable({ endpoint, accessKey }, tableName);
  const options = { endpoint, accessKey, tableName, timeoutMs: TIMEOUT_MS };
  const table = createTable(options);
  return { table, options, close: async () => table.close() };
}

async function embedded(): Promise<TestTable> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-store-'));
  const store = await openLocalStore(folder, tableName, new AbortController().signal);
  if (store === null) throw new Error('the embedded store did not start');
  const { endpoint, accessKey } = store;
  const options = { endpoint, accessKey, tableName, timeoutMs: TIMEOUT_MS };
  const table = createTable(options);
  return {
    table,
    options,
    async close() {
      table.close();
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

let names = 0;
/** Another name each time: a table that was there before may have seen this process's number before, but not this. */
export const newDomain = (): string => `d${(names += 1)}-${process.pid}-${Date.now().toString(36)}.example`;
