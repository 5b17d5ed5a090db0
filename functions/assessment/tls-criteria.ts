/**
 * How good the encryption of a TLS session is, part by part: protocol version, cipher suite, key exchange
 * group, certificate key and signature. The levels are those of the Dutch NCSC's TLS guidelines of 2025-05, as
 * Internet.nl 1.11 applies them (`checks/tasks/tls/tls_constants.py`); RFC 8996 agrees on the versions. Groups
 * with ML-KEM are younger than both, and count as good: X25519 or P-256 is inside them.
 */
import type { Grade } from './grade.ts';

/** What was negotiated; null: not known. Names as Node and OpenSSL write them, or as the IANA registry does. */
export interface TlsParameters {
  /** `TLSv1.3`, `TLSv1.2`, `TLSv1.1`, `TLSv1`, `SSLv3`. */
  readonly version: string | null;
  /** `TLS_AES_256_GCM_SHA384`, `ECDHE-RSA-AES256-GCM-SHA384`, `TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384`. */
  readonly cipher: string | null;
  /** `X25519MLKEM768`, `X25519`, `prime256v1`, `P-256`, `ffdhe3072`; `DH 2048` for a prime of that many bits. */
  readonly group: string | null;
}

/** One criterion: names it speaks of, and their grade. The first row that matches counts. */
type Criterion = readonly [pattern: RegExp, grade: Grade];

const VERSIONS: readonly Criterion[] = [
  [/^TLSv1\.3$/, 'good'],
  [/^TLSv1\.2$/, 'sufficient'],
  // RFC 8996 section 4 (1.0) and RFC 8996 section 5 (1.1), RFC 7568 section 3 (SSL 3), RFC 6176 section 3 (SSL 2).
  [/^(?:TLSv1(?:\.[01])?|SSLv[23])$/, 'insufficient'],
];

const CIPHERS: readonly Criterion[] = [
  [/^TLS_(?:AES_256_GCM_SHA384|CHACHA20_POLY1305_SHA256)$/, 'good'],
  [/^TLS_AES_128_(?:GCM|CCM)_SHA256$/, 'sufficient'],
  [/^ECDHE-(?:ECDSA|RSA)-(?:CHACHA20-POLY1305|AES256-GCM-SHA384|AES128-GCM-SHA256)$/, 'sufficient'],
  [/^ECDHE-(?:ECDSA|RSA)-AES(?:128|256)-CCM$/, 'sufficient'],
  [/^ECDHE-(?:ECDSA|RSA)-(?:AES|CAMELLIA|ARIA)(?:128-SHA256|256-SHA384)$/, 'phase-out'],
  [/^(?:ECDHE|DHE)-(?:(?:ECDSA|RSA)-)?(?:CAMELLIA|ARIA)(?:128-GCM-SHA256|256-GCM-SHA384)$/, 'phase-out'],
  [/^DHE-RSA-(?:CHACHA20-POLY1305|AES256-GCM-SHA384|AES128-GCM-SHA256|AES(?:128|256)-CCM)$/, 'phase-out'],
  [/^DHE-RSA-(?:AES|CAMELLIA|ARIA)(?:128-SHA256|256-SHA256|256-SHA384)$/, 'phase-out'],
  // Every other suite: no forward secrecy, SHA-1, short tags, old block ciphers, no encryption at all.
  [/(?:^|[-_])(?:AES|CAMELLIA|ARIA|CHACHA20|3DES|DES|RC4|RC2|IDEA|SEED|GOST|NULL)/, 'insufficient'],
];

const GROUPS: readonly Criterion[] = [
  [/^(?:X25519|SecP256r1)MLKEM768$|^SecP384r1MLKEM1024$/i, 'good'],
  [/^(?:X25519|X448)$/i, 'good'],
  [/^(?:prime256v1|secp256r1|secp384r1|secp521r1|P-256|P-384|P-521)$/i, 'good'],
  [/^brainpoolP(?:256|384|512)r1(?:tls13)?$/i, 'good'],
  [/^(?:secp224r1|P-224)$/i, 'phase-out'],
  [/^ffdhe(?:3072|4096|6144|8192)$/i, 'phase-out'],
  // Of a finite field only the size is told; 3072 bits and more may be the primes of RFC 7919 appendix A.
  [/^DH (?:307[2-9]|30[89]\d|3[1-9]\d\d|[4-9]\d{3}|\d{5})$/, 'phase-out'],
  [/^(?:DH \d|ffdhe|secp|sect|prime|brainpool|P-192|K-|B-)/i, 'insufficient'],
];

/** Worst last. */
const ORDER: readonly Grade[] = ['good', 'sufficient', 'phase-out', 'insufficient'];

function gradeBy(criteria: readonly Criterion[], name: string): Grade | null {
  return criteria.find(([pattern]) => pattern.test(name))?.[1] ?? null;
}

/** The IANA registry's name of a TLS 1.2 suite in OpenSSL's spelling, other names as they are. */
function openSslCipherName(name: string): string {
  if (!/^(?:TLS_)?[A-Z0-9_]+_WITH_[A-Z0-9_]+$/.test(name)) return name;
  return name
    .replace(/^TLS_/, '')
    .replace('_WITH_', '_')
    .replace(/_CBC(?=_)/, '')
    .replace(/_(AES|CAMELLIA|ARIA)_(128|256)/, '_$1$2')
    .replace('CHACHA20_POLY1305_SHA256', 'CHACHA20_POLY1305')
    .replace(/_CCM_8$/, '_CCM8')
    .replaceAll('_', '-');
}

/** The worst of several grades, unknown ones left aside; null when all are unknown. */
export function worstGrade(grades: readonly (Grade | null)[]): Grade | null {
  return ORDER.findLast((grade) => grades.includes(grade)) ?? null;
}

/** Null for a name that is no version of SSL or TLS. */
export function gradeVersion(version: string): Grade | null {
  return gradeBy(VERSIONS, version);
}

/** Null for a name that is in neither OpenSSL's nor the IANA registry's form. */
export function gradeCipher(cipher: string): Grade | null {
  return gradeBy(CIPHERS, openSslCipherName(cipher));
}

/** Null for a group neither source speaks of. */
export function gradeGroup(group: string): Grade | null {
  return gradeBy(GROUPS, group);
}

/** The worst of what is known of a session; null when nothing is. */
export function gradeTls({ version, cipher, group }: TlsParameters): Grade | null {
  return worstGrade([
    version === null ? null : gradeVersion(version),
    cipher === null ? null : gradeCipher(cipher),
    group === null ? null : gradeGroup(group),
  ]);
}

/** A certificate's public key: RSA by the bits of its modulus, EC by OpenSSL's name of the curve. */
export type CertificateKey =
  | { readonly type: 'rsa'; readonly bits: number }
  | { readonly type: 'ec'; readonly curve: string }
  | { readonly type: 'ed25519' | 'ed448' }
  | { readonly type: 'other'; readonly name: string };

/** Null for a kind of key that neither source speaks of (ML-DSA, say). */
export function gradeKey(key: CertificateKey): Grade | null {
  if (key.type === 'rsa') return key.bits >= 3072 ? 'good' : key.bits >= 2048 ? 'phase-out' : 'insufficient';
  if (key.type === 'ec') return gradeGroup(key.curve);
  if (key.type === 'other') return /^dsa$/i.test(key.name) ? 'insufficient' : null;
  return 'good';
}

const SIGNATURES: readonly Criterion[] = [
  [/^(?:ED25519|ED448)$/i, 'good'],
  [/(?:^|-)sha(?:256|384|512)|sha3-(?:256|384|512)/i, 'good'],
  [/(?:^|-)sha224|sha3-224/i, 'phase-out'],
  [/(?:^|-)(?:sha1|md5|md4|md2)|^dsaWithSHA$/i, 'insufficient'],
];

/**
 * @param algorithm OpenSSL's name, e.g. `sha256WithRSAEncryption`, `ecdsa-with-SHA384`, `ED25519`
 * @returns null for an algorithm neither source speaks of; RSASSA-PSS keeps its hash in parameters, and is one
 */
export function gradeSignature(algorithm: string): Grade | null {
  return gradeBy(SIGNATURES, algorithm);
}

/**
 * States whether a session that somebody records today stays closed to a quantum computer. Groups with ML-KEM
 * are there for TLS 1.3 only (its groups: RFC 8446 section 4.2.7). `unknown`: TLS 1.3 whose group was not told.
 */
export function postQuantum(group: string | null, version: string | null): 'yes' | 'no' | 'unknown' {
  if (group !== null) return /mlkem|kyber/i.test(group) ? 'yes' : 'no';
  return version === null || version === 'TLSv1.3' ? 'unknown' : 'no';
}
