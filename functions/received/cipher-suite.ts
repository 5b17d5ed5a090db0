/**
 * One name for a cipher suite that servers spell in many ways: OpenSSL's `ECDHE-RSA-AES256-GCM-SHA384`, IANA's
 * `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`, GnuTLS's `ECDHE_RSA_AES_256_GCM_SHA384`, LibreSSL's
 * `AEAD-AES256-GCM-SHA384` and rustls's `TLS13_AES_256_GCM_SHA384` for `TLS_AES_256_GCM_SHA384`. With the
 * punctuation, `TLS` and `WITH` taken out, the spellings of one suite fall together.
 */
import { CIPHER_SUITE_REGISTRY } from './cipher-suite-registry.ts';

export interface CipherSuite {
  /** As `node:tls` and most mail servers name it. */
  readonly opensslName: string;
  readonly ianaName: string;
  readonly codePoint: number;
  /** False for the NULL suites: TLS that authenticates and leaves the mail readable. */
  readonly encrypts: boolean;
}

/** Longer than any registered name; longer text is no cipher name and is not looked at. */
const LONGEST_NAME = 64;

/** How the suites of TLS 1.3 are told from those before, which name a key exchange: `AES128-GCM-SHA256` is RSA's. */
const TLS_1_3_NAME = /^(?:TLS13[-_]|AEAD-|TLS_(?!.*_WITH_))/;

/** Windows before version 10 adds the curve to the suite's name, and Exchange writes that: `..._SHA384_P256`. */
const CURVE = /_P(256|384|521)$/;

/** The curve in such a name as NIST calls it, `P-256`; null where there is none. */
export function curveInName(written: string): string | null {
  if (!written.includes('_P')) return null;
  const curve = CURVE.exec(written)?.[1];
  return curve === undefined ? null : `P-${curve}`;
}

/** Takes out what only the spelling differs in. */
function fold(name: string): string {
  const upper = name.toUpperCase();
  const folded = upper
    .replace(CURVE, '')
    .replace(TLS_1_3_NAME, '')
    .replace(/^TLS_/, '')
    .replace('_WITH_', '')
    .replace(/[^A-Z0-9]/g, '')
    .replace('EDH', 'DHE')
    .replace('ARCFOUR', 'RC4')
    .replace('3DESEDECBC', 'DESCBC3')
    .replace('ECDHANON', 'AECDH')
    .replace(/^DHANON/, 'ADH')
    .replace('PSKDHE', 'DHEPSK')
    .replace(/SHA1$/, 'SHA')
    .replace(/CHACHA20POLY1305(SHA256)?$/, 'CHACHA20POLY1305');
  return TLS_1_3_NAME.test(upper) ? `TLS13${folded}` : folded;
}

/** `RSA_WITH_AES_128_CBC_SHA` and `AES128-SHA`: OpenSSL leaves out RSA key exchange, CBC and RC4's 128. */
function shortened(folded: string): string {
  return folded.replace(/^RSA(?!PSK)/, '').replace(/(AES128|AES256|CAMELLIA128|CAMELLIA256|SEED)CBC/, '$1');
}

const BY_NAME = new Map<string, CipherSuite>();
const BY_CODE_POINT = new Map<number, CipherSuite>();
for (const [codePoint, ianaName, opensslName] of CIPHER_SUITE_REGISTRY) {
  const suite: CipherSuite = { opensslName, ianaName, codePoint, encrypts: !ianaName.includes('_NULL_') };
  BY_CODE_POINT.set(codePoint, suite);
  for (const name of [ianaName, opensslName]) {
    BY_NAME.set(name, suite);
    BY_NAME.set(fold(name), suite);
    BY_NAME.set(shortened(fold(name)), suite);
  }
}

/**
 * The suite a server wrote, in whatever spelling, or by its code point as hexadecimal, which RFC 8314
 * section 4.3 allows (`0x1301`). Null when it is no registered suite.
 */
export function cipherSuite(written: string): CipherSuite | null {
  if (written.length > LONGEST_NAME) return null;
  const exact = BY_NAME.get(written);
  if (exact !== undefined) return exact;
  const codePoint = /^0x([0-9a-f]{4})$/i.exec(written)?.[1];
  if (codePoint !== undefined) return BY_CODE_POINT.get(Number.parseInt(codePoint, 16)) ?? null;
  const folded = fold(written);
  return BY_NAME.get(folded) ?? BY_NAME.get(shortened(folded)) ?? null;
}

/** The algorithms that a cipher's name names, registered or not: `AES-256-GCM` is one, `mail-server-2` is none. */
const ALGORITHM = /AES|ARCFOUR|CHACHA|CAMELLIA|ARIA|RC4|3DES|DES-CBC|IDEA|SEED|GOST|NULL/i;

/** Whether a word reads as the name of a cipher: a registered suite, or the name of an algorithm with its size or mode. */
export function looksLikeCipher(word: string): boolean {
  if (BY_NAME.has(word)) return true;
  if (word.length < 4 || word.length > LONGEST_NAME || !/^[A-Za-z0-9_/-]+$/.test(word)) return false;
  return cipherSuite(word) !== null || (ALGORITHM.test(word) && /[-_]/.test(word) && /\d/.test(word));
}
