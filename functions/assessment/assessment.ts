/**
 * What the evidence means, in codes: the judgement that `presenters/` put into words. The shapes follow the
 * report (`mailtls.report/1`); what a report adds is sentences.
 */
import type { ExchangeFault } from '../dns/mail-exchangers.ts';
import type { SecurityStatus } from '../dns/answer.ts';
import type { TranscriptLine } from '../probe/probe-evidence.ts';
import type { Advice, Finding } from './finding-codes.ts';
import type { Grade } from './grade.ts';
import type { ServerSoftware } from './server-software.ts';

export type AnswerCode =
  'enforced' | 'opportunistic' | 'partial' | 'plaintext' | 'untested' | 'no-mail' | 'undeliverable';

export type AddressOutcome =
  /** A TLS handshake was completed after STARTTLS. */
  | 'encrypted'
  /** The server talked to us and did not offer STARTTLS. */
  | 'not-offered'
  /** It offered STARTTLS and no TLS session came of it. */
  | 'starttls-failed'
  /**
   * It answered and would not talk to us: 4xx or 5xx before STARTTLS could be seen, or 421 when asked for it. Nothing is
   * known of its TLS.
   */
  | 'refused'
  /** No connection could be made, or it broke before a reply. */
  | 'unreachable'
  /** Our own side lets no connection out to port 25. */
  | 'egress-blocked'
  /** Something on our own side removes or replaces STARTTLS. */
  | 'egress-interfered'
  | 'not-public'
  | 'out-of-time'
  | 'not-tested';

/** RFC 8460 section 4.3 result types where one fits, and ours. */
export type CertificateFault =
  | 'certificate-host-mismatch'
  | 'certificate-expired'
  | 'certificate-not-trusted'
  | 'certificate-not-yet-valid'
  | 'self-signed'
  | 'chain-incomplete'
  | 'key-too-small'
  | 'signature-too-weak'
  | 'common-name-only';

export interface TlsAssessment {
  readonly version: string;
  readonly cipher: string;
  readonly group: string | null;
  readonly postQuantum: 'yes' | 'no' | 'unknown';
  /** True when only the second, legacy hello was accepted. */
  readonly legacyOnly: boolean;
  readonly grade: Grade;
}

export interface CertificateAssessment {
  readonly subject: string;
  readonly issuer: string;
  /** DNS-IDs of the subject alternative name, and IP addresses; hostile text, control characters escaped. */
  readonly names: readonly string[];
  /** Both in the report's form of time, e.g. `2026-11-22T01:02:03.000Z`. */
  readonly notBefore: string;
  readonly notAfter: string;
  /** e.g. `ECDSA P-256`, `RSA 2048`, `Ed25519`. */
  readonly key: string;
  readonly sha256: string;
  readonly chainLength: number;
  /** Several can hold at once; judged at the time it was observed. */
  readonly faults: readonly CertificateFault[];
  readonly grade: Grade;
}

export interface AddressAssessment {
  readonly ip: string;
  readonly observedAt: string | null;
  readonly outcome: AddressOutcome;
  /** What made the outcome, as a code with facts; worded as `detail` in the report. */
  readonly because: Finding;
  /** What else is worth saying of it: certificate faults, grades other than good, and the like. */
  readonly findings: readonly Finding[];
  /** True while a second look is due: the first one could have met a bad moment. */
  readonly provisional: boolean;
  readonly tls: TlsAssessment | null;
  readonly certificate: CertificateAssessment | null;
  readonly software: ServerSoftware | null;
  readonly extensions: readonly string[];
  readonly requireTls: boolean;
  /** Both connections of a probe and both looks, one after the other, with a note between them. */
  readonly transcript: readonly TranscriptLine[];
}

export interface HostAssessment {
  readonly host: string;
  readonly preference: number;
  readonly provider: string | null;
  /** What is wrong with the exchange as the MX record has it. */
  readonly fault: ExchangeFault | null;
  readonly dns: {
    readonly status: 'records' | 'no-data' | 'name-error' | 'bogus' | 'unavailable' | 'not-public';
    readonly securityStatus: SecurityStatus;
    readonly ttlSeconds: number;
    readonly cname: readonly string[];
  };
  readonly addresses: readonly AddressAssessment[];
  /** Of the host's name and lookups; those of its addresses are with them. */
  readonly findings: readonly Finding[];
}

export interface Share {
  readonly tested: number;
  readonly total: number;
}
/** Counts what mail could go to: exchanges that lead nowhere and addresses that are not public are left out. */
export interface Coverage {
  readonly hosts: Share;
  readonly ipv4: Share;
  readonly ipv6: Share;
}

export interface DomainAssessment {
  readonly answer: AnswerCode;
  readonly encryptedNow:
    'always' | 'always-where-tested' | 'sometimes' | 'never' | 'unknown' | 'not-applicable';
  readonly strippable: 'yes' | 'unless-sender-checks' | 'unknown' | 'not-applicable';
  readonly protectedBy: readonly ('dane' | 'mta-sts')[];
  readonly delivery: 'ok' | 'degraded' | 'failing' | 'unknown';
  readonly reported: 'yes' | 'no' | 'unknown';
  readonly provisional: boolean;
  readonly coverage: Coverage;
  readonly reasons: readonly Finding[];
  readonly advice: readonly Advice[];
  /** Only when untested: what the provider lets one expect. */
  readonly expected: { readonly answer: AnswerCode; readonly basis: 'provider' | 'policy' } | null;
  readonly mailServers: readonly HostAssessment[];
}
