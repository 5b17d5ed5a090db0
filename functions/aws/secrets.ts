/**
 * Slack's secrets from Secrets Manager: fetched once for as long as the function lives, again when they are old, for
 * they are rotated, and again when a signature does not fit or Slack refuses the token, for that may be the first sign
 * of it.
 */
import { fetchSecret } from './secret-fetch.ts';
import type { ReadSecret, SlackSecret } from './secret-fetch.ts';

export interface SlackSecrets {
  /** The secret as it was fetched last; fetched anew once it is old. One that cannot be renewed serves on. */
  readonly current: () => Promise<ReadSecret>;
  /** Fetches it anew, at most once a minute: what was true when it was fetched may not be any more. */
  readonly renewed: () => Promise<ReadSecret>;
}

export interface SlackSecretsOptions {
  /** Name or ARN; empty: the setting is missing. */
  readonly secretId: string;
  /** Empty: AWS itself. */
  readonly endpoint: string;
  /** Milliseconds since 1970: a clock that goes on while Lambda freezes the process. */
  readonly now: () => number;
}

/** A rotated secret is taken up within this time even if nobody signs with the new one. */
const OLD_MS = 15 * 60_000;
const RENEWED_EVERY_MS = 60_000;

export function createSlackSecrets({ secretId, endpoint, now }: SlackSecretsOptions): SlackSecrets {
  let known: SlackSecret | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<ReadSecret> | null = null;

  function fetchShared(): Promise<ReadSecret> {
    triedAtMs = now();
    underWay ??= fetchSecret(secretId, endpoint)
      .then((read): ReadSecret => {
        if (read.ok) known = read.secret;
        return read.ok || known === null ? read : { ok: true, secret: known };
      })
      .finally(() => (underWay = null));
    return underWay;
  }

  async function fetchedWithin(ageMs: number): Promise<ReadSecret> {
    if (underWay === null && known !== null && now() - triedAtMs < ageMs) return { ok: true, secret: known };
    return fetchShared();
  }

  return {
    current: () => fetchedWithin(OLD_MS),
    renewed: () => fetchedWithin(RENEWED_EVERY_MS),
  };
}
