/** The few things that are asked of a table, with their failures as values: a store that is down costs a moment, never an answer. */
import type { Condition, Item } from './item.ts';
import type { Key } from './keys.ts';
import type { Stored } from './stored.ts';

export interface Table {
  /** Reads what was last written, not what a replica still has. */
  readonly get: (key: Key) => Promise<Stored<Item | null>>;
  /** The items that are there, in no order. */
  readonly getMany: (keys: readonly Key[]) => Promise<Stored<readonly Item[]>>;
  /** @returns false when the condition does not hold; nothing was written then */
  readonly put: (item: Item, condition?: Condition) => Promise<Stored<boolean>>;
  readonly putMany: (items: readonly Item[]) => Promise<Stored<null>>;
  /** @returns false when the condition does not hold; true also when it may have been this very request that removed it */
  readonly remove: (key: Key, condition: Condition) => Promise<Stored<boolean>>;
  /** The items of a partition whose `sk` begins so, the last in order first. */
  readonly lastOf: (pk: string, prefix: string, limit: number) => Promise<Stored<readonly Item[]>>;
  readonly close: () => void;
}

export interface TableOptions {
  readonly tableName: string;
  /** Null: DynamoDB of the region this process runs in. */
  readonly endpoint: string | null;
  /** Null: those AWS gives the process. */
  readonly accessKey: string | null;
  readonly timeoutMs: number;
}
