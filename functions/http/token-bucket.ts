/** A rate with a burst of one minute's worth: what is taken comes back evenly. */

export interface TokenBucket {
  /** @returns whether there was one to take */
  readonly take: () => boolean;
  /** Puts back what was taken for nothing. */
  readonly give: () => void;
  readonly left: () => number;
  /** Until there is one to take, at least 1. */
  readonly waitSeconds: () => number;
  /** Until it is as full as it gets. */
  readonly fullInSeconds: () => number;
}

const MINUTE_MS = 60_000;

/** @param clock milliseconds; one that is set back takes nothing away */
export function createTokenBucket(perMinute: number, clock: () => number): TokenBucket {
  let level = perMinute;
  let atMs = clock();
  const refill = (): void => {
    const nowMs = clock();
    const passedMs = Math.max(0, nowMs - atMs);
    level = Math.min(perMinute, level + (passedMs / MINUTE_MS) * perMinute);
    atMs = nowMs;
  };
  const secondsUntil = (wanted: number): number => {
    refill();
    return Math.max(0, Math.ceil(((wanted - level) / perMinute) * 60));
  };
  return {
    take() {
      refill();
      if (level < 1) return false;
      level -= 1;
      return true;
    },
    give() {
      refill();
      level = Math.min(perMinute, level + 1);
    },
    left() {
      refill();
      return Math.floor(level);
    },
    waitSeconds: () => Math.max(1, secondsUntil(1)),
    fullInSeconds: () => secondsUntil(perMinute),
  };
}
