/**
 * What path validation needs of a certificate beyond what node:crypto tells (RFC 5280 section 4.1 and section
 * 4.2): its names and key as they were encoded, and its extensions with whether they are critical.
 */
import { X509Certificate } from 'node:crypto';
import { certificateDates } from '../certificate-dates.ts';
import type { DerValue } from './der.ts';
import { TAG, dottedIdentifier, readDer, readDerValues, smallInteger } from './der.ts';

export interface PathCertificate {
  readonly x509: X509Certificate;
  readonly der: Buffer;
  /** The SubjectPublicKeyInfo as it stands in the certificate, which is what selector 1 is about. */
  readonly publicKeyInfo: Buffer;
  readonly subject: Buffer;
  readonly issuer: Buffer;
  /** Milliseconds since 1970, as `notAfter`; NaN where the date is none. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly extensions: ReadonlyMap<string, Extension>;
}

export interface Extension {
  readonly critical: boolean;
  readonly value: Buffer;
}

export const EXTENSION = {
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  crlDistributionPoints: '2.5.29.31',
  certificatePolicies: '2.5.29.32',
  policyMappings: '2.5.29.33',
  policyConstraints: '2.5.29.36',
  extendedKeyUsage: '2.5.29.37',
  inhibitAnyPolicy: '2.5.29.54',
} as const;

/** States a certificate, or null when the octets are not one. */
export function readCertificate(der: Buffer): PathCertificate | null {
  try {
    const x509 = new X509Certificate(der);
    const outer = readDer(der)?.value;
    const toBeSigned = outer && readDer(outer.content)?.value;
    const fields = toBeSigned && readDerValues(toBeSigned.content);
    if (!fields) return null;
    // RFC 5280 section 4.1: [0] version, serialNumber, signature, issuer, validity, subject, subjectPublicKeyInfo.
    const afterVersion = fields[0]?.tag === 0xa0 ? fields.slice(1) : fields;
    const [, , issuer, , subject, publicKeyInfo, ...optional] = afterVersion;
    if (!issuer || !subject || !publicKeyInfo) return null;
    const extensions = readExtensions(optional.find(({ tag }) => tag === 0xa3));
    return (
      extensions && {
        x509,
        der,
        publicKeyInfo: publicKeyInfo.whole,
        subject: subject.whole,
        issuer: issuer.whole,
        ...certificateDates(x509),
        extensions,
      }
    );
  } catch {
    return null;
  }
}

function readExtensions(explicit: DerValue | undefined): ReadonlyMap<string, Extension> | null {
  const extensions = new Map<string, Extension>();
  if (explicit === undefined) return extensions;
  const list = readDer(explicit.content)?.value;
  for (const { content } of (list && readDerValues(list.content)) ?? []) {
    const parts = readDerValues(content);
    const [id, ...rest] = parts ?? [];
    const value = rest.at(-1);
    if (id?.tag !== TAG.objectIdentifier || value?.tag !== TAG.octetString) return null;
    const name = dottedIdentifier(id.content);
    const critical = rest.length > 1 && rest[0]?.tag === TAG.boolean && rest[0].content[0] !== 0;
    // RFC 5280 section 4.2 forbids one twice. DANE-EE(3) looks at none, and a certificate with one twice that OpenSSL
    // reads itself has no issuer for it (`checkIssued`); so the first counts here.
    const first = extensions.get(name) ?? { critical, value: value.content };
    extensions.set(name, { ...first, critical: first.critical || critical });
  }
  return extensions;
}

/** RFC 5280 section 4.2.1.9. `pathLength`: how many further authorities may follow below; null: any number. */
export function basicConstraints(certificate: PathCertificate): {
  readonly isAuthority: boolean;
  readonly pathLength: number | null;
} {
  const extension = certificate.extensions.get(EXTENSION.basicConstraints);
  const parts = extension && readDerValues(readDer(extension.value)?.value.content ?? Buffer.alloc(0));
  const isAuthority = parts?.[0]?.tag === TAG.boolean && parts[0].content[0] !== 0;
  const length = parts?.[1];
  return {
    isAuthority,
    // A length that cannot be read lets nothing follow.
    pathLength: length?.tag === TAG.integer ? (smallInteger(length.content) ?? 0) : null,
  };
}

/** RFC 5280 section 4.2.1.3: the first octet of the key usage bits; null when the extension is absent. */
export function keyUsageBits(certificate: PathCertificate): number | null {
  const extension = certificate.extensions.get(EXTENSION.keyUsage);
  if (extension === undefined) return null;
  const bits = readDer(extension.value)?.value;
  return bits?.tag === TAG.bitString ? (bits.content[1] ?? 0) : 0;
}

/** RFC 5280 section 4.2.1.12: the purposes, as dotted identifiers; null when the extension is absent. */
export function extendedKeyUsage(certificate: PathCertificate): readonly string[] | null {
  const extension = certificate.extensions.get(EXTENSION.extendedKeyUsage);
  if (extension === undefined) return null;
  const list = readDerValues(readDer(extension.value)?.value.content ?? Buffer.alloc(0)) ?? [];
  return list.map(({ content }) => dottedIdentifier(content));
}

/** RFC 5280 section 4.2.1.6: the general names of the subjectAltName extension, undecoded. */
export function alternativeNames(certificate: PathCertificate): readonly DerValue[] {
  const extension = certificate.extensions.get(EXTENSION.subjectAltName);
  if (extension === undefined) return [];
  return readDerValues(readDer(extension.value)?.value.content ?? Buffer.alloc(0)) ?? [];
}
