/** What was begun and nobody waits for, until the process ends. */
import { setTimeout as wait } from 'node:timers/promises';

export interface UnderWay {
  /** @param work rejects only by a mistake of this program, which then ends it as any would */
  readonly add: (work: Promise<void>) => void;
  /** Resolves when all of it is done, or after that time. */
  readonly settled: (mostMs: number) => Promise<void>;
}

export function createUnderWay(): UnderWay {
  const running = new Set<Promise<void>>();
  return {
    add(work) {
      running.add(work);
      void work.finally(() => running.delete(work));
    },
    async settled(mostMs) {
      await Promise.race([Promise.allSettled(running), wait(mostMs, undefined, { ref: false })]);
    },
  };
}
