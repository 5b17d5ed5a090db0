import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { createSharedResults } from '../../functions/probe/shared-results.ts';

const never = new AbortController().signal;

function sharing({ keepMs = 1000, mostKept = 10 } = {}) {
  const time = { ms: 0 };
  const results = createSharedResults<string>({
    keepMs,
    mostKept,
    isWorthKeeping: (result) => !result.startsWith('failed'),
    clock: () => time.ms,
  });
  let begun = 0;
  const pending: ((result: string) => void)[] = [];
  const signals: AbortSignal[] = [];
  const get = (key: string, signal = never) =>
    results.get(
      key,
      (ended) => {
        begun += 1;
        signals.push(ended);
        return new Promise<string>((resolve) => pending.push(resolve));
      },
      signal,
    );
  const finish = async (result: string) => {
    await Promise.resolve();
    pending.shift()?.(result);
  };
  return { time, results, get, finish, signals, begun: () => begun };
}

describe('work that several ask for', () => {
  it('is done once while it is under way', async () => {
    const work = sharing();
    const asked = [work.get('a'), work.get('a'), work.get('a')];
    await work.finish('seen');
    expect(await Promise.all(asked)).toStrictEqual(['seen', 'seen', 'seen']);
    expect(work.begun()).toBe(1);
  });

  it('is not done again while its result is fresh, and is after that', async () => {
    const work = sharing({ keepMs: 1000 });
    const first = work.get('a');
    await work.finish('seen');
    await first;
    work.time.ms = 999;
    expect(await work.get('a')).toBe('seen');
    work.time.ms = 1000;
    const later = work.get('a');
    await work.finish('seen later');
    expect(await later).toBe('seen later');
    expect(work.begun()).toBe(2);
  });

  it('is done again when its result was not worth keeping', async () => {
    const work = sharing();
    for (const result of ['failed', 'seen']) {
      const asked = work.get('a');
      await work.finish(result);
      expect(await asked).toBe(result);
    }
    expect(work.begun()).toBe(2);
  });

  it('is apart for every key', async () => {
    const work = sharing();
    const asked = [work.get('a'), work.get('b')];
    await work.finish('of a');
    await work.finish('of b');
    expect(await Promise.all(asked)).toStrictEqual(['of a', 'of b']);
  });

  it('is forgotten in the order of its last use when there is too much of it', async () => {
    const work = sharing({ mostKept: 2 });
    work.results.keep('a', 'of a');
    work.results.keep('b', 'of b');
    await work.get('a');
    work.results.keep('c', 'of c');
    expect(await work.get('a')).toBe('of a');
    expect(await work.get('c')).toBe('of c');
    const again = work.get('b');
    await work.finish('of b again');
    expect(await again).toBe('of b again');
  });
});

describe('one of several who wait', () => {
  it('may leave without the others', async () => {
    const work = sharing();
    const impatient = new AbortController();
    const asked = [work.get('a', impatient.signal), work.get('a')];
    await Promise.resolve();
    impatient.abort();
    expect(await asked[0]).toBeNull();
    expect(work.signals[0]?.aborted).toBe(false);
    await work.finish('seen');
    expect(await asked[1]).toBe('seen');
  });

  it('gives the work up when nobody else waits, and gets what there is of it', async () => {
    const work = sharing();
    const impatient = new AbortController();
    const asked = work.get('a', impatient.signal);
    await Promise.resolve();
    impatient.abort();
    expect(work.signals[0]?.aborted).toBe(true);
    await work.finish('failed: half seen');
    expect(await asked).toBe('failed: half seen');
  });

  it('leaves no listener on its signal', async () => {
    const work = sharing();
    const { signal } = new AbortController();
    const asked = work.get('a', signal);
    await work.finish('seen');
    await asked;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  });
});
