/**
 * Whether a chain of certificates holds from a pinned trust anchor down to the server (RFC 5280 section 6.1), at
 * the time it was seen. With DANE-TA(2) the anchor is whatever the TLSA record names: it need not be in any
 * root store, nor sign itself (RFC 7671 section 5.2). Signatures, issuer names, key identifiers and keyCertSign
 * are OpenSSL's work (`checkIssued`, `verify`); the rest is done here.
 */
import type { KeyObject } from 'node:crypto';
import type { PathCertificate } from './certificate.ts';
import {
  EXTENSION,
  alternativeNames,
  basicConstraints,
  extendedKeyUsage,
  keyUsageBits,
} from './certificate.ts';
import { isWithinNameConstraints } from './name-constraints.ts';

/** What breaks a path. */
export type PathFault =
  /** A certificate was not signed by the one above it on the path. */
  | 'signature-wrong'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  /** An issuer that is no certificate authority, or that may not sign certificates. */
  | 'not-an-authority'
  | 'path-length-exceeded'
  /** A certificate on the path that is not for TLS servers. */
  | 'wrong-purpose'
  | 'name-constraint-violated'
  /** RFC 5280 section 4.2: an extension that must be understood and is not. */
  | 'critical-extension-unknown';

/** RFC 5280 section 4.2.1.12. */
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** RFC 5280 section 4.2.1.3, as they stand in the first octet. */
const DIGITAL_SIGNATURE = 0x80;
const KEY_ENCIPHERMENT = 0x20;
const KEY_AGREEMENT = 0x08;
const KEY_CERT_SIGN = 0x04;
/** Or left aside as every mail server leaves them: revocation (RFC 5280 section 6.3) and certificate policies. */
const UNDERSTOOD: ReadonlySet<string> = new Set(Object.values(EXTENSION));
const DNS_NAME = 0x82;

/**
 * States whether a certificate names another as its issuer: by name and key identifier, and the other may sign
 * certificates. The signature itself is not looked at.
 */
export function mayHaveIssued(issuer: PathCertificate, certificate: PathCertificate): boolean {
  try {
    return certificate.x509.checkIssued(issuer.x509);
  } catch {
    return false;
  }
}

/** States whether a certificate was signed with the private half of a key. */
export function isSignedBy(certificate: PathCertificate, key: KeyObject): boolean {
  try {
    return certificate.x509.verify(key);
  } catch {
    return false;
  }
}

/**
 * States what is wrong with a path.
 * @param path the server's certificate first; last the trust anchor, or the certificate that a bare key signed
 * @param observedAt milliseconds since 1970
 * @returns the first fault, from the server's certificate upwards, or null
 */
export function pathFault(path: readonly PathCertificate[], observedAt: number): PathFault | null {
  let authoritiesBelow = 0;
  for (const [depth, certificate] of path.entries()) {
    const issuer = path[depth + 1];
    if (issuer !== undefined && !isSignedBy(certificate, issuer.x509.publicKey)) return 'signature-wrong';
    // Written so that a date that cannot be read is a fault.
    if (!(observedAt <= certificate.notAfter)) return 'certificate-expired';
    if (!(observedAt >= certificate.notBefore)) return 'certificate-not-yet-valid';
    for (const [id, { critical }] of certificate.extensions) {
      if (critical && !UNDERSTOOD.has(id)) return 'critical-extension-unknown';
    }
    const purposes = extendedKeyUsage(certificate);
    if (purposes !== null && !purposes.includes(SERVER_AUTH)) return 'wrong-purpose';
    const usage = keyUsageBits(certificate);
    if (depth === 0) {
      if (usage !== null && (usage & (DIGITAL_SIGNATURE | KEY_ENCIPHERMENT | KEY_AGREEMENT)) === 0) {
        return 'wrong-purpose';
      }
    } else {
      const { isAuthority, pathLength } = basicConstraints(certificate);
      if (!isAuthority || (usage !== null && (usage & KEY_CERT_SIGN) === 0)) return 'not-an-authority';
      if (pathLength !== null && authoritiesBelow > pathLength) return 'path-length-exceeded';
      // RFC 5280 section 6.1.4 (l): certificates issued to oneself do not count.
      if (!certificate.subject.equals(certificate.issuer)) authoritiesBelow += 1;
      if (!path.slice(0, depth).every((below, index) => isNamedWithin(certificate, below, index))) {
        return 'name-constraint-violated';
      }
    }
  }
  return null;
}

function isNamedWithin(authority: PathCertificate, below: PathCertificate, depth: number): boolean {
  // RFC 5280 section 6.1.3 (b): certificates issued to oneself are passed over, except the last.
  if (depth > 0 && below.subject.equals(below.issuer)) return true;
  const hasDnsName = alternativeNames(below).some(({ tag }) => tag === DNS_NAME);
  const commonName =
    depth === 0 && !hasDnsName ? (/(?:^|\n)CN=([^\n]+)/.exec(below.x509.subject)?.[1] ?? null) : null;
  return isWithinNameConstraints(authority, below, commonName);
}
