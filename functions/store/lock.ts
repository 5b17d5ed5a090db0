/** One check at a time per domain, across processes: a lease on an item, which says since when somebody has it. */
import { randomUUID } from 'node:crypto';
import { ITEM_VERSION } from './item-body.ts';
import { lockKey } from './keys.ts';
import { holdLease } from './lease.ts';
import type { Lease } from './lease.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface Locks {
  /** @returns null when another holds it */
  readonly acquire: (domain: string) => Promise<Stored<Lease | null>>;
  /** States since when somebody holds it, in milliseconds since 1970; null: nobody does. */
  readonly heldSince: (domain: string) => Promise<Stored<number | null>>;
}

/**
 * @param leaseMs how long a holder may be silent; it renews three times as often
 * @param now milliseconds since 1970
 */
export function createLocks(table: Table, leaseMs: number, now: () => number): Locks {
  return {
    async acquire(domain) {
      const holder = randomUUID();
      const key = lockKey(domain);
      const sinceMs = now();
      return holdLease(table, {
        key,
        holder,
        leaseMs,
        free: { expression: 'attribute_not_exists(pk) OR lockedUntilMs < :now', values: { ':now': sinceMs } },
        write: (condition) => {
          const lockedUntilMs = now() + leaseMs;
          const expiresAt = Math.ceil(lockedUntilMs / 1000) + 3600;
          return table.put(
            { ...key, version: ITEM_VERSION, holder, sinceMs, lockedUntilMs, expiresAt },
            condition,
          );
        },
      });
    },

    async heldSince(domain) {
      const found = await table.get(lockKey(domain));
      if (!found.ok) return found;
      const sinceMs = found.value?.['sinceMs'];
      const untilMs = found.value?.['lockedUntilMs'];
      const isHeld = typeof untilMs === 'number' && untilMs > now();
      return { ok: true, value: isHeld && typeof sinceMs === 'number' ? sinceMs : null };
    },
  };
}
