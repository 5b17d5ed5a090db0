/**
 * The store below the data folder, whoever owns it. When its owner is gone (it ended, it died, its disk was full),
 * the next thing that is asked of it finds out, and one of the processes that are left opens the folder; the others
 * become its guests. Until then each thing asked fails, as it does with any store that cannot be reached.
 */
import { within } from '../answers/bounded-wait.ts';
import { sameItem } from '../store/item.ts';
import { missingTable } from '../store/missing-table.ts';
import type { Stored } from '../store/stored.ts';
import { createTable } from '../store/dynamodb-table.ts';
import type { Table } from '../store/table.ts';
import { openLocalStore } from './store-owner.ts';
import type { LocalStore } from './store-owner.ts';
import { sweepNowAndThen } from './store-sweep.ts';

export interface LocalTable {
  readonly table: Table;
  /** In this process's own store, in that of another, or nowhere, as of now. */
  readonly store: () => 'own' | 'shared' | 'none';
  readonly close: () => Promise<void>;
}

interface Opened {
  readonly table: Table;
  readonly store: LocalStore | null;
  readonly close: () => Promise<void>;
}

/** Between two attempts that came to nothing. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 30_000;

export async function openLocalTable(
  dataFolder: string,
  tableName: string,
  timeoutMs: number,
): Promise<LocalTable> {
  const closing = new AbortController();
  let current = await open();
  let succession: Promise<void> | null = null;
  let pauseMs = current.store === null ? FIRST_PAUSE_MS : 0;
  let notBeforeMs = performance.now() + pauseMs;

  async function open(): Promise<Opened> {
    const store = await openLocalStore(dataFolder, tableName, closing.signal);
    if (store === null) {
      const why = `the store in ${dataFolder} cannot be opened, or belongs to a process that is silent`;
      return { table: missingTable(why), store, close: async () => {} };
    }
    const table = createTable({ ...store, tableName, timeoutMs });
    const sweeping = store.owned ? sweepNowAndThen(store, tableName) : null;
    return {
      table,
      store,
      async close() {
        sweeping?.abort();
        table.close();
        await store.close();
      },
    };
  }

  async function succeed(lost: Opened): Promise<void> {
    await lost.close();
    const next = await open();
    if (closing.signal.aborted) return next.close();
    current = next;
    pauseMs = next.store === null ? Math.min(Math.max(pauseMs * 2, FIRST_PAUSE_MS), LONGEST_PAUSE_MS) : 0;
    notBeforeMs = performance.now() + pauseMs;
  }

  /** @returns whether another store took the place of the one that was lost */
  async function succeeded(lost: Opened): Promise<boolean> {
    const isOursAndRuns = lost.store?.owned === true && !lost.store.hasEnded();
    if (current === lost && !isOursAndRuns && !closing.signal.aborted) {
      // Who has waited in vain before does not hold up every answer by waiting again.
      const waitMs = pauseMs === 0 ? timeoutMs : 0;
      if (succession === null && performance.now() >= notBeforeMs) {
        succession = succeed(lost).finally(() => {
          succession = null;
        });
      }
      if (succession !== null) await within(succession, waitMs, closing.signal);
    }
    return current !== lost && current.store !== null;
  }

  /** @param again what is asked of the successor, where the one that was lost may have carried out `work` */
  async function ask<T>(
    work: (table: Table) => Promise<Stored<T>>,
    again: (table: Table) => Promise<Stored<T>> = work,
  ): Promise<Stored<T>> {
    const asked = current;
    const answer = await work(asked.table);
    if (answer.ok || answer.because !== 'unreachable' || !(await succeeded(asked))) return answer;
    return again(current.table);
  }

  return {
    table: {
      get: (key) => ask((table) => table.get(key)),
      getMany: (keys) => ask((table) => table.getMany(keys)),
      put: (item, condition) =>
        ask(
          (table) => table.put(item, condition),
          async (table) => {
            const put = await table.put(item, condition);
            if (!put.ok || put.value) return put;
            const found = await table.get(item);
            return found.ok ? { ok: true, value: sameItem(item, found.value) } : found;
          },
        ),
      putMany: (items) => ask((table) => table.putMany(items)),
      remove: (key, condition) =>
        ask(
          (table) => table.remove(key, condition),
          async (table) => {
            const removed = await table.remove(key, condition);
            return removed.ok ? { ok: true, value: true } : removed;
          },
        ),
      lastOf: (pk, prefix, limit) => ask((table) => table.lastOf(pk, prefix, limit)),
      close: () => current.table.close(),
    },
    store: () => (current.store === null ? 'none' : current.store.owned ? 'own' : 'shared'),
    async close() {
      closing.abort();
      await succession;
      await current.close();
    },
  };
}
