/** Stands in where no store could be opened: each thing asked of it fails, with the reason. */
import { failure } from './stored.ts';
import type { Table } from './table.ts';

export function missingTable(detail: string): Table {
  const missing = async () => failure('unreachable', detail);
  return {
    get: missing,
    getMany: missing,
    put: missing,
    putMany: missing,
    remove: missing,
    lastOf: missing,
    close: () => {},
  };
}
