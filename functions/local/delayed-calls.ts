/** Calls after a time, one a name: what a queue with a delay is on AWS. They end with the process. */
export interface DelayedCalls {
  /** A call of that name that is still to come keeps its time. */
  readonly schedule: (name: string, delayMs: number) => void;
  readonly close: () => void;
}

/** More than that are not minded; they come when somebody asks again. */
const MOST_CALLS = 10_000;

export function createDelayedCalls(call: (name: string) => Promise<void>): DelayedCalls {
  const timers = new Map<string, NodeJS.Timeout>();
  return {
    schedule(name, delayMs) {
      if (timers.has(name) || timers.size >= MOST_CALLS) return;
      const timer = setTimeout(() => {
        timers.delete(name);
        void call(name);
      }, delayMs);
      timer.unref();
      timers.set(name, timer);
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer);
      timers.clear();
    },
  };
}
