/**
 * Answers kept for as long as they say they may be (RFC 1035 section 3.2.1), so that a list of domains with the
 * same mail servers asks for those once; and lookups under way shared by all who want the same.
 */
import type { Answer, RecordType, Resolver } from './answer.ts';
import { isFailure } from './answer.ts';
import { failure } from './interpretation.ts';
import type { LookUp } from './single-resolver.ts';

/** Whoever has just changed a record and checks again should not wait for a long TTL. */
const LONGEST_KEPT_SECONDS = 300;
/** RFC 9520 section 3.2: a failure is remembered for a second at least and five minutes at most. */
const FAILURE_KEPT_SECONDS = 5;
/**
 * Of all answers together, written as JSON: a thousand or two. In a list every domain's own answers are asked for
 * once, and those of the servers that many domains share again and again; the longest unused goes first.
 */
const LARGEST_CACHE_CHARACTERS = 512 * 1024;

interface Entry {
  readonly answer: Promise<Answer<RecordType>>;
  /** In characters; 0 while the lookup is under way. */
  size: number;
  sinceMs: number;
  untilMs: number;
}

/**
 * @param name stands for the resolvers in the answer to a lookup whose caller gave up waiting
 * @param clock milliseconds, of any origin
 */
export function cached(lookUp: LookUp, name: string, clock: () => number): Resolver {
  const entries = new Map<string, Entry>();
  let size = 0;

  function forget(key: string): void {
    size -= entries.get(key)?.size ?? 0;
    entries.delete(key);
  }

  function keep(key: string, entry: Entry, answer: Answer<RecordType>): void {
    const { ttlSeconds } = answer;
    const seconds = isFailure(answer) ? FAILURE_KEPT_SECONDS : Math.min(ttlSeconds, LONGEST_KEPT_SECONDS);
    entry.sinceMs = clock();
    entry.untilMs = entry.sinceMs + seconds * 1000;
    if (seconds === 0) return forget(key);
    entry.size = JSON.stringify(answer).length;
    size += entry.size;
    for (const [longestUnused, { size: freed }] of entries) {
      if (size <= LARGEST_CACHE_CHARACTERS) break;
      if (freed > 0) forget(longestUnused);
    }
  }

  function start(key: string, asked: string, type: RecordType): Entry {
    forget(key);
    const answer = lookUp(asked, type);
    const entry = { answer, size: 0, sinceMs: 0, untilMs: Number.POSITIVE_INFINITY };
    entries.set(key, entry);
    void answer.then((value) => keep(key, entry, value));
    return entry;
  }

  function used(key: string, entry: Entry): Entry {
    entries.delete(key);
    entries.set(key, entry);
    return entry;
  }

  return {
    async lookUp<T extends RecordType>(asked: string, type: T, signal?: AbortSignal): Promise<Answer<T>> {
      const key = `${type} ${asked}`;
      const known = entries.get(key);
      const entry =
        known === undefined || clock() >= known.untilMs ? start(key, asked, type) : used(key, known);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- under a type's key are its answers
      const answer = (await orGivenUp(entry.answer, signal, name)) as Answer<T>;
      if (isFailure(answer)) return answer;
      return { ...answer, ttlSeconds: answer.ttlSeconds - Math.floor((clock() - entry.sinceMs) / 1000) };
    },
  };
}

/** The lookup goes on for others who wait for it, in its own bounded time. */
function orGivenUp(
  answer: Promise<Answer<RecordType>>,
  signal: AbortSignal | undefined,
  name: string,
): Promise<Answer<RecordType>> {
  if (signal === undefined) return answer;
  return new Promise((resolve) => {
    const giveUp = (): void => resolve(failure('timeout', name, 'given up'));
    if (signal.aborted) return giveUp();
    signal.addEventListener('abort', giveUp, { once: true });
    void answer.then((value) => {
      signal.removeEventListener('abort', giveUp);
      return resolve(value);
    });
  });
}
