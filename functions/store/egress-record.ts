/**
 * What the canaries said last, on record for whoever asks whether probes get out: they are asked by a schedule, on
 * the way that checks take, and not by whoever wants to know.
 */
import type { Observer } from '../assessment/domain-evidence.ts';
import type { EgressEvidence } from '../probe/egress-evidence.ts';
import { ITEM_VERSION } from './item-body.ts';
import { EGRESS_KEY } from './keys.ts';
import { failure } from './stored.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface RecordedEgress {
  readonly evidence: EgressEvidence;
  /** Who asked the canaries. */
  readonly vantage: Observer['vantage'];
  /** The name they were greeted with; null: an address literal. */
  readonly ehloName: string | null;
}

export interface EgressRecord {
  /** Null: the canaries were never asked, or a long time ago. */
  readonly last: () => Promise<Stored<RecordedEgress | null>>;
  readonly put: (recorded: RecordedEgress) => Promise<Stored<null>>;
}

const KEEP_SECONDS = 7 * 86_400;

/** @param now milliseconds since 1970 */
export function createEgressRecord(table: Pick<Table, 'get' | 'put'>, now: () => number): EgressRecord {
  return {
    async last() {
      const found = await table.get(EGRESS_KEY);
      if (!found.ok) return found;
      const item: Readonly<Record<string, unknown>> = found.value ?? {};
      const { version, body, expiresAt } = item;
      const isThere = typeof expiresAt === 'number' && expiresAt * 1000 > now();
      if (!isThere) return { ok: true, value: null };
      if (version !== ITEM_VERSION || typeof body !== 'string') {
        return failure('newer-version', `the state of egress is of version ${String(version)}`);
      }
      const recorded: RecordedEgress = JSON.parse(body);
      return { ok: true, value: recorded };
    },

    async put(recorded) {
      const put = await table.put({
        ...EGRESS_KEY,
        version: ITEM_VERSION,
        body: JSON.stringify(recorded),
        expiresAt: Math.ceil(now() / 1000) + KEEP_SECONDS,
      });
      return put.ok ? { ok: true, value: null } : put;
    },
  };
}
