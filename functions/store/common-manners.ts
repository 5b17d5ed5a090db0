/**
 * Good manners that many processes keep together (see `probe/manners.ts` for those of one): a lease per address, a
 * few leases per operator, the time at which the next connection to it may begin, and until when it is left alone.
 * Leases are taken in that order by everybody, so that no two wait for each other; one whose holder died runs out.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { operatorOf } from '../probe/manners.ts';
import type { MannersRules } from '../probe/manners.ts';
import type { CommonManners, CommonTurn } from '../probe/polite-prober.ts';
import { ITEM_VERSION } from './item-body.ts';
import { addressLeaseKey, operatorAloneKey, operatorSlotKey, operatorStartKey } from './keys.ts';
import type { Key } from './keys.ts';
import { holdLease } from './lease.ts';
import type { Lease } from './lease.ts';
import type { Stored, StoreFailure } from './stored.ts';
import type { Table } from './table.ts';

export interface CommonMannersOptions {
  readonly table: Pick<Table, 'get' | 'put' | 'remove'>;
  readonly rules: Pick<
    MannersRules,
    'connectionsPerOperator' | 'operatorIntervalMs' | 'backOffMs' | 'isExempt'
  >;
  /** How long a holder may be silent; it renews three times as often. */
  readonly leaseMs: number;
  /** Milliseconds since 1970. The clocks of the processes have to agree to well within the lease. */
  readonly now: () => number;
  readonly failed: (operation: string, failure: StoreFailure) => void;
}

/** Between two tries, longer each time; somewhat different too, so that those who wait do not march in step. */
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 1_500;
const SPARE_SECONDS = 60;

const FREE = 'attribute_not_exists(pk) OR untilMs <= :now';

export function createCommonManners(options: CommonMannersOptions): CommonManners {
  const { table, rules, leaseMs, now, failed } = options;

  const put = (key: Key, holder: string, untilMs: number, condition: Parameters<Table['put']>[1]) =>
    table.put(
      {
        ...key,
        version: ITEM_VERSION,
        holder,
        untilMs,
        expiresAt: Math.ceil(untilMs / 1000) + SPARE_SECONDS,
      },
      condition,
    );

  /** @returns null when another holds it */
  const hold = (key: Key, holder: string): Promise<Stored<Lease | null>> =>
    holdLease(table, {
      key,
      holder,
      leaseMs,
      free: { expression: FREE, values: { ':now': now() } },
      write: (condition) => put(key, holder, now() + leaseMs, condition),
    });

  async function isLeftAlone(operator: string): Promise<boolean> {
    const found = await table.get(operatorAloneKey(operator));
    if (!found.ok) failed('manners', found);
    const untilMs = found.ok ? found.value?.['untilMs'] : null;
    return typeof untilMs === 'number' && untilMs > now();
  }

  async function holdSlot(operator: string, holder: string): Promise<Stored<Lease | null>> {
    for (let slot = 0; slot < rules.connectionsPerOperator; slot += 1) {
      const held = await hold(operatorSlotKey(operator, slot), holder);
      if (!held.ok || held.value !== null) return held;
    }
    return { ok: true, value: null };
  }

  async function takeStart(operator: string, holder: string): Promise<Stored<true | null>> {
    const begun = await put(operatorStartKey(operator), holder, now() + rules.operatorIntervalMs, {
      expression: FREE,
      values: { ':now': now() },
    });
    return begun.ok ? { ok: true, value: begun.value ? true : null } : begun;
  }

  return {
    async turn({ host, ip, look }, signal) {
      if (rules.isExempt(ip)) return { granted: true, done: async () => {} };
      const operator = operatorOf(host);
      const holder = randomUUID();
      const held: Lease[] = [];
      const giveBack = async (): Promise<void> => {
        await Promise.all(held.splice(0).map(({ release }) => release()));
      };
      const refuse = async (because: 'backing-off' | 'out-of-time'): Promise<CommonTurn> => {
        await giveBack();
        return { granted: false, because };
      };
      // Without the table each process keeps its own manners, and the answer is worth more than the order.
      const alone = async (failure: StoreFailure): Promise<CommonTurn> => {
        failed('manners', failure);
        await giveBack();
        return { granted: true, done: async () => {} };
      };

      if (look !== 'second' && (await isLeftAlone(operator))) return refuse('backing-off');
      const leases = [() => hold(addressLeaseKey(ip), holder), () => holdSlot(operator, holder)];
      for (const lease of leases) {
        const taken = await until(lease, signal);
        if (taken === null) return refuse('out-of-time');
        if (!taken.ok) return alone(taken);
        held.push(taken.value);
      }
      const begun = await until(() => takeStart(operator, holder), signal);
      if (begun === null) return refuse('out-of-time');
      if (!begun.ok) return alone(begun);
      // Somebody may have been turned away while we waited.
      if (look !== 'second' && (await isLeftAlone(operator))) return refuse('backing-off');
      return { granted: true, done: giveBack };
    },

    async leaveAlone(host, ip) {
      if (rules.isExempt(ip)) return;
      const operator = operatorOf(host);
      const untilMs = now() + rules.backOffMs;
      const written = await table.put({
        ...operatorAloneKey(operator),
        version: ITEM_VERSION,
        untilMs,
        expiresAt: Math.ceil(untilMs / 1000) + SPARE_SECONDS,
      });
      if (!written.ok) failed('manners', written);
    },
  };
}

/** Tries until it is had; @returns null when `signal` ended that */
async function until<T>(
  attempt: () => Promise<Stored<T | null>>,
  signal: AbortSignal,
): Promise<Stored<T> | null> {
  for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
    const tried = await attempt();
    if (!tried.ok) return tried;
    if (tried.value !== null) return { ok: true, value: tried.value };
    await wait(pauseMs * (0.5 + Math.random()), undefined, { signal }).catch(() => {});
  }
  return null;
}
