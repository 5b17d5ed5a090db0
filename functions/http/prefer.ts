/** How long a client is ready to wait: the Prefer field, RFC 7240 section 2. */

export interface Patience {
  readonly waitMs: number;
  /** What of the preferences was honoured, for Preference-Applied (RFC 7240 section 3); null: nothing was asked. */
  readonly applied: string | null;
}

const DEFAULT_WAIT_SECONDS = 20;
/** Longer than this, proxies give up on us. */
export const LONGEST_WAIT_SECONDS = 90;

const PREFERENCE = /^([\w!#$%&'*+.^`|~-]+)\s*(?:=\s*(?:"([^"\\]*)"|([\w!#$%&'*+.^`|~-]+)))?\s*(?:;.*)?$/;

/**
 * @param field the value of Prefer, several fields joined by commas; absent: undefined
 * @param longestSeconds what stands before us may give up sooner
 */
export function readPatience(field: string | undefined, longestSeconds = LONGEST_WAIT_SECONDS): Patience {
  const preferences = new Map<string, string>();
  for (const part of (field ?? '').slice(0, 1024).split(',')) {
    const [, name, quoted, token] = PREFERENCE.exec(part.trim()) ?? [];
    // RFC 7240 section 2: names are case-insensitive, and of one given twice the first counts.
    const key = name?.toLowerCase();
    if (key !== undefined && !preferences.has(key)) preferences.set(key, quoted ?? token ?? '');
  }
  const wait = preferences.get('wait'); // RFC 7240 section 4.3: delta-seconds
  if (wait !== undefined && /^\d{1,9}$/.test(wait)) {
    const seconds = Math.min(Number(wait), longestSeconds);
    return { waitMs: seconds * 1000, applied: `wait=${seconds}` };
  }
  // RFC 7240 section 4.1
  if (preferences.has('respond-async')) return { waitMs: 0, applied: 'respond-async' };
  return { waitMs: DEFAULT_WAIT_SECONDS * 1000, applied: null };
}
