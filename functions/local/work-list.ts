import { keepHeapSmall } from './small-heap.ts';

/**
 * Works through a list, so many entries side by side, until it ends or the person gives up.
 * @param work one entry; it is awaited before its place is given to another
 */
export async function workThrough<Entry>(
  entries: readonly Entry[],
  atOnce: number,
  interrupted: AbortSignal,
  work: (entry: Entry) => Promise<void>,
): Promise<void> {
  keepHeapSmall();
  const queue = entries.values();
  const worker = async (): Promise<void> => {
    for (const entry of queue) {
      if (interrupted.aborted) return;
      await work(entry);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
