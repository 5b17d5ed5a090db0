/**
 * Whether a server's certificate is one that its TLSA records pin (RFC 7672 section 3.1, RFC 7671 section 5).
 * DANE-EE(3): the server's own key or certificate is the pinned one; nothing else about it counts, neither
 * name nor date. DANE-TA(2): a pinned authority vouches for it: signatures and dates hold up to that
 * authority, and a name on the certificate is the server's or the domain's. One match is enough.
 */
import { createHash, createPublicKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import type { PathCertificate } from './certificate.ts';
import { readCertificate } from './certificate.ts';
import type { PathFault } from './certification-path.ts';
import { isSignedBy, mayHaveIssued, pathFault } from './certification-path.ts';
import type { JudgedTlsaRecord, TlsaRecord } from './tlsa-records.ts';
import { judgeTlsaRecords } from './tlsa-records.ts';

/** What comes nearest to a match, when nothing matches. */
export type DaneFault =
  /** No record is about this server's certificate or an authority above it in the chain that was sent. */
  | 'no-record-matches'
  /** A pinned authority vouches for the certificate, and its names are other ones. */
  | 'certificate-host-mismatch'
  /** The server's certificate cannot be read. */
  | 'certificate-unreadable'
  | PathFault;

export interface DaneMatch {
  /** `unusable`: no record can be used, so TLS is required and nobody is authenticated (RFC 7672 section 2.2). */
  readonly status: 'match' | 'mismatch' | 'unusable';
  readonly records: readonly (JudgedTlsaRecord & {
    /** True for every record that alone would authenticate the server, those that do not count among them. */
    readonly matches: boolean;
  })[];
  readonly because: DaneFault | null;
}

export interface DaneQuestion {
  /** All of a secure TLSA RRset. */
  readonly records: readonly TlsaRecord[];
  /** The chain as the server sent it, DER, its own certificate first. */
  readonly chain: readonly Buffer[];
  /**
   * RFC 7672 section 3.2.2: the TLSA base domain, the domain the mail is for, and the name that one is an alias of.
   * A-labels, no trailing dot.
   */
  readonly referenceNames: readonly string[];
  /** When the chain was seen, milliseconds since 1970. */
  readonly observedAt: number;
}

/** More certificates than any sane server sends; what is beyond is not looked at. */
const MOST_CERTIFICATES = 16;

/** States whether TLSA records authenticate the server that sent a chain. */
export function matchDane({ records, chain, referenceNames, observedAt }: DaneQuestion): DaneMatch {
  const judged = judgeTlsaRecords(records);
  const certificates = chain.slice(0, MOST_CERTIFICATES).map((der) => readCertificate(der));
  const [server] = certificates;
  const others = certificates.slice(1).filter((certificate) => certificate !== null);
  const digests = new Map<string, string>();

  const faultOf = (record: JudgedTlsaRecord): DaneFault | null => {
    if (record.fault !== null) return 'no-record-matches';
    if (!server) return 'certificate-unreadable';
    if (record.usage === 3) return pins(record, server, digests) ? null : 'no-record-matches';
    return trustAnchorFault(record, server, others, { referenceNames, observedAt, digests });
  };

  const faults = judged.map((record) => faultOf(record));
  const withMatch = judged.map((record, index) => ({ ...record, matches: faults[index] === null }));
  if (judged.every(({ fault }) => fault !== null))
    return { status: 'unusable', records: withMatch, because: null };
  if (withMatch.some(({ counts, matches }) => counts && matches)) {
    return { status: 'match', records: withMatch, because: null };
  }
  const counting = faults.filter((_fault, index) => judged[index]?.counts);
  const nearest = counting.find((fault) => fault !== null && fault !== 'no-record-matches');
  return { status: 'mismatch', records: withMatch, because: nearest ?? 'no-record-matches' };
}

/** RFC 6698 section 2.1: the selected part of the certificate, or its digest, is what the record holds. */
function pins(record: TlsaRecord, certificate: PathCertificate, digests: Map<string, string>): boolean {
  const selected = record.selector === 0 ? certificate.der : certificate.publicKeyInfo;
  if (record.matchingType === 0) return selected.equals(Buffer.from(record.data, 'hex'));
  const algorithm = record.matchingType === 1 ? 'sha256' : 'sha512';
  const key = `${algorithm} ${record.selector} ${certificate.x509.fingerprint256}`;
  const digest = digests.get(key) ?? createHash(algorithm).update(selected).digest('hex');
  digests.set(key, digest);
  return digest === record.data;
}

interface TrustAnchorQuestion {
  readonly referenceNames: readonly string[];
  readonly observedAt: number;
  readonly digests: Map<string, string>;
}

/**
 * Goes up from the server's certificate to one that the record pins. The anchor is sent by the server (RFC 7672
 * section 3.1.2 asks it to), or stands whole in a Full(0) record, as a certificate or a bare key. At every step
 * one issuer is taken, as OpenSSL takes it, so that a path which only a more patient sender finds is no match.
 */
function trustAnchorFault(
  record: TlsaRecord,
  server: PathCertificate,
  sent: readonly PathCertificate[],
  { referenceNames, observedAt, digests }: TrustAnchorQuestion,
): DaneFault | null {
  const published = publishedAnchor(record);
  const candidates = published.certificate === null ? sent : [...sent, published.certificate];
  const path = [server];
  for (
    let top: PathCertificate | null = server;
    top !== null;
    top = nextIssuer(path, candidates, observedAt)
  ) {
    if (top !== server) path.push(top);
    const isPinned = path.length > 1 && pins(record, top, digests);
    if (isPinned || (published.key !== null && isSignedBy(top, published.key))) {
      return pathFault(path, observedAt) ?? nameFault(server, referenceNames);
    }
  }
  return 'no-record-matches';
}

/** The first candidate that may have issued the end of the path, one that is in date before one that is not. */
function nextIssuer(
  path: readonly PathCertificate[],
  candidates: readonly PathCertificate[],
  observedAt: number,
): PathCertificate | null {
  const top = path.at(-1);
  // What names itself as its issuer ends a path, whoever signed it: OpenSSL goes by names and key identifiers.
  if (top === undefined || mayHaveIssued(top, top)) return null;
  const issuers = candidates.filter(
    (issuer) => !path.some(({ der }) => der.equals(issuer.der)) && mayHaveIssued(issuer, top),
  );
  const inDate = issuers.find(({ notBefore, notAfter }) => notBefore <= observedAt && observedAt <= notAfter);
  return inDate ?? issuers.toSorted((a, b) => b.notAfter - a.notAfter)[0] ?? null;
}

function publishedAnchor(record: TlsaRecord): {
  readonly certificate: PathCertificate | null;
  readonly key: KeyObject | null;
} {
  if (record.matchingType !== 0) return { certificate: null, key: null };
  const der = Buffer.from(record.data, 'hex');
  if (record.selector === 0) return { certificate: readCertificate(der), key: null };
  return { certificate: null, key: createPublicKey({ key: der, format: 'der', type: 'spki' }) };
}

/**
 * RFC 7672 section 3.2.3: DNS-IDs, and the common name only where there is no DNS-ID; a wildcard is the entire
 * first label.
 */
function nameFault({ x509 }: PathCertificate, referenceNames: readonly string[]): DaneFault | null {
  const options = { subject: 'default', partialWildcards: false, multiLabelWildcards: false } as const;
  return referenceNames.some((name) => x509.checkHost(name, options) !== undefined)
    ? null
    : 'certificate-host-mismatch';
}
