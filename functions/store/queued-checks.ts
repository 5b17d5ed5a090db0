/**
 * Whether a check of a domain is queued or running somewhere, for those who wait for it: an item beside the lock says
 * that a message is in the queue, so that none is sent again while it is. It says so for a while only, for a queue
 * may lose what nobody could do.
 */
import { ITEM_VERSION } from './item-body.ts';
import { LOCK_PREFIX, lockKey, lockPartition, queuedKey } from './keys.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface CheckUnderWay {
  readonly state: 'queued' | 'running';
  /** Milliseconds since 1970. */
  readonly sinceMs: number;
}

export interface QueuedChecks {
  /** @returns false when one is queued already */
  readonly enter: (domain: string) => Promise<Stored<boolean>>;
  /** Its message was taken from the queue, or never came there. */
  readonly leave: (domain: string) => Promise<Stored<boolean>>;
  /** One request to the table, small enough to be made again and again; null: neither. */
  readonly underWay: (domain: string) => Promise<Stored<CheckUnderWay | null>>;
}

export interface QueuedChecksOptions {
  readonly table: Pick<Table, 'put' | 'remove' | 'lastOf'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** For how long a message is believed to be in the queue. */
  readonly believedMs: number;
}

export function createQueuedChecks({ table, now, believedMs }: QueuedChecksOptions): QueuedChecks {
  return {
    enter: (domain) =>
      table.put(
        {
          ...queuedKey(domain),
          version: ITEM_VERSION,
          sinceMs: now(),
          queuedUntilMs: now() + believedMs,
          expiresAt: Math.ceil((now() + believedMs) / 1000) + 3600,
        },
        { expression: 'attribute_not_exists(pk) OR queuedUntilMs < :now', values: { ':now': now() } },
      ),

    leave: (domain) => table.remove(queuedKey(domain), { expression: 'attribute_exists(pk)', values: {} }),

    async underWay(domain) {
      const found = await table.lastOf(lockPartition(domain), LOCK_PREFIX, 2);
      if (!found.ok) return found;
      const stateOf = (sk: string, until: string, state: CheckUnderWay['state']): CheckUnderWay | null => {
        const item = found.value.find((candidate) => candidate.sk === sk);
        const [sinceMs, untilMs] = [item?.['sinceMs'], item?.[until]];
        const holds = typeof sinceMs === 'number' && typeof untilMs === 'number' && untilMs > now();
        return holds ? { state, sinceMs } : null;
      };
      const value =
        stateOf(lockKey(domain).sk, 'lockedUntilMs', 'running') ??
        stateOf(queuedKey(domain).sk, 'queuedUntilMs', 'queued');
      return { ok: true, value };
    },
  };
}
