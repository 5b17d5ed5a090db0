/** A TLS version as people write it. */

/** @param version Node's name: TLSv1, TLSv1.1, TLSv1.2, TLSv1.3 */
export function wordTlsVersion(version: string): string {
  return version === 'TLSv1' ? 'TLS 1.0' : version.replace('TLSv', 'TLS ');
}
