/**
 * Who waits for a domain's answer somewhere else than in a request: written down before the check is asked for, and
 * taken away by whoever brings the answer. A row is read and then deleted on the condition that it is there, so
 * each of those who wait is answered by one process, however many have the answer.
 */
import type { Item } from './item.ts';
import { ITEM_VERSION } from './item-body.ts';
import { WAITS_PREFIX, waitsKey, waitsPartition } from './keys.ts';
import { failure } from './stored.ts';
import type { Stored, StoreFailure } from './stored.ts';
import type { Table } from './table.ts';

export interface Waiting {
  /** No two who wait for the same domain at once have the same. */
  readonly id: string;
  /** How to answer, as whoever wrote it reads it. May hold a capability: it is in no log and no queue. */
  readonly body: string;
  /** Nobody waits after this; milliseconds since 1970. */
  readonly untilMs: number;
}

export interface Taken {
  readonly waiting: readonly Waiting[];
  /** Why somebody may be left who waits and was not taken; null: nobody is. */
  readonly left: StoreFailure | null;
}

export interface Subscribers {
  readonly add: (domain: string, waiting: Waiting) => Promise<Stored<null>>;
  /** Takes all who wait for the domain; each is given to one caller only. */
  readonly take: (domain: string) => Promise<Taken>;
  /** Takes one back. @returns false when somebody has taken it to answer it */
  readonly withdraw: (domain: string, id: string) => Promise<Stored<boolean>>;
  /** States for which of the domains it still waits. */
  readonly waitsFor: (domains: readonly string[], id: string) => Promise<Stored<readonly string[]>>;
}

const ROWS_AT_ONCE = 100;
const IS_THERE = { expression: 'attribute_exists(pk)', values: {} };
/** DynamoDB deletes expired items by itself, some time later. */
const SPARE_SECONDS = 60;

/** @param now milliseconds since 1970 */
export function createSubscribers(table: Table, now: () => number): Subscribers {
  /** @returns `rows`: how many were there to take */
  async function takeSome(domain: string): Promise<Taken & { readonly rows: number }> {
    const found = await table.lastOf(waitsPartition(domain), WAITS_PREFIX, ROWS_AT_ONCE);
    if (!found.ok) return { waiting: [], left: found, rows: 0 };
    const ours = found.value.filter(isReadable);
    const left = ours.length < found.value.length ? failure('newer-version', 'who waits') : null;
    const tried = await Promise.all(ours.map(async ({ pk, sk }) => table.remove({ pk, sk }, IS_THERE)));
    const waiting = ours.flatMap((item, index) => {
      const removed = tried[index];
      return removed?.ok === true && removed.value ? waitingOf(item, now()) : [];
    });
    const failed = tried.find((removed) => !removed.ok);
    return { waiting, left: failed?.ok === false ? failed : left, rows: found.value.length };
  }

  return {
    async add(domain, { id, body, untilMs }) {
      const put = await table.put({
        ...waitsKey(domain, id),
        version: ITEM_VERSION,
        body,
        untilMs,
        expiresAt: Math.ceil(untilMs / 1000) + SPARE_SECONDS,
      });
      return put.ok ? { ok: true, value: null } : put;
    },

    async take(domain) {
      const all: Waiting[] = [];
      for (;;) {
        const { waiting, left, rows } = await takeSome(domain);
        all.push(...waiting);
        if (left !== null || rows < ROWS_AT_ONCE) return { waiting: all, left };
      }
    },

    withdraw: (domain, id) => table.remove(waitsKey(domain, id), IS_THERE),

    async waitsFor(domains, id) {
      const found = await table.getMany(domains.map((domain) => waitsKey(domain, id)));
      if (!found.ok) return found;
      const held = new Set(
        found.value.filter((item) => waitingOf(item, now()).length > 0).map(({ pk }) => pk),
      );
      return { ok: true, value: domains.filter((domain) => held.has(waitsPartition(domain))) };
    },
  };
}

const isReadable = ({ version }: Item): boolean => typeof version === 'number' && version <= ITEM_VERSION;

/** @returns nothing for a row that has expired or that a newer program wrote */
function waitingOf(row: Item, nowMs: number): Waiting[] {
  const { sk, body, untilMs } = row;
  return isReadable(row) && typeof body === 'string' && typeof untilMs === 'number' && untilMs > nowMs
    ? [{ id: sk.slice(WAITS_PREFIX.length), body, untilMs }]
    : [];
}
