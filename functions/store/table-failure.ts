/** What went wrong with a request to DynamoDB, by what it means to whoever asked. */
import { failureDetail } from '../amazon/service.ts';
import { failure } from './stored.ts';
import type { StoreFailure } from './stored.ts';

/** DynamoDB's error codes and Node's, by what they mean to us. */
const MEANINGS: readonly (readonly [StoreFailure['because'], RegExp])[] = [
  // The library calls a broken connection a timeout, so the code under it comes first.
  ['unreachable', /ECONN|ENOTFOUND|EAI_AGAIN|EPIPE|EHOSTUNREACH|ENETUNREACH|NetworkingError/],
  ['throttled', /Throttl|ProvisionedThroughputExceeded|RequestLimitExceeded|TooManyRequests|LimitExceeded/],
  ['out-of-time', /TimeoutError|AbortError|RequestTimeout|ETIMEDOUT/],
];

/** States what a request to the table failed by. */
export function failureOf(error: unknown): StoreFailure {
  if (!(error instanceof Error)) return failure('refused', String(error));
  const { name, message } = error;
  const code = 'code' in error ? String(error.code) : '';
  const detail = failureDetail(error);
  const because = MEANINGS.find(([, names]) => names.test(`${name} ${code}`))?.[0];
  if (because !== undefined) return failure(because, detail);
  const tooLarge = name === 'ValidationException' && /size/i.test(message);
  return failure(tooLarge ? 'too-large' : 'refused', detail);
}
