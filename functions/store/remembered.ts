/** What was used last, within a bound: the one longest unused goes first. */
export interface Remembered<T> {
  readonly get: (key: string) => T | null;
  readonly set: (key: string, value: T, weight?: number) => void;
  readonly delete: (key: string) => void;
}

/** @param mostWeight of all that is remembered; each weighs 1 unless told */
export function createRemembered<T>(mostWeight: number): Remembered<T> {
  const kept = new Map<string, { readonly value: T; readonly weight: number }>();
  let weightOfAll = 0;

  function forget(key: string): void {
    weightOfAll -= kept.get(key)?.weight ?? 0;
    kept.delete(key);
  }

  return {
    get(key) {
      const found = kept.get(key);
      if (found === undefined) return null;
      kept.delete(key);
      kept.set(key, found);
      return found.value;
    },
    set(key, value, weight = 1) {
      forget(key);
      if (weight > mostWeight) return;
      kept.set(key, { value, weight });
      weightOfAll += weight;
      for (const longestUnused of kept.keys()) {
        if (weightOfAll <= mostWeight) return;
        forget(longestUnused);
      }
    },
    delete: forget,
  };
}
