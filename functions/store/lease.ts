/**
 * A lease on an item of the table: whoever holds it renews it while it works; a holder that dies stops renewing, and
 * the next one takes its place. The clocks of the processes have to agree to well within the lease.
 */
import type { Condition } from './item.ts';
import type { Key } from './keys.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface Lease {
  /** Lets the next one in at once. Never rejects: a lease that cannot be given back runs out. */
  readonly release: () => Promise<void>;
}

export interface LeaseTerms {
  readonly key: Key;
  /** Nobody else's; it stands in the item as `holder`. */
  readonly holder: string;
  /** How long a holder may be silent; it renews three times as often. */
  readonly leaseMs: number;
  /** The condition on which the item is nobody's. */
  readonly free: Condition;
  /** Writes the item, with an end that is a lease away from now. */
  readonly write: (condition: Condition) => Promise<Stored<boolean>>;
}

/** @returns null when another holds it */
export async function holdLease(
  table: Pick<Table, 'remove'>,
  { key, holder, leaseMs, free, write }: LeaseTerms,
): Promise<Stored<Lease | null>> {
  const won = await write(free);
  if (!won.ok) return won;
  if (!won.value) return { ok: true, value: null };
  const ours: Condition = { expression: 'holder = :holder', values: { ':holder': holder } };
  const renewal = setInterval(() => void write(ours), leaseMs / 3);
  renewal.unref();
  return {
    ok: true,
    value: {
      async release() {
        clearInterval(renewal);
        await table.remove(key, ours);
      },
    },
  };
}
