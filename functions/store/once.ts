/**
 * What is done once although it is asked for twice: Slack sends an event again when it heard nothing in three
 * seconds, and people press a button twice. The first to write the key down does it; with the store down, the first
 * in this process does, for an answer given twice is better than none.
 */
import { createHash } from 'node:crypto';
import { ITEM_VERSION } from './item-body.ts';
import { onceKey } from './keys.ts';
import { createRemembered } from './remembered.ts';
import type { StoreFailure } from './stored.ts';
import type { Table } from './table.ts';

export interface Once {
  /**
   * @param key what tells it from everything else, of any length
   * @param seconds for how long the same key is a repetition
   * @returns whether it is the first time
   */
  readonly first: (key: string, seconds: number) => Promise<boolean>;
}

export interface OnceOptions {
  readonly table: Table;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly failed: (operation: string, failure: StoreFailure) => void;
}

const MOST_REMEMBERED = 10_000;
const SPARE_SECONDS = 60;

export function createOnce({ table, now, failed }: OnceOptions): Once {
  const untilMsOf = createRemembered<number>(MOST_REMEMBERED);
  return {
    async first(key, seconds) {
      const digest = createHash('sha256').update(key).digest('hex');
      const nowMs = now();
      if ((untilMsOf.get(digest) ?? 0) > nowMs) return false;
      const untilMs = nowMs + seconds * 1000;
      untilMsOf.set(digest, untilMs);
      const put = await table.put(
        {
          ...onceKey(digest),
          version: ITEM_VERSION,
          untilMs,
          expiresAt: Math.ceil(untilMs / 1000) + SPARE_SECONDS,
        },
        { expression: 'attribute_not_exists(pk) OR untilMs <= :now', values: { ':now': nowMs } },
      );
      if (!put.ok) failed('once', put);
      return !put.ok || put.value;
    },
  };
}
