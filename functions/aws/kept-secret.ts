/**
 * A secret from Secrets Manager: fetched once for as long as the function lives, again when it is old, for secrets are
 * rotated, and again when it does not fit, for that may be the first sign of it.
 */
import { fetchSecretText } from './secret-text.ts';
import type { Read } from './secret-text.ts';

export interface KeptSecret<Secret> {
  /** The secret as it was fetched last; fetched anew once it is old. One that cannot be renewed serves on. */
  readonly current: () => Promise<Read<Secret>>;
  /** Fetches it anew, at most once a minute: what was true when it was fetched may not be any more. */
  readonly renewed: () => Promise<Read<Secret>>;
}

export interface KeptSecretOptions<Secret> {
  /** Name or ARN; empty: the setting is missing. */
  readonly secretId: string;
  /** The setting that names it. */
  readonly setting: string;
  /** Empty: AWS itself. */
  readonly endpoint: string;
  /** What its text holds, or a sentence on what is wrong with it. */
  readonly read: (text: string) => Read<Secret>;
  /** Milliseconds since 1970: a clock that goes on while Lambda freezes the process. */
  readonly now: () => number;
}

/** A rotated secret is taken up within this time even if nobody comes with the new one. */
const OLD_MS = 15 * 60_000;
const RENEWED_EVERY_MS = 60_000;

/** Fetches nothing yet. */
export function keepSecret<Secret>(options: KeptSecretOptions<Secret>): KeptSecret<Secret> {
  const { secretId, setting, endpoint, read, now } = options;
  let known: { readonly secret: Secret } | null = null;
  let triedAtMs = Number.NEGATIVE_INFINITY;
  let underWay: Promise<Read<Secret>> | null = null;

  async function fetched(): Promise<Read<Secret>> {
    if (secretId === '') return { ok: false, sentence: `${setting} must name a secret.` };
    const text = await fetchSecretText(secretId, endpoint);
    const found = text.ok ? read(text.secret) : text;
    if (found.ok) known = { secret: found.secret };
    return known === null ? found : { ok: true, ...known };
  }

  function fetchShared(): Promise<Read<Secret>> {
    triedAtMs = now();
    underWay ??= fetched().finally(() => (underWay = null));
    return underWay;
  }

  async function fetchedWithin(ageMs: number): Promise<Read<Secret>> {
    if (underWay === null && known !== null && now() - triedAtMs < ageMs) return { ok: true, ...known };
    return fetchShared();
  }

  return {
    current: () => fetchedWithin(OLD_MS),
    renewed: () => fetchedWithin(RENEWED_EVERY_MS),
  };
}
