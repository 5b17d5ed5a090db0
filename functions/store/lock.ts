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
  /** States whether anybody holds it. */
  readonly isHeld: (domain: string) => Promise<Stored<boolean>>;
}

/**
 * @param leaseMs how long a holder may be silent; it renews three times as often
 * @param now milliseconds since 1970
 */
export function createLocks(table: Table, leaseMs: number, now: () => number): Locks {
  const put = (domain: string, holder: string, expression: string): Promise<Stored<boolean>> =>
    table.put(
      {
        ...lockKey(domain),
        version: ITEM_VERSION,
        holder,
        lockedUntilMs: now() + leaseMs,
        expiresAt: Math.ceil((now() + leaseMs) / 1000) + 3600,
      },
      { expression, values: expression.includes(':now') ? { ':now': now() } : { ':holder': holder } },
    );

  return {
    async acquire(domain) {
      const holder = randomUUID();
      const won = await put(domain, holder, 'attribute_not_exists(pk) OR lockedUntilMs < :now');
      if (!won.ok) return won;
      if (!won.value) return { ok: true, value: null };
      const renewal = setInterval(() => void put(domain, holder, 'holder = :holder'), leaseMs / 3);
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

    async isHeld(domain) {
      const found = await table.get(lockKey(domain));
      if (!found.ok) return found;
      const until = found.value?.['lockedUntilMs'];
      return { ok: true, value: typeof until === 'number' && until > now() };
    },
  };
}
