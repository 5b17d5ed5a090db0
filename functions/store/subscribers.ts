/**
 * Who waits for a domain's answer somewhere else than in a request: written down before the check is asked for, and
 * taken away by whoever brings the answer. A row is read and then deleted on the condition that it is there, so
 * each of those who wait is answered by one process, however many have the answer.
 */
import type { Item } from './item.ts';
import { ITEM_VERSION } from './item-body.ts';
import { domainPartition, WAITS_PREFIX, waitsKey } from './keys.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface Waiting {
  /** No two who wait for the same domain at once have the same. */
  readonly id: string;
  /** How to answer, as whoever wrote it reads it. May hold a capability: it is in no log and no queue. */
  readonly body: string;
  /** Nobody waits after this; milliseconds since 1970. */
  readonly untilMs: number;
}

export interface Subscribers {
  readonly add: (domain: string, waiting: Waiting) => Promise<Stored<null>>;
  /** Takes all who wait for the domain; each is given to one caller only. */
  readonly take: (domain: string) => Promise<Stored<readonly Waiting[]>>;
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
  async function takeSome(domain: string): Promise<Stored<{ rows: number; taken: readonly Waiting[] }>> {
    const found = await table.lastOf(domainPartition(domain), WAITS_PREFIX, ROWS_AT_ONCE);
    if (!found.ok) return found;
    const tried = await Promise.all(
      found.value.map(async ({ pk, sk }) => table.remove({ pk, sk }, IS_THERE)),
    );
    const taken = found.value.flatMap((item, index) => {
      const removed = tried[index];
      return removed?.ok === true && removed.value ? waitingOf(item, now()) : [];
    });
    const failed = tried.find((removed) => !removed.ok);
    if (failed?.ok === false && taken.length === 0) return failed;
    return { ok: true, value: { rows: failed === undefined ? found.value.length : 0, taken } };
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
        const some = await takeSome(domain);
        if (!some.ok) return all.length > 0 ? { ok: true, value: all } : some;
        all.push(...some.value.taken);
        if (some.value.rows < ROWS_AT_ONCE) return { ok: true, value: all };
      }
    },

    withdraw: (domain, id) => table.remove(waitsKey(domain, id), IS_THERE),

    async waitsFor(domains, id) {
      const found = await table.getMany(domains.map((domain) => waitsKey(domain, id)));
      if (!found.ok) return found;
      const held = new Set(
        found.value.filter((item) => waitingOf(item, now()).length > 0).map(({ pk }) => pk),
      );
      return { ok: true, value: domains.filter((domain) => held.has(domainPartition(domain))) };
    },
  };
}

/** @returns nothing for a row that has expired or that a newer program wrote */
function waitingOf({ sk, version, body, untilMs }: Item, nowMs: number): Waiting[] {
  const isReadable = typeof version === 'number' && version <= ITEM_VERSION;
  return isReadable && typeof body === 'string' && typeof untilMs === 'number' && untilMs > nowMs
    ? [{ id: sk.slice(WAITS_PREFIX.length), body, untilMs }]
    : [];
}
