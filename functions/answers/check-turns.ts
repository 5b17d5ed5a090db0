/** How many checks run side by side; the others wait in the order they came. */
export interface CheckTurns {
  /** @returns null when `signal` ended the wait */
  readonly take: (signal: AbortSignal) => Promise<{ readonly done: () => void } | null>;
}

/** @param atOnce at least 1 */
export function createCheckTurns(atOnce: number): CheckTurns {
  let free = atOnce;
  const waiting = new Set<() => void>();

  const done = (): void => {
    const [next] = waiting;
    if (next === undefined) free += 1;
    else next();
  };

  return {
    async take(signal) {
      if (signal.aborted) return null;
      if (free > 0) {
        free -= 1;
        return { done };
      }
      return new Promise((resolve) => {
        const onAbort = (): void => {
          waiting.delete(onTurn);
          resolve(null);
        };
        const onTurn = (): void => {
          waiting.delete(onTurn);
          signal.removeEventListener('abort', onAbort);
          resolve({ done });
        };
        waiting.add(onTurn);
        signal.addEventListener('abort', onAbort, { once: true });
      });
    },
  };
}
