/**
 * One piece of work for all who ask for it at about the same time. Many domains share mail servers, and a
 * server should not notice how many of its customers somebody asks about.
 */

interface Flight<T> {
  readonly result: Promise<T>;
  readonly abort: AbortController;
  waiting: number;
}

export interface SharingRules<T> {
  /** How long a result is given again. */
  readonly keepMs: number;
  /** How many results are kept; the one longest unused goes first. */
  readonly mostKept: number;
  readonly isWorthKeeping: (result: T) => boolean;
  /** Milliseconds, of any origin; where a process can be frozen, by a clock that goes on meanwhile. */
  readonly clock: () => number;
}

export interface SharedResults<T> {
  /**
   * Gives a kept result, or joins the work under way, or begins it. The work is given up when all who wait for
   * it have gone.
   * @returns null when `signal` ended the wait while others still wait
   */
  readonly get: (
    key: string,
    begin: (signal: AbortSignal) => Promise<T>,
    signal: AbortSignal,
  ) => Promise<T | null>;
  /** Keeps a result that was come by in another way. */
  readonly keep: (key: string, result: T) => void;
}

export function createSharedResults<T>(rules: SharingRules<T>): SharedResults<T> {
  const kept = keptResults(rules);
  const flights = new Map<string, Flight<T>>();

  function launch(key: string, begin: (signal: AbortSignal) => Promise<T>): Flight<T> {
    const abort = new AbortController();
    const work = async (): Promise<T> => {
      try {
        const result = await begin(abort.signal);
        kept.keep(key, result);
        return result;
      } finally {
        if (flights.get(key) === flight) flights.delete(key);
      }
    };
    const flight: Flight<T> = { result: Promise.resolve().then(work), abort, waiting: 0 };
    flights.set(key, flight);
    return flight;
  }

  return {
    keep: kept.keep,
    async get(key, begin, signal) {
      const found = kept.recall(key);
      if (found !== null) return found;
      const flight = flights.get(key) ?? launch(key, begin);
      flight.waiting += 1;
      return new Promise<T | null>((resolve, reject) => {
        const onAbort = (): void => {
          flight.waiting -= 1;
          if (flight.waiting > 0) {
            resolve(null);
            return;
          }
          if (flights.get(key) === flight) flights.delete(key);
          flight.abort.abort(signal.reason);
        };
        if (signal.aborted) onAbort();
        else signal.addEventListener('abort', onAbort, { once: true });
        flight.result.finally(() => signal.removeEventListener('abort', onAbort)).then(resolve, reject);
      });
    },
  };
}

interface KeptResults<T> extends Pick<SharedResults<T>, 'keep'> {
  /** Null when there is none, or it is too old to be given again. */
  readonly recall: (key: string) => T | null;
}

function keptResults<T>({ keepMs, mostKept, isWorthKeeping, clock }: SharingRules<T>): KeptResults<T> {
  const kept = new Map<string, { readonly result: T; readonly sinceMs: number }>();
  return {
    keep(key, result) {
      if (!isWorthKeeping(result)) return;
      kept.delete(key);
      kept.set(key, { result, sinceMs: clock() });
      const [longestUnused] = kept.keys();
      if (kept.size > mostKept && longestUnused !== undefined) kept.delete(longestUnused);
    },
    recall(key) {
      const found = kept.get(key);
      if (found === undefined) return null;
      kept.delete(key);
      if (clock() - found.sinceMs >= keepMs) return null;
      kept.set(key, found);
      return found.result;
    },
  };
}
