/** A table whose client library is loaded when it is first asked, for that takes a tenth of a second. */
import type { Table, TableOptions } from './table.ts';

/** Begins to load it, so that it is there when the table is first asked. */
export const loadTable = () => import('./dynamodb-table.ts');

/** Opens nothing yet. */
export function createTable(options: TableOptions): Table {
  let opened: Promise<Table> | null = null;
  const open = (): Promise<Table> => (opened ??= loadTable().then(({ openTable }) => openTable(options)));
  return {
    get: async (key) => (await open()).get(key),
    getMany: async (keys) => (await open()).getMany(keys),
    put: async (item, condition) => (await open()).put(item, condition),
    putMany: async (items) => (await open()).putMany(items),
    remove: async (key, condition) => (await open()).remove(key, condition),
    lastOf: async (pk, prefix, limit) => (await open()).lastOf(pk, prefix, limit),
    close: () => {
      void opened?.then((table) => table.close());
    },
  };
}
