/**
 * Other header fields that speak of transport. They are hints beside the hops, never proof: anyone can write
 * them, and only the receiving side's own are worth anything (RFC 8601 section 5 has it remove forged ones).
 * Fastmail's `x-tls` in Authentication-Results names version and cipher; RFC 8689 section 3 defines
 * `TLS-Required: No`; Google's X-Received repeats the protocol. No other field of Google's (X-Google-Smtp-Source
 * is a sealed token) or of Exchange's (X-MS-Exchange-CrossTenant-*, -Organization-*, -Transport-*) states TLS in
 * the real headers we have seen: Exchange's AuthAs says whom it took the sender for, and is read as no more than that.
 */
import type { HeaderField } from './header-section.ts';
import { parseReceivedField } from './received-field.ts';
import { looksLikeCipher } from './cipher-suite.ts';
import { parseTlsVersion } from './tls-version.ts';

export type TransportHint =
  /** An Authentication-Results field, or ARC's copy of one, whose author says the message came under TLS. */
  | {
      readonly kind: 'authentication-results-tls';
      readonly field: string;
      readonly authority: string;
      readonly version: string | null;
      readonly cipher: string | null;
    }
  /** RFC 8689 section 3: the sender asked that DANE and MTA-STS be set aside. */
  | { readonly kind: 'tls-required-no'; readonly field: string }
  /** A copy of a Received field that says the message came under TLS. */
  | {
      readonly kind: 'x-received-tls';
      readonly field: string;
      readonly by: string;
      readonly protocol: string;
    }
  /** Exchange says whether it took the message from a partner's connector or from anyone. */
  | { readonly kind: 'exchange-authenticated-as'; readonly field: string; readonly as: string };

const AUTHENTICATION_RESULTS = new Set([
  'authentication-results',
  'arc-authentication-results',
  'x-me-authentication-results',
]);
const EXCHANGE_AUTH_AS = new Set(['x-ms-exchange-organization-authas', 'x-ms-exchange-crosstenant-authas']);
/** Fields longer than this say nothing new, and a message holds few of them. */
const LONGEST_VALUE = 16 * 1024;
const MOST_HINTS = 20;

/** RFC 8601 section 2.2: the authority first, then `method=result property=value ...` between semicolons. */
function readAuthenticationResults(field: HeaderField): TransportHint | null {
  const [first = '', second = '', ...results] = field.value.split(';').map((part) => part.trim());
  // ARC's copy begins with its instance: RFC 8617 section 4.1.1.
  const isArc = /^i=\d+$/.test(first);
  const said = (isArc ? results : [second, ...results]).find((part) => part.startsWith('x-tls=pass'));
  if (said === undefined) return null;
  const property = (name: string): string | null => {
    const word = said.split(/\s+/).find((part) => part.replace(/^smtp\./, '').startsWith(`${name}=`));
    return word?.slice(word.indexOf('=') + 1) ?? null;
  };
  const [version, cipher] = [property('version'), property('cipher')];
  return {
    kind: 'authentication-results-tls',
    field: field.name,
    authority: (isArc ? second : first).split(/\s/)[0] ?? '',
    version: version !== null && parseTlsVersion(version) !== null ? version : null,
    cipher: cipher !== null && looksLikeCipher(cipher) ? cipher : null,
  };
}

function readXReceived(field: HeaderField): TransportHint | null {
  const copy = parseReceivedField(field.value);
  const { protocol, keyword } = copy?.tls.with ?? {};
  return copy?.by != null && protocol != null && keyword?.tls === true
    ? { kind: 'x-received-tls', field: field.name, by: copy.by.host, protocol }
    : null;
}

function readHint(field: HeaderField): TransportHint | null {
  if (field.value.length > LONGEST_VALUE) return null;
  if (AUTHENTICATION_RESULTS.has(field.name)) return readAuthenticationResults(field);
  if (field.name === 'x-received') return readXReceived(field);
  if (field.name === 'tls-required' && field.value.trim().toLowerCase() === 'no') {
    return { kind: 'tls-required-no', field: field.name };
  }
  if (EXCHANGE_AUTH_AS.has(field.name)) {
    const as = /^\s*(Internal|Anonymous|Partner)\s*$/i.exec(field.value)?.[1];
    return as === undefined ? null : { kind: 'exchange-authenticated-as', field: field.name, as };
  }
  return null;
}

/** The hints in a header section, topmost first. */
export function readTransportHints(section: readonly HeaderField[]): readonly TransportHint[] {
  const hints: TransportHint[] = [];
  for (const field of section) {
    const hint = hints.length < MOST_HINTS ? readHint(field) : null;
    if (hint !== null) hints.push(hint);
  }
  return hints;
}
