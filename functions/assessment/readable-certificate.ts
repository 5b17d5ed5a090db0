/** A certificate as it was sent, read once: subject, names, dates, key, and for which host it is. */
import { X509Certificate } from 'node:crypto';
import { certificateDates } from '../policy/certificate-dates.ts';
import { excerpt } from '../policy/excerpt.ts';
import type { CertificateEvidence } from '../probe/probe-evidence.ts';
import type { CertificateKey } from './tls-criteria.ts';

/** More names than any honest certificate has are not looked at. */
const MOST_NAMES = 100;

/** A certificate with everything read out of it, so that nothing can fail later. */
export interface Readable {
  readonly x509: X509Certificate;
  readonly subject: string;
  readonly issuer: string;
  readonly names: readonly string[];
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly key: CertificateKey;
  /** OpenSSL's name; empty when it knows none. */
  readonly signature: string;
}

/**
 * Reading one takes longer than judging it. It is judged for several names, and in a list the same authorities come
 * with many servers: the last ones read are kept, by their bytes.
 */
const MOST_KEPT = 100;
const kept = new Map<string, Readable | null>();

/** Null for bytes that are no certificate, and for one whose dates are none. */
export function readable({ derBase64 }: CertificateEvidence): Readable | null {
  const known = kept.get(derBase64);
  const read = known === undefined ? readCertificate(derBase64) : known;
  kept.delete(derBase64);
  kept.set(derBase64, read);
  const [longestUnused] = kept.keys();
  if (kept.size > MOST_KEPT && longestUnused !== undefined) kept.delete(longestUnused);
  return read;
}

function readCertificate(derBase64: string): Readable | null {
  try {
    const x509 = new X509Certificate(Buffer.from(derBase64, 'base64'));
    const { notBefore, notAfter } = certificateDates(x509);
    if (Number.isNaN(notBefore) || Number.isNaN(notAfter)) return null;
    return {
      x509,
      subject: distinguishedName(x509.subject),
      issuer: distinguishedName(x509.issuer),
      names: alternativeNames(x509.subjectAltName ?? ''),
      notBefore: new Date(notBefore),
      notAfter: new Date(notAfter),
      key: publicKey(x509),
      signature: x509.signatureAlgorithm ?? '',
    };
  } catch {
    return null;
  }
}

/** Node writes one attribute a line; an empty name is undefined, whatever the types say. */
function distinguishedName(name: string | undefined): string {
  return excerpt((name ?? '').split('\n').join(', '));
}

/** Node's form: `DNS:a.example, IP Address:192.0.2.1`, a value with odd characters as a JSON string. */
function alternativeNames(text: string): string[] {
  const entries = [...text.matchAll(/(?:^|, )(?:DNS|IP Address):("(?:[^"\\]|\\.)*"|[^,]*)/g)];
  return entries.slice(0, MOST_NAMES).map(([, value = '']) => excerpt(value));
}

function publicKey(x509: X509Certificate): CertificateKey {
  try {
    const { asymmetricKeyType: type = 'unknown', asymmetricKeyDetails: details } = x509.publicKey;
    if (type === 'rsa' || type === 'rsa-pss') return { type: 'rsa', bits: details?.modulusLength ?? 0 };
    if (type === 'ec') return { type: 'ec', curve: details?.namedCurve ?? 'explicit parameters' };
    if (type === 'ed25519' || type === 'ed448') return { type };
    return { type: 'other', name: type };
  } catch {
    return { type: 'other', name: 'unknown' };
  }
}

const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
};

export function keyName(key: CertificateKey): string {
  if (key.type === 'rsa') return `RSA ${key.bits}`;
  if (key.type === 'ec') return `ECDSA ${CURVE_NAMES[key.curve] ?? key.curve}`;
  if (key.type === 'other') return key.name;
  return key.type === 'ed25519' ? 'Ed25519' : 'Ed448';
}

/** OpenSSL would take a leading dot for every name below it, and leave off a NUL at the end. */
const REFERENCE_IDENTIFIER = /^[a-z0-9_][a-z0-9_.-]{0,252}$/i;

/**
 * States whether a certificate is for a host.
 * @param serverName the reference identifier: A-label, no trailing dot
 * @param subject `never`: by its DNS-IDs alone (RFC 6125 section 6.4.4); `default`: by an old common name too
 */
export function covers({ x509 }: Readable, serverName: string, subject: 'never' | 'default'): boolean {
  if (!REFERENCE_IDENTIFIER.test(serverName)) return false;
  try {
    return x509.checkHost(serverName, { subject, partialWildcards: false }) !== undefined;
  } catch {
    return false;
  }
}
