/**
 * The TLS version a server wrote, in one spelling: `TLSv1.2` as `node:tls` has it, from `TLS1_2` (Gmail,
 * Exchange), `TLS1.2` (Exim, mox), `TLS-1.3` (GnuTLS), `TLS\Tls12` (SmarterMail) and the like. `TLSv1/SSLv3` is no version: it is
 * OpenSSL's name for the family a cipher belongs to, and stands beside TLS 1.2's GCM ciphers.
 */
export type TlsVersion = 'SSLv2' | 'SSLv3' | 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';

export type WrittenVersion =
  | { readonly kind: 'version'; readonly version: TlsVersion }
  /** TLS or SSL without a number, or a family of ciphers: encrypted, the version not said. */
  | { readonly kind: 'unnamed' }
  /** `NONE`: the server says that there was no TLS. */
  | { readonly kind: 'none' };

/** The protocol's name and the numbers of each version, as servers write them in upper case. */
const NUMBERS: readonly (readonly [TlsVersion, 'TLS' | 'SSL', readonly string[]])[] = [
  ['SSLv2', 'SSL', ['2', '2.0', '2_0', '20']],
  ['SSLv3', 'SSL', ['3', '3.0', '3_0', '30']],
  ['TLSv1', 'TLS', ['1', '1.0', '1_0', '10']],
  ['TLSv1.1', 'TLS', ['1.1', '1_1', '11']],
  ['TLSv1.2', 'TLS', ['1.2', '1_2', '12']],
  ['TLSv1.3', 'TLS', ['1.3', '1_3', '13']],
];
const BETWEEN = ['', 'V', '-', '_', '-V', '_V'];

const SPELLINGS = new Map<string, WrittenVersion>();
for (const word of ['NONE', 'NO']) SPELLINGS.set(word, { kind: 'none' });
for (const word of ['TLS', 'SSL', 'TLSV1/SSLV3', 'SSLV3/TLSV1']) SPELLINGS.set(word, { kind: 'unnamed' });
for (const [version, protocol, numbers] of NUMBERS) {
  for (const between of BETWEEN) {
    for (const number of numbers) SPELLINGS.set(protocol + between + number, { kind: 'version', version });
  }
}

const LONGEST = 12;

/** Reads one word, in any case. Null when it is none of the spellings of a TLS version. */
export function parseTlsVersion(word: string): WrittenVersion | null {
  if (word.length > LONGEST) return null;
  const upper = word.toUpperCase();
  return SPELLINGS.get(upper.startsWith('TLS\\') ? upper.slice(4) : upper) ?? null;
}
