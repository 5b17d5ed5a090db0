/** What the lab's TLSA records pin (RFC 6698 section 2.1): a certificate or key that is there, or one that was. */
import { X509Certificate, createHash } from 'node:crypto';
import type { Authority, CertificateKind } from './authority.ts';

/** The three numbers of a TLSA record, as people write them: usage, selector, matching type. */
export interface Pin {
  readonly as: `${number} ${number} ${number}`;
  /** `server`: what the host shows now. `former`: what it showed before its key was renewed. */
  readonly of: 'server' | 'former' | 'intermediate' | 'root';
  /** A host of another domain, whose sound certificate is pinned. */
  readonly host?: string;
  /** Octets of the digest that are published; all where left out. */
  readonly octets?: number;
}

export interface Pinned {
  readonly kind: CertificateKind;
  /** A-label, no trailing dot. */
  readonly host: string;
}

/** States the data of one record. */
export function tlsaData(pin: Pin, { kind, host }: Pinned, authority: Authority) {
  const [usage = 0, selector = 0, matchingType = 0] = pin.as.split(' ').map(Number);
  const server = (name: string): string => authority.credentials(kind, name).cert;
  const pem = {
    server: () => server(pin.host ?? host),
    former: () => server(`former.${host}`),
    intermediate: () => authority.intermediatePem,
    root: () => authority.rootPem,
  }[pin.of]();
  const certificate = new X509Certificate(pem);
  const selected =
    selector === 0 ? certificate.raw : certificate.publicKey.export({ type: 'spki', format: 'der' });
  const whole = matchingType === 0 ? selected : digest(matchingType, selected);
  return { usage, selector, matchingType, certificate: whole.subarray(0, pin.octets) };
}

const digest = (matchingType: number, selected: Buffer): Buffer =>
  createHash(matchingType === 2 ? 'sha512' : 'sha256')
    .update(selected)
    .digest();
