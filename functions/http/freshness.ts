/** How old an answer is and for how long it may be shown, in the fields caches and people read. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { SenderName } from '../environment.ts';
import type { Found } from './asking.ts';

/** What is ours in a report depends on who sends our mail, so the tag does. Empty: nobody said. */
const tagOf = ({ etag }: AgedAnswer, sender: SenderName | ''): string =>
  sender === '' ? `"${etag}"` : `"${etag}-${sender}"`;

/** @returns ETag, Age, Cache-Control and Cache-Status of an answer */
export function freshnessFields(
  answer: AgedAnswer,
  from: Found['from'],
  sender: SenderName | '',
): Record<string, string> {
  const { ageSeconds, freshForSeconds } = answer;
  return {
    // Weak: a newer release may word the same evidence differently (RFC 9110 section 8.8.1).
    ETag: `W/${tagOf(answer, sender)}`,
    Age: String(ageSeconds),
    // RFC 9111 section 4.2: a cache takes Age off max-age, so the whole lifetime is given.
    'Cache-Control':
      freshForSeconds > 0 ? `private, max-age=${ageSeconds + freshForSeconds}` : 'private, no-cache',
    'Cache-Status': cacheStatus(answer, from),
  };
}

/** RFC 9211 section 2: found or fetched, for how long it is fresh (negative: no longer), whether it is kept. */
function cacheStatus({ freshForSeconds, kept, stale, refreshing }: AgedAnswer, from: Found['from']): string {
  const how = from === 'check' ? 'fwd=miss' : 'hit';
  const parts = ['mailtls', how, `ttl=${stale ? -1 : freshForSeconds}`, kept ? 'stored' : 'stored=?0'];
  return [...parts, ...(refreshing ? ['detail=refreshing'] : [])].join('; ');
}

/** RFC 9110 section 13.1.2: weak comparison, a list or `*`. */
export function isUnchanged(
  ifNoneMatch: string | undefined,
  answer: AgedAnswer,
  sender: SenderName | '',
): boolean {
  if (ifNoneMatch === undefined) return false;
  const tags = ifNoneMatch.split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes('*') || tags.includes(tagOf(answer, sender));
}
