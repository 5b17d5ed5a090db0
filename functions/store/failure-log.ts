/** The store's failures, told once a minute: a store that is down would fill the log faster than a disk. */
import type { StoreFailure } from './stored.ts';

export interface StoreFailed {
  readonly event: 'store-failed';
  /** What was to be done, e.g. `read`, `keep`, `lock`. */
  readonly operation: string;
  readonly because: StoreFailure['because'];
  readonly detail: string;
  /** How many more failures there were since the last one that was told. */
  readonly untold: number;
}
export type StoreLog = (entry: StoreFailed) => void;

/** @param clock milliseconds; one that is set back silences nothing */
export function createFailureLog(log: StoreLog, clock: () => number, everyMs = 60_000) {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  let untold = 0;
  return (operation: string, { because, detail }: StoreFailure): void => {
    const sinceMs = clock() - toldAtMs;
    if (sinceMs >= 0 && sinceMs < everyMs) {
      untold += 1;
      return;
    }
    toldAtMs = clock();
    log({ event: 'store-failed', operation, because, detail, untold });
    untold = 0;
  };
}
