/**
 * What is to be said of the chain a server sent: whether its name covers the MX host (RFC 6125 section 6.4:
 * DNS-IDs only, a common name proves nothing), whether it holds at the time it was seen, whether it leads to
 * a root this machine trusts, and how strong its keys and signatures are. Senders that encrypt
 * opportunistically accept any certificate (RFC 7435 section 3), so a fault here changes no answer by itself.
 */
import { excerpt } from '../policy/excerpt.ts';
import type { TlsEvidence } from '../probe/probe-evidence.ts';
import type { CertificateAssessment, CertificateFault } from './assessment.ts';
import type { Observation } from './finding-codes.ts';
import type { Grade } from './grade.ts';
import { covers, keyName, readable } from './readable-certificate.ts';
import type { Readable } from './readable-certificate.ts';
import { gradeKey, gradeSignature, worstGrade } from './tls-criteria.ts';

export interface CertificateJudgement {
  /** Null when none was recorded, or it cannot be read. */
  readonly certificate: CertificateAssessment | null;
  /** Its faults and grades below good, each with its facts; what another one explains is left out. */
  readonly observations: readonly Observation[];
}

/** More certificates than any honest chain has are not looked at. */
const MOST_CERTIFICATES = 16;

/**
 * Judges a chain. Never throws, whatever the bytes.
 * @param tls the chain as sent and OpenSSL's verdict on it
 * @param serverName the reference identifier: the MX host, A-label, no trailing dot
 * @param observedAt when the connection was made
 */
export function assessCertificate(
  tls: Pick<TlsEvidence, 'chain' | 'chainError'>,
  serverName: string,
  observedAt: string,
): CertificateJudgement {
  const [own, ...others] = tls.chain.slice(0, MOST_CERTIFICATES);
  if (own === undefined) return { certificate: null, observations: [] };
  const leaf = readable(own);
  if (leaf === null) {
    return { certificate: null, observations: [{ code: 'certificate-unreadable', facts: {} }] };
  }

  const authorities = others.map(readable).filter((certificate) => certificate !== null);
  const strengths = [leaf, ...authorities.filter((certificate) => !isRoot(certificate))].map(strength);
  const faults = new Set([
    ...dateFaults(leaf, observedAt),
    ...nameFaults(leaf, serverName),
    ...chainFaults(tls.chainError),
  ]);
  const observations = [
    ...[...faults].map((fault) =>
      observed(fault, leaf, [leaf, ...authorities], excerpt(tls.chainError ?? '')),
    ),
    ...strengths.flatMap(strengthObservations),
  ];
  return {
    certificate: {
      subject: leaf.subject,
      issuer: leaf.issuer,
      names: leaf.names,
      notBefore: leaf.notBefore.toISOString(),
      notAfter: leaf.notAfter.toISOString(),
      key: keyName(leaf.key),
      sha256: own.sha256,
      chainLength: tls.chain.length,
      faults: [...new Set(observations.map(({ code }) => code).filter(isFault))],
      // Nothing known of an algorithm is not in the criteria's favour.
      grade: worstGrade(strengths.flatMap(({ key, signature }) => [key, signature])) ?? 'insufficient',
    },
    observations: unexplained(observations, tls.chainError),
  };
}

/** A root vouches for itself: its signature proves nothing, and its strength is its trust store's business. */
function isRoot({ x509 }: Readable): boolean {
  return x509.subject === x509.issuer;
}

type ChainFault = Exclude<CertificateFault, 'key-too-small' | 'signature-too-weak'>;

/** RFC 5280 section 4.1.2.5: it holds from the one date through the other, both included. */
function dateFaults(leaf: Readable, observedAt: string): ChainFault[] {
  const at = Date.parse(observedAt);
  if (at > leaf.notAfter.getTime()) return ['certificate-expired'];
  return at < leaf.notBefore.getTime() ? ['certificate-not-yet-valid'] : [];
}

/** RFC 8461 section 4.2 and RFC 6125 section 6.4: only a DNS-ID counts, a wildcard as a whole first label. */
function nameFaults(leaf: Readable, serverName: string): ChainFault[] {
  if (covers(leaf, serverName, 'never')) return [];
  return covers(leaf, serverName, 'default')
    ? ['common-name-only', 'certificate-host-mismatch']
    : ['certificate-host-mismatch'];
}

/** OpenSSL's verdicts (X509_V_ERR_*, as Node names them) that say more than that the chain is not trusted. */
const CHAIN_VERDICTS: Readonly<Record<string, readonly ChainFault[]>> = {
  CERT_HAS_EXPIRED: ['certificate-expired'],
  CERT_NOT_YET_VALID: ['certificate-not-yet-valid'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['self-signed', 'certificate-not-trusted'],
  // The certificate came alone and its issuer is not known: an intermediate forgotten, or an authority of one's own.
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['chain-incomplete', 'certificate-not-trusted'],
  // Names are judged above, against the reference identifier.
  HOSTNAME_MISMATCH: [],
};

function chainFaults(chainError: string | null): readonly ChainFault[] {
  if (chainError === null) return [];
  return CHAIN_VERDICTS[chainError] ?? ['certificate-not-trusted'];
}

/** A fault with the facts its sentence needs. */
function observed(
  fault: ChainFault,
  leaf: Readable,
  chain: readonly Readable[],
  reason: string,
): Observation {
  const { issuer, names } = leaf;
  // Where OpenSSL found another certificate of the chain out of date, that one's date is the one to tell.
  const earliestEnd = Math.min(...chain.map(({ notAfter }) => notAfter.getTime()));
  const latestStart = Math.max(...chain.map(({ notBefore }) => notBefore.getTime()));
  const observations: { readonly [Fault in ChainFault]: Observation & { readonly code: Fault } } = {
    'certificate-expired': {
      code: 'certificate-expired',
      facts: { notAfter: new Date(earliestEnd).toISOString() },
    },
    'certificate-not-yet-valid': {
      code: 'certificate-not-yet-valid',
      facts: { notBefore: new Date(latestStart).toISOString() },
    },
    'certificate-host-mismatch': {
      code: 'certificate-host-mismatch',
      facts: { names: excerpt(names.join(', ')) },
    },
    'common-name-only': { code: 'common-name-only', facts: {} },
    'self-signed': { code: 'self-signed', facts: {} },
    'chain-incomplete': { code: 'chain-incomplete', facts: { issuer } },
    'certificate-not-trusted': { code: 'certificate-not-trusted', facts: { issuer, reason } },
  };
  return observations[fault];
}

interface Strength {
  readonly certificate: Readable;
  readonly key: Grade | null;
  /** Null as well where nobody relies on it. */
  readonly signature: Grade | null;
}

function strength(certificate: Readable): Strength {
  const signature = isRoot(certificate) ? null : gradeSignature(certificate.signature);
  return { certificate, key: gradeKey(certificate.key), signature };
}

function strengthObservations({ certificate, key, signature }: Strength): Observation[] {
  const observations: Observation[] = [];
  const name = keyName(certificate.key);
  if (key === 'insufficient') observations.push({ code: 'key-too-small', facts: { key: name } });
  else if (key !== null && key !== 'good')
    observations.push({ code: 'key-grade', facts: { name, grade: key } });
  const algorithm = excerpt(certificate.signature);
  if (signature === 'insufficient') observations.push({ code: 'signature-too-weak', facts: { algorithm } });
  else if (signature !== null && signature !== 'good') {
    observations.push({ code: 'signature-grade', facts: { name: algorithm, grade: signature } });
  }
  return observations;
}

const FAULTS: Readonly<Record<CertificateFault, true>> = {
  'certificate-host-mismatch': true,
  'certificate-expired': true,
  'certificate-not-trusted': true,
  'certificate-not-yet-valid': true,
  'self-signed': true,
  'chain-incomplete': true,
  'key-too-small': true,
  'signature-too-weak': true,
  'common-name-only': true,
};

function isFault(code: string): code is CertificateFault {
  return Object.hasOwn(FAULTS, code);
}

/** Node has no name for OpenSSL's verdicts that a key or a signature of the chain is too weak. */
const NAMELESS = 'UNSPECIFIED';

/** A general fault goes without saying where a particular one of the same kind is said; nothing is said twice. */
function unexplained(observations: readonly Observation[], chainError: string | null): Observation[] {
  const codes = new Set<string>(observations.map(({ code }) => code));
  if (codes.has('common-name-only')) codes.delete('certificate-host-mismatch');
  if (chainError === NAMELESS && (codes.has('key-too-small') || codes.has('signature-too-weak')))
    codes.delete('certificate-not-trusted');
  if (codes.has('self-signed') || codes.has('chain-incomplete')) codes.delete('certificate-not-trusted');
  const different = new Map(observations.map((observation) => [JSON.stringify(observation), observation]));
  return [...different.values()].filter(({ code }) => codes.has(code));
}
