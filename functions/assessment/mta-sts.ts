/**
 * What a domain's MTA-STS policy means for senders that honour it (RFC 8461 section 4 and section 5). In mode
 * `enforce` such a sender delivers only to hosts the policy names, over TLS, with a certificate from a public
 * authority for the host's name; it passes over every other host. A record without a policy that can be had is
 * no policy to a sender that never saw one.
 */
import { isFailure } from '../dns/answer.ts';
import type { MtaStsFetch, MtaStsFetchFault } from '../policy/mta-sts/fetch.ts';
import { isNamedByMtaStsPolicy } from '../policy/mta-sts/match.ts';
import type { MtaStsMode, MtaStsPolicyFault } from '../policy/mta-sts/policy.ts';
import { parseMtaStsPolicy } from '../policy/mta-sts/policy.ts';
import type { MtaStsRecordFault } from '../policy/mta-sts/record.ts';
import { parseMtaStsRecord } from '../policy/mta-sts/record.ts';
import type { MtaStsEvidence } from '../policy/policy-evidence.ts';
import type { AddressOutcome, CertificateFault } from './assessment.ts';
import type { ResultType } from './result-types.ts';

/** What does not make a policy invalid and should be put right. */
export type MtaStsWarning =
  /** RFC 8461 section 3.2: the media type should be text/plain. */
  | 'media-type'
  /** RFC 8461 section 10.2: an attacker has only to wait until the policy is forgotten. */
  | 'max-age-short';

export type MtaStsState =
  | { readonly status: 'none' }
  | {
      readonly status: 'valid';
      readonly id: string;
      readonly mode: MtaStsMode;
      readonly maxAgeSeconds: number;
      readonly mx: readonly string[];
      readonly warnings: readonly MtaStsWarning[];
    }
  | {
      readonly status: 'invalid';
      /** Null when the record itself is wrong: then there is no record to a sender. */
      readonly id: string | null;
      readonly resultType: ResultType;
      readonly because: MtaStsRecordFault | MtaStsPolicyFault | MtaStsFetchFault;
      /** The line of the policy, from 1; null where the fault is not in a line. */
      readonly line: number | null;
      /** The offending text, or the server's or library's words; an excerpt. */
      readonly part: string;
    }
  | {
      readonly status: 'unavailable';
      readonly id: string | null;
      readonly resultType: ResultType | null;
      readonly because: 'record-unavailable' | 'record-bogus' | MtaStsFetchFault;
      readonly part: string;
    };

/** A day. RFC 8461 section 10.2 speaks of weeks. */
const SHORT_MAX_AGE_SECONDS = 86_400;

/** States what was found of a domain's MTA-STS policy. */
export function assessMtaSts({ record, fetch }: MtaStsEvidence): MtaStsState {
  if (isFailure(record)) {
    const bogus = record.outcome === 'bogus';
    const because = bogus ? 'record-bogus' : 'record-unavailable';
    return {
      status: 'unavailable',
      id: null,
      resultType: bogus ? 'dnssec-invalid' : null,
      because,
      part: '',
    };
  }
  const parsed = parseMtaStsRecord(record.outcome === 'records' ? record.records : []);
  if (parsed.status === 'none') return parsed;
  if (parsed.status === 'invalid') {
    const { because, part } = parsed;
    return { status: 'invalid', id: null, resultType: 'sts-policy-invalid', because, line: null, part };
  }
  const { id } = parsed;
  if (fetch === null) {
    return {
      status: 'unavailable',
      id,
      resultType: 'sts-policy-fetch-error',
      because: 'out-of-time',
      part: '',
    };
  }
  return fetch.outcome === 'fetched' ? assessBody(id, fetch) : assessFailure(id, fetch);
}

function assessBody(
  id: string,
  { body, mediaType }: Extract<MtaStsFetch, { outcome: 'fetched' }>,
): MtaStsState {
  const parsed = parseMtaStsPolicy(body);
  if (parsed.status === 'invalid') {
    const { because, line, part } = parsed;
    return { status: 'invalid', id, resultType: 'sts-policy-invalid', because, line, part };
  }
  const { mode, maxAgeSeconds, mx } = parsed.policy;
  const warnings: MtaStsWarning[] = [];
  if (mediaType !== 'text/plain') warnings.push('media-type');
  if (mode !== 'none' && maxAgeSeconds < SHORT_MAX_AGE_SECONDS) warnings.push('max-age-short');
  return { status: 'valid', id, mode, maxAgeSeconds, mx, warnings };
}

/**
 * What another fetch, from elsewhere or later, would meet as well is `invalid`; what may be a passing fault, or
 * one of our own side, is `unavailable`.
 */
const LASTING: Readonly<
  Record<MtaStsFetchFault, 'sts-policy-fetch-error' | 'sts-webpki-invalid' | 'sts-policy-invalid' | null>
> = {
  'no-address': 'sts-policy-fetch-error',
  'address-unavailable': null,
  'address-bogus': null,
  'not-public': 'sts-policy-fetch-error',
  'connection-refused': null,
  'no-route': null,
  timeout: null,
  reset: null,
  closed: null,
  tls: null,
  'certificate-not-trusted': 'sts-webpki-invalid',
  'certificate-expired': 'sts-webpki-invalid',
  'certificate-not-yet-valid': 'sts-webpki-invalid',
  'certificate-host-mismatch': 'sts-webpki-invalid',
  redirect: 'sts-policy-fetch-error',
  'http-status': 'sts-policy-fetch-error',
  'too-long': 'sts-policy-invalid',
  malformed: 'sts-policy-fetch-error',
  'out-of-time': null,
};

function assessFailure(id: string, failure: Extract<MtaStsFetch, { outcome: 'failed' }>): MtaStsState {
  const { because, detail, statusCode } = failure;
  const part = because === 'http-status' ? `${statusCode ?? ''} ${detail}`.trim() : detail;
  const lasting = LASTING[because];
  // The server's own word that another time may be better: 429 of RFC 6585 section 4, 5xx of RFC 9110 section 15.6.
  const passing =
    because === 'http-status' && statusCode !== null && (statusCode === 429 || statusCode >= 500);
  if (lasting === null || passing) {
    const resultType = because === 'address-bogus' ? 'dnssec-invalid' : 'sts-policy-fetch-error';
    return { status: 'unavailable', id, resultType, because, part };
  }
  return { status: 'invalid', id, resultType: lasting, because, line: null, part };
}

/** As the report has it. */
export type HostMtaSts = 'none' | 'pass' | 'no-match' | 'certificate-invalid' | 'no-starttls' | 'not-tested';

/** One address as MTA-STS sees it. */
export interface MtaStsAddress {
  readonly outcome: AddressOutcome;
  /** Faults of the certificate for the MX host's name; null where none was seen for that name. */
  readonly certificateFaults: readonly CertificateFault[] | null;
}

/** RFC 8461 section 4.2: what makes a certificate unfit. Small keys and weak signatures are graded elsewhere. */
const UNFIT: ReadonlySet<CertificateFault> = new Set<CertificateFault>([
  'certificate-host-mismatch',
  'certificate-expired',
  'certificate-not-trusted',
  'certificate-not-yet-valid',
  'self-signed',
  'chain-incomplete',
  'common-name-only',
]);

/** States whether a sender that verifies certificates turns one with this fault down. */
export const isUnfit = (fault: CertificateFault): boolean => UNFIT.has(fault);

/**
 * Judges one MX host by a policy.
 * @param host A-label, no trailing dot
 * @param addresses of the host; the worst of those tested counts, as a sender may meet any of them
 */
export function assessHostMtaSts(
  state: MtaStsState,
  host: string,
  addresses: readonly MtaStsAddress[],
): HostMtaSts {
  if (state.status !== 'valid' || state.mode === 'none') return 'none';
  if (!isNamedByMtaStsPolicy(host, state.mx)) return 'no-match';
  const seen = addresses.map((address) => assessAddress(address));
  return (
    (['no-starttls', 'certificate-invalid', 'pass'] as const).find((status) => seen.includes(status)) ??
    'not-tested'
  );
}

function assessAddress({ outcome, certificateFaults }: MtaStsAddress): HostMtaSts {
  if (outcome === 'not-offered' || outcome === 'starttls-failed') return 'no-starttls';
  if (outcome !== 'encrypted' || certificateFaults === null) return 'not-tested';
  return certificateFaults.some(isUnfit) ? 'certificate-invalid' : 'pass';
}
