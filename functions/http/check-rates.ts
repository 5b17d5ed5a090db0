/**
 * How many new checks may be started, by one client and by all: other people's mail servers pay for each.
 * Told to clients in the fields of draft-ietf-httpapi-ratelimit-headers-11.
 */
import { createTokenBucket } from './token-bucket.ts';
import type { TokenBucket } from './token-bucket.ts';

export interface CheckRates {
  /** Counts one new check; null: it may start. */
  readonly charge: (
    client: string,
  ) => { readonly whose: 'client' | 'all'; readonly retryAfterSeconds: number } | null;
  /** The check was not started after all. */
  readonly refund: (client: string) => void;
  /** The fields `RateLimit-Policy` and `RateLimit`. */
  readonly fields: (client: string) => Readonly<Record<string, string>>;
}

/** Clients remembered at once. A client forgotten is one that has its whole minute again. */
const MOST_CLIENTS = 10_000;

/** @param clock milliseconds */
export function createCheckRates(
  perMinute: { readonly client: number; readonly all: number },
  clock: () => number,
): CheckRates {
  const all = createTokenBucket(perMinute.all, clock);
  const clients = new Map<string, TokenBucket>();
  const bucketOf = (client: string): TokenBucket => {
    const bucket = clients.get(client) ?? createTokenBucket(perMinute.client, clock);
    clients.delete(client);
    clients.set(client, bucket);
    const [longestUnseen] = clients.keys();
    if (clients.size > MOST_CLIENTS && longestUnseen !== undefined) clients.delete(longestUnseen);
    return bucket;
  };
  const policy = `"client";q=${perMinute.client};w=60, "all";q=${perMinute.all};w=60`;
  return {
    charge(client) {
      const bucket = bucketOf(client);
      if (!bucket.take()) return { whose: 'client', retryAfterSeconds: bucket.waitSeconds() };
      if (all.take()) return null;
      bucket.give();
      return { whose: 'all', retryAfterSeconds: all.waitSeconds() };
    },
    refund(client) {
      bucketOf(client).give();
      all.give();
    },
    fields(client) {
      const bucket = bucketOf(client);
      return {
        'RateLimit-Policy': policy,
        RateLimit: `"client";r=${bucket.left()};t=${bucket.fullInSeconds()}, "all";r=${all.left()};t=${all.fullInSeconds()}`,
      };
    },
  };
}
