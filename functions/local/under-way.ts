/** What was begun and nobody waits for, until the process ends. */
import { setTimeout as wait } from 'node:timers/promises';

export interface UnderWay {
  /** @param work rejects only by a mistake of this program */
  readonly add: (work: Promise<void>) => void;
  /** Resolves when all of it is done, or after that time. */
  readonly settled: (mostMs: number) => Promise<void>;
}

/** @param mistaken is told of a mistake */
export function createUnderWay(mistaken: (error: unknown) => void): UnderWay {
  const running = new Set<Promise<void>>();
  return {
    add(work) {
      const done = work.catch(mistaken).finally(() => running.delete(done));
      running.add(done);
    },
    async settled(mostMs) {
      await Promise.race([Promise.allSettled(running), wait(mostMs, undefined, { ref: false })]);
    },
  };
}
