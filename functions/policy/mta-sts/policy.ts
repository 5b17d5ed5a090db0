/**
 * The MTA-STS policy: a short text of `key: value` lines which says how senders are to treat this domain's
 * mail servers (RFC 8461 section 3.2). In mode `enforce` a sender delivers only to hosts that the policy names,
 * over TLS, with a certificate valid for the host; in mode `testing` it only reports.
 */
import { excerpt } from '../excerpt.ts';
import { withoutWhiteSpaceAround } from '../white-space.ts';

export type MtaStsMode = 'enforce' | 'testing' | 'none';

export type MtaStsPolicyFault =
  | 'version-missing'
  | 'version-malformed'
  | 'mode-missing'
  | 'mode-malformed'
  | 'max-age-missing'
  | 'max-age-malformed'
  /** RFC 8461 section 3.2: at least one mx, unless the mode is `none`. */
  | 'mx-missing'
  | 'mx-malformed'
  /** A line that is no `key: value`. */
  | 'line-malformed'
  | 'too-many-lines';

export interface MtaStsPolicy {
  readonly mode: MtaStsMode;
  /** 0 to 31 557 600, which is a year (RFC 8461 section 3.2). */
  readonly maxAgeSeconds: number;
  /** Host names and one-label wildcards, lower case, in order, each once. */
  readonly mx: readonly string[];
  /** Keys that RFC 8461 does not know; senders pass over them. */
  readonly extensions: readonly { readonly key: string; readonly value: string }[];
}

export type ParsedMtaStsPolicy =
  | { readonly status: 'valid'; readonly policy: MtaStsPolicy }
  | {
      readonly status: 'invalid';
      readonly because: MtaStsPolicyFault;
      /** The first line is 1; null when what is wrong is that a line is not there. */
      readonly line: number | null;
      /** The line, as an excerpt. */
      readonly part: string;
    };

/** More lines than any policy has; an mx line is hardly shorter than its host name. */
const MOST_LINES = 2000;
const LONGEST_MAX_AGE_SECONDS = 31_557_600;
const KEY = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/;
/** RFC 8461 section 3.2: `["*."] Domain`, a Domain as in RFC 5321 section 4.1.2. */
const MX = /^(?:\*\.)?[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i;
const MODES: readonly string[] = ['enforce', 'testing', 'none'] satisfies readonly MtaStsMode[];

interface Line {
  readonly number: number;
  readonly text: string;
  readonly key: string;
  readonly value: string;
}

function invalid(because: MtaStsPolicyFault, line: Line | null): ParsedMtaStsPolicy {
  return { status: 'invalid', because, line: line?.number ?? null, part: excerpt(line?.text ?? '') };
}

/**
 * States what a policy says.
 * @param body the whole body of the HTTP response, as text
 * @returns the policy, or the first thing that makes it invalid, with its line
 */
export function parseMtaStsPolicy(body: string): ParsedMtaStsPolicy {
  const texts = body.split(/\r?\n/, MOST_LINES + 1);
  if (texts.length > MOST_LINES) return invalid('too-many-lines', null);
  const first = new Map<string, Line>();
  const mx = new Set<string>();
  const extensions: { key: string; value: string }[] = [];
  for (const [index, text] of texts.entries()) {
    if (text.trim() === '') continue;
    const colon = text.indexOf(':');
    const key = text.slice(0, Math.max(colon, 0));
    // RFC 8461 section 3.2: white space may follow the colon and end the line.
    const value = withoutWhiteSpaceAround(text.slice(colon + 1));
    const line = { number: index + 1, text, key, value };
    if (!KEY.test(key)) return invalid('line-malformed', line);
    if (key === 'mx') {
      if (value.length > 255 || !MX.test(value)) return invalid('mx-malformed', line);
      mx.add(value.toLowerCase());
      continue;
    }
    // RFC 8461 section 3.2: of a repeated key other than mx, the first counts.
    if (first.has(key)) continue;
    first.set(key, line);
    if (!KNOWN.has(key)) extensions.push({ key, value: excerpt(value) });
  }
  return assemble(first, [...mx], extensions);
}

const KNOWN: ReadonlySet<string> = new Set(['version', 'mode', 'max_age']);

function assemble(
  first: ReadonlyMap<string, Line>,
  mx: readonly string[],
  extensions: MtaStsPolicy['extensions'],
): ParsedMtaStsPolicy {
  const version = first.get('version');
  if (version === undefined) return invalid('version-missing', null);
  if (version.value !== 'STSv1') return invalid('version-malformed', version);
  const mode = first.get('mode');
  if (mode === undefined) return invalid('mode-missing', null);
  if (!isMode(mode.value)) return invalid('mode-malformed', mode);
  const maxAge = first.get('max_age');
  if (maxAge === undefined) return invalid('max-age-missing', null);
  const maxAgeSeconds = /^\d{1,10}$/.test(maxAge.value) ? Number(maxAge.value) : Number.NaN;
  if (!(maxAgeSeconds <= LONGEST_MAX_AGE_SECONDS)) return invalid('max-age-malformed', maxAge);
  if (mx.length === 0 && mode.value !== 'none') return invalid('mx-missing', null);
  return { status: 'valid', policy: { mode: mode.value, maxAgeSeconds, mx, extensions } };
}

const isMode = (value: string): value is MtaStsMode => MODES.includes(value);
