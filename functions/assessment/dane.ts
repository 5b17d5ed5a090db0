/**
 * What a host's TLSA records mean for senders that check DANE, given what its addresses showed (RFC 7672
 * section 2.2 and section 3). Records count when signatures reach all the way: over the MX records that name the
 * host, and over the records themselves. Then such a sender delivers to a matching server and to no other.
 */
import type { MailExchangers } from '../dns/mail-exchangers.ts';
import { isFailure } from '../dns/answer.ts';
import type { DaneFault } from '../policy/dane/matching.ts';
import { matchDane } from '../policy/dane/matching.ts';
import type { HostTlsa, PublishedTlsa } from '../policy/dane/tlsa-base-domain.ts';
import { publishedTlsa } from '../policy/dane/tlsa-base-domain.ts';
import type { JudgedTlsaRecord, TlsaRecord } from '../policy/dane/tlsa-records.ts';
import { judgeTlsaRecords } from '../policy/dane/tlsa-records.ts';
import type { ResultType } from './result-types.ts';
import type { AddressOutcome } from './assessment.ts';

/** As the report has it. `none` and `insecure` ask nothing of senders; `unusable` asks for TLS alone. */
export type AddressDane =
  'none' | 'match' | 'mismatch' | 'unusable' | 'insecure' | 'bogus' | 'unavailable' | 'not-tested';
/** `partial`: some tested addresses match and others do not. */
export type HostDaneStatus = AddressDane | 'partial';
export type DomainDaneStatus =
  'none' | 'valid' | 'partial' | 'invalid' | 'unusable' | 'bogus' | 'unavailable' | 'not-tested';

/** One address as DANE sees it. */
export interface DaneAddress {
  readonly ip: string;
  readonly outcome: AddressOutcome;
  readonly observedAt: string | null;
  /** The chain as sent, base64 DER, the server's own certificate first; empty where no TLS came about. */
  readonly chain: readonly string[];
}

export interface AddressDaneJudgement {
  readonly ip: string;
  /** What the records make of this address, whether or not the MX records are signed. */
  readonly status: AddressDane;
  readonly because: DaneFault | 'starttls-not-offered' | 'starttls-failed' | null;
  /** RFC 8460 section 4.3: what a sender would report. */
  readonly resultType: ResultType | null;
}

export interface HostDane {
  readonly host: string;
  readonly status: HostDaneStatus;
  readonly baseDomain: string | null;
  readonly records: readonly JudgedTlsaRecord[];
  readonly addresses: readonly AddressDaneJudgement[];
  /** What is published, the security of the MX records left aside. */
  readonly published: PublishedTlsa['status'];
}

/**
 * Judges one MX host.
 * @param domain the domain the mail is for; a name that DANE-TA(2) may match as well
 * @param mx how the host was found
 * @param tlsa what was looked up for it
 * @param addresses its addresses, probed with the TLSA base domain as SNI
 */
export function assessHostDane(
  domain: string,
  mx: MailExchangers,
  tlsa: HostTlsa,
  addresses: readonly DaneAddress[],
): HostDane {
  const published = publishedTlsa(tlsa);
  const { host } = tlsa;
  const beforeRecords = mxSecurityStatus(mx);
  if (published.status !== 'secure') {
    const { status: found } = published;
    // Under MX records that are not signed a sender does not get as far as to ask for TLSA records.
    const status = found === 'none' || found === 'insecure' ? found : (beforeRecords ?? found);
    const resultType: ResultType | null = found === 'bogus' ? 'dnssec-invalid' : null;
    const judged = addresses.map(({ ip }) => ({ ip, status: found, because: null, resultType }));
    return { host, status, baseDomain: null, records: [], addresses: judged, published: found };
  }
  const { baseDomain, records } = published;
  const names = referenceNames(baseDomain, domain, mx);
  const judged = addresses.map((address) => assessAddress(address, names, records));
  const usable = judgeTlsaRecords(records);
  const matched = usable.every(({ fault }) => fault !== null) ? 'unusable' : together(judged);
  return {
    host,
    status: beforeRecords ?? matched,
    baseDomain,
    records: usable,
    addresses: judged,
    published: 'secure',
  };
}

/** RFC 7672 section 2.2.1: null when the MX records, or their absence, are signed. */
function mxSecurityStatus({ answer }: MailExchangers): 'insecure' | 'bogus' | 'unavailable' | null {
  if (answer.outcome === 'bogus') return 'bogus';
  if (isFailure(answer) || answer.securityStatus === 'indeterminate') return 'unavailable';
  return answer.securityStatus === 'secure' ? null : 'insecure';
}

/**
 * RFC 7672 section 3.2.2: the TLSA base domain, the domain the mail is for, and where that is an alias the name whose
 * MX records it has.
 */
function referenceNames(baseDomain: string, domain: string, { answer }: MailExchangers): readonly string[] {
  const expanded = answer.cname.at(-1);
  return expanded === undefined ? [baseDomain, domain] : [baseDomain, domain, expanded];
}

function assessAddress(
  { ip, outcome, observedAt, chain }: DaneAddress,
  names: readonly string[],
  records: readonly TlsaRecord[],
): AddressDaneJudgement {
  if (outcome === 'not-offered' || outcome === 'starttls-failed') {
    const because = outcome === 'not-offered' ? 'starttls-not-offered' : outcome;
    const unusable = judgeTlsaRecords(records).every(({ fault }) => fault !== null);
    const resultType = outcome === 'not-offered' ? 'starttls-not-supported' : 'validation-failure';
    return { ip, status: unusable ? 'unusable' : 'mismatch', because, resultType };
  }
  if (outcome !== 'encrypted' || observedAt === null)
    return { ip, status: 'not-tested', because: null, resultType: null };
  const { status, because } = matchDane({
    records,
    chain: chain.map((base64) => Buffer.from(base64, 'base64')),
    referenceNames: names,
    observedAt: Date.parse(observedAt),
  });
  if (status === 'unusable') return { ip, status, because: null, resultType: 'tlsa-invalid' };
  return { ip, status, because, resultType: because === null ? null : RESULT_TYPE[because] };
}

/** RFC 8460 section 4.3. */
const RESULT_TYPE: Readonly<Record<DaneFault, ResultType>> = {
  'no-record-matches': 'tlsa-invalid',
  'certificate-unreadable': 'validation-failure',
  'certificate-host-mismatch': 'certificate-host-mismatch',
  'certificate-expired': 'certificate-expired',
  'certificate-not-yet-valid': 'certificate-not-trusted',
  'signature-wrong': 'certificate-not-trusted',
  'not-an-authority': 'certificate-not-trusted',
  'path-length-exceeded': 'certificate-not-trusted',
  'wrong-purpose': 'certificate-not-trusted',
  'name-constraint-violated': 'certificate-not-trusted',
  'critical-extension-unknown': 'certificate-not-trusted',
};

function together(
  addresses: readonly AddressDaneJudgement[],
): 'match' | 'mismatch' | 'partial' | 'not-tested' {
  const matches = addresses.filter(({ status }) => status === 'match').length;
  const mismatches = addresses.filter(({ status }) => status === 'mismatch').length;
  if (matches + mismatches === 0) return 'not-tested';
  if (mismatches === 0) return 'match';
  return matches === 0 ? 'mismatch' : 'partial';
}

/**
 * States a domain's DANE status from its hosts'. A failed lookup at one host is said before anything else, as
 * senders that check DANE leave that host alone. Where the hosts themselves could not be looked up, neither could
 * their records.
 */
export function assessDomainDane(
  { source, answer }: Pick<MailExchangers, 'source' | 'answer'>,
  hosts: readonly Pick<HostDane, 'status'>[],
): DomainDaneStatus {
  if (source === 'unavailable') return answer.outcome === 'bogus' ? 'bogus' : 'unavailable';
  const statuses = new Set(hosts.map(({ status }) => (status === 'insecure' ? 'none' : status)));
  if (statuses.size === 0) return 'none';
  if (statuses.has('bogus')) return 'bogus';
  if (statuses.has('unavailable')) return 'unavailable';
  const [only] = statuses;
  if (statuses.size > 1 || only === undefined || only === 'partial') return mixed(statuses);
  return SAME[only];
}

const SAME = {
  none: 'none',
  match: 'valid',
  mismatch: 'invalid',
  unusable: 'unusable',
  'not-tested': 'not-tested',
  bogus: 'bogus',
  unavailable: 'unavailable',
} as const;

/** Matching hosts whose others were not tested are not yet partial: nothing speaks against them. */
function mixed(statuses: ReadonlySet<string>): DomainDaneStatus {
  const contrary = ['none', 'mismatch', 'unusable', 'partial'].some((status) => statuses.has(status));
  return contrary ? 'partial' : 'not-tested';
}
