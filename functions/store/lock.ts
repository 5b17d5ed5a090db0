/**
 * One check at a time per domain, across processes: a lease on an item. Whoever holds it renews it while it works;
 * a holder that dies stops renewing, and the next one takes its place. The clocks of the processes have to agree
 * to well within the lease.
 */
import { randomUUID } from 'node:crypto';
import { ITEM_VERSION } from './item-body.ts';
import { lockKey } from './keys.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface Lease {
  /** Lets the next one in at once. Never rejects: a lease that cannot be given back runs out. */
  readonly release: () => Promise<void>;
}

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
  const put = (
    { domain, holder, sinceMs }: { domain: string; holder: string; sinceMs: number },
    expression: string,
  ): Promise<Stored<boolean>> =>
    table.put(
      {
        ...lockKey(domain),
        version: ITEM_VERSION,
        holder,
        sinceMs,
        lockedUntilMs: now() + leaseMs,
        expiresAt: Math.ceil((now() + leaseMs) / 1000) + 3600,
      },
      { expression, values: expression.includes(':now') ? { ':now': now() } : { ':holder': holder } },
    );

  return {
    async acquire(domain) {
      const holder = randomUUID();
      const lock = { domain, holder, sinceMs: now() };
      const won = await put(lock, 'attribute_not_exists(pk) OR lockedUntilMs < :now');
      if (!won.ok) return won;
      if (!won.value) return { ok: true, value: null };
      const renewal = setInterval(() => void put(lock, 'holder = :holder'), leaseMs / 3);
      renewal.unref();
      return {
        ok: true,
        value: {
          async release() {
            clearInterval(renewal);
            await table.remove(lockKey(domain), {
              expression: 'holder = :holder',
              values: { ':holder': holder },
            });
          },
        },
      };
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
