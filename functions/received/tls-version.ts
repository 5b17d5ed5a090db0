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

const VERSIONS: Readonly<Record<string, TlsVersion>> = {
  SSL2: 'SSLv2',
  SSL3: 'SSLv3',
  TLS1: 'TLSv1',
  TLS10: 'TLSv1',
  TLS11: 'TLSv1.1',
  TLS12: 'TLSv1.2',
  TLS13: 'TLSv1.3',
};

/** Reads one word. Null when it is none of the spellings of a TLS version. */
export function parseTlsVersion(word: string): WrittenVersion | null {
  if (word.length > 12) return null;
  const upper = word.toUpperCase().replace(/^TLS\\/, '');
  if (upper === 'NONE' || upper === 'NO') return { kind: 'none' };
  if (upper === 'TLS' || upper === 'SSL' || upper === 'TLSV1/SSLV3' || upper === 'SSLV3/TLSV1') {
    return { kind: 'unnamed' };
  }
  const parts = /^(TLS|SSL)[-_]?V?([1-3])(?:[._]?([0-3]))?$/.exec(upper);
  const version = VERSIONS[`${parts?.[1]}${parts?.[2]}${parts?.[3] ?? ''}`];
  return version === undefined ? null : { kind: 'version', version };
}
