/**
 * What a server says of TLS in a comment: `(using TLSv1.3 with cipher X (256/256 bits))` of Postfix,
 * `(version=TLS1_2 cipher=X bits=128/128)` of Gmail and Sendmail, `(TLSv1:RC4-SHA:128)` of Exim and others.
 * A comment counts only when all of it has the form of one of these: a host name, a product or an id that
 * merely contains "tls" says nothing. Where the comment stands, which decides whether it is the server's own,
 * is judged by `tls-evidence.ts`.
 */
import { looksLikeCipher } from './cipher-suite.ts';
import { parseTlsVersion } from './tls-version.ts';

export interface TlsStatement {
  /** False when the server says there was none: `(No TLS used)`, `version=NONE`. */
  readonly tls: boolean;
  /** As written. */
  readonly version: string | null;
  readonly cipher: string | null;
  readonly bits: number | null;
  readonly group: string | null;
}

/** No server's TLS comment is longer; client certificates stand in comments of their own. */
const LONGEST_COMMENT = 400;

/** Every form has one of these in it, and most comments have none. */
const SPEAKS_OF_TLS = /tls|ssl|cipher|crypt|version=|google transport|unknown:/i;

/** Whether a comment can be about TLS at all; most are about an address, and end in it. */
export const speaksOfTls = (comment: string): boolean =>
  comment.length <= LONGEST_COMMENT && !comment.endsWith(']') && SPEAKS_OF_TLS.test(comment);

/** Whether a comment that was not understood is about TLS: then the server was not silent. */
export const mentionsTls = (comment: string): boolean => /tls|ssl|cipher|crypt/i.test(comment);

/** What is between white space and commas. */
const WORDS = /[^\s,]+/g;

const NEGATIVE = new Set([
  'no tls used',
  'no tls',
  'not using tls',
  'tls not used',
  'no encryption',
  'not encrypted',
  'unencrypted',
]);

const statement = (
  version: string | null,
  cipher: string | null,
  bits: number | null,
  group: string | null,
): TlsStatement => ({ tls: true, version, cipher, bits, group });

const NONE: TlsStatement = { tls: false, version: null, cipher: null, bits: null, group: null };

const bitsIn = (word: string | undefined): number | null => {
  const bits = /^\(?(\d{1,5})(?:\/\d{1,5})?(?:bits?)?\)?$/.exec(word ?? '')?.[1];
  return bits === undefined ? null : Number(bits);
};

/** A version and a cipher with neither label nor doubt, or null. */
function versionAndCipher(
  version: string,
  cipher: string | null,
  bits: number | null = null,
  group: string | null = null,
): TlsStatement | null {
  const parsed = parseTlsVersion(version);
  if (parsed === null) return null;
  if (parsed.kind === 'none') return NONE;
  if (cipher !== null && !looksLikeCipher(cipher)) return null;
  return statement(version, cipher, bits, group);
}

/**
 * `key-exchange X25519`, `key-exchange ECDHE (P-256)`, `key-exchange DHE (2048 bits)`, as Postfix writes them;
 * `(curve X9_62_prime256v1 with 256 ECDH bits, ...)`, as Strato does.
 */
function keyExchangeGroup(words: readonly string[]): string | null {
  if (words.length < 6) return null;
  const curve = words.indexOf('(curve');
  if (curve >= 0) return words[curve + 1]?.replace('X9_62_', '') ?? null;
  const at = words.indexOf('key-exchange');
  if (at < 0) return null;
  const [name = '', detail = ''] = words.slice(at + 1);
  const inBrackets = /^\(([A-Za-z0-9][\w-]*)\)?$/.exec(detail)?.[1];
  if (name === 'DHE') return inBrackets === undefined ? null : `DH ${inBrackets}`;
  return name === 'ECDHE' || name === 'RSA' ? (inBrackets ?? null) : name;
}

/** Postfix, Kerio, Stalwart, Yandex: `using V with cipher C (256/256 bits) key-exchange G ...`; Postini stops after V. */
function usingForm(words: readonly string[]): TlsStatement | null {
  const at = words[0]?.toLowerCase() === 'using' ? 1 : 0;
  const version = words[at];
  if (version === undefined) return null;
  if (words[at + 1] !== 'with' || words[at + 2] !== 'cipher') {
    return at === 1 && words.length === 2 ? versionAndCipher(version, null) : null;
  }
  return versionAndCipher(version, words[at + 3] ?? '', bitsIn(words[at + 4]), keyExchangeGroup(words));
}

/** Gmail, Sendmail, Exchange, Haraka, Mimecast: `version=V cipher=C bits=128/128 verify=NO`, commas or not. */
function labelledForm(words: readonly string[]): TlsStatement | null {
  let version: string | null = null;
  let cipher: string | null = null;
  let bits: number | null = null;
  for (const word of words) {
    const equals = word.indexOf('=');
    if (equals < 1) return null;
    const label = word.slice(0, equals).toLowerCase();
    const value = word.slice(equals + 1);
    if (label === 'version') version = value;
    else if (label === 'cipher') cipher = value;
    else if (label === 'bits') bits = bitsIn(value);
  }
  const isNone = cipher !== null && cipher.toUpperCase() === 'NONE';
  if (version === null) {
    return cipher !== null && !isNone && looksLikeCipher(cipher) ? statement(null, cipher, bits, null) : null;
  }
  const parsed = versionAndCipher(version, null, bits);
  // SmarterMail names the algorithm only: `cipher=Aes256`.
  if (parsed === null || !parsed.tls || cipher === null || isNone) return parsed;
  return /^[\w/+-]{2,64}$/.test(cipher) ? statement(version, cipher, bits, null) : null;
}

/** Exim before 4.82 on GnuTLS wrote the size of the key in bytes: `(TLS-1.0:RSA_AES_256_CBC_SHA1:32)`. */
const keyBits = (bits: number | null): number | null => (bits !== null && bits <= 32 ? bits * 8 : bits);

/** Exim, OpenSMTPD, T-Online, MDaemon: `V:C:128`, `V:C:256:NO`, `V:C encrypted`, `Cipher V:C:128`. */
function colonForm(words: readonly string[]): TlsStatement | null {
  const rest = words[0]?.toLowerCase() === 'cipher' ? words.slice(1) : words;
  if (rest.length > 2 || (rest.length === 2 && rest[1]?.toLowerCase() !== 'encrypted')) return null;
  const parts = (rest[0] ?? '').split(':');
  if (parts.length < 2 || parts.length > 4) return null;
  const [version = '', cipher = ''] = parts;
  const bits = keyBits(bitsIn(parts[2]));
  // Exim, of a version younger than itself.
  if (version === 'UNKNOWN') return looksLikeCipher(cipher) ? statement(null, cipher, bits, null) : null;
  // Exim with GnuTLS joins the group, the signature and the cipher: `ECDHE_X25519__RSA_PSS_RSAE_SHA256__AES_256_GCM`.
  const [exchange = '', , gnuTls] = cipher.split('__');
  const group = gnuTls === undefined ? null : exchange.replace(/^(?:ECDHE|DHE)_/, '');
  return versionAndCipher(version, cipher, bits, group);
}

/** Courier, McAfee and Trend Micro: `TLS: V,128bits,C`, in old versions `SSL:`, alone or after what they say of authentication or themselves. */
function courierForm(comment: string): TlsStatement | null {
  const [last = '', ...before] = comment.split(/(?:TLS|SSL): */i).toReversed();
  if (before.length !== 1) return null;
  const lead = before[0]?.trim() ?? '';
  // An ident reply is the client's own words (RFC 1413); only `unknown` is Courier's.
  const isServers =
    lead === '' ||
    /^TREND [\w. ]+;$/i.test(lead) ||
    /^(?:IDENT: unknown, )?(?:AUTH: [^,:]{1,80},)?$/i.test(lead);
  const [version = '', bits = '', cipher = '', ...more] = last.split(',').map((part) => part.trim());
  return isServers && more.length === 0 && cipher !== ''
    ? versionAndCipher(version, cipher, bitsIn(bits))
    : null;
}

/** mox, SurgeMail, Exchange before 2013, qpsmtpd and qmail: `V C`, `V`, `TLS`, `C encrypted`. */
function bareForm(words: readonly string[]): TlsStatement | null {
  const [first = '', second, ...more] = words;
  if (more.length > 0) return null;
  if (second?.toLowerCase() === 'encrypted' && looksLikeCipher(first))
    return statement(null, first, null, null);
  if (second !== undefined && /^v?\d/i.test(second)) return versionAndCipher(first + second, null);
  return parseTlsVersion(first)?.kind === 'none' ? null : versionAndCipher(first, second ?? null);
}

/** Google's own protocol between its data centres. */
const GOOGLES_OWN = 'google transport security';

/** Reads the text of a comment that `speaksOfTls`, or of the words in the place of one. Null when it is in no known form. */
export function parseTlsComment(comment: string): TlsStatement | null {
  const words = comment.match(WORDS) ?? [];
  const found = usingForm(words) ?? labelledForm(words);
  if (found !== null) return found;
  const text = words.join(' ').toLowerCase();
  if (NEGATIVE.has(text)) return NONE;
  if (text === GOOGLES_OWN) return statement(null, null, null, null);
  return colonForm(words) ?? courierForm(comment) ?? bareForm(words);
}
