/** Waiting for what goes on by itself, no longer than somebody is ready to. */
import { setTimeout as wait } from 'node:timers/promises';

/** Of whoever waits to the end. */
const NOBODY_LEAVES = new AbortController().signal;

/**
 * @param signal whoever waits has gone
 * @returns null when it took longer, or nobody waits any more
 */
export async function within<T>(
  result: Promise<T>,
  waitMs: number,
  signal: AbortSignal = NOBODY_LEAVES,
): Promise<T | null> {
  const waited = new AbortController();
  const onAbort = (): void => waited.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const late = wait(waitMs, null, { signal: waited.signal }).catch(() => null);
    return await Promise.race([result, late]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    waited.abort();
  }
}
