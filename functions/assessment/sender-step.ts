/**
 * What one sender does at one MX host. Policies that it honours come first, and what it is configured to do where
 * none speaks comes last: DANE decides before MTA-STS, which must not make a failure of DANE good (RFC 8461
 * section 2). A host of several addresses is no better than the worst that the sender would take.
 */
import type { CertificateFault } from './assessment.ts';
import type { MtaStsState } from './mta-sts.ts';
import { assessHostMtaSts, isUnfit } from './mta-sts.ts';
import type { SenderAddress, SenderHost } from './sender-host.ts';
import type { SenderBehaviour } from './senders-table.ts';

export type SenderBecause =
  | 'dane-match'
  | 'dane-mismatch'
  | 'dane-unusable'
  | 'dane-insecure-mx'
  | 'dane-bogus'
  | 'dane-unavailable'
  | 'mta-sts-pass'
  | 'mta-sts-no-match'
  | 'mta-sts-certificate-invalid'
  | 'mta-sts-no-starttls'
  | 'mta-sts-unavailable'
  /** DANE accepts the server and MTA-STS does not. RFC 8461 section 2 settles only the opposite case. */
  | 'policies-disagree'
  | 'certificate-valid'
  | 'certificate-trusted'
  | 'certificate-invalid'
  | 'opportunistic-tls'
  | 'mandatory-tls'
  | 'starttls-not-offered'
  | 'tls-fails'
  /** It speaks only TLS that this sender does not. */
  | 'tls-too-old'
  | 'leads-nowhere'
  | 'not-tested'
  /** The lookup of the mail servers failed: which there are is not known. */
  | 'mx-unavailable'
  /** No document says what the sender makes of the domain's policies, and it would matter. */
  | 'behaviour-unknown'
  | 'no-host';

export type StepOutcome = 'authenticated' | 'encrypted' | 'plaintext' | 'skipped' | 'unknown';

export interface AddressStep {
  readonly outcome: StepOutcome;
  readonly because: SenderBecause;
  /**
   * Of an unknown step, and of one at a host that leads nowhere, had it an address: the sender delivers there no worse
   * than so, or not at all.
   */
  readonly atLeast: 'authenticated' | 'encrypted' | null;
}

/** The worst that the sender accepts among the addresses that were tested. */
const WORST_FIRST: readonly StepOutcome[] = ['plaintext', 'encrypted', 'authenticated', 'skipped'];

/** States what a sender does at a host. */
export function atHost(behaviour: SenderBehaviour, host: SenderHost, mtaSts: MtaStsState): AddressStep {
  if (host.leadsNowhere) return atNoAddress(behaviour, host, mtaSts);
  const steps = host.addresses.map((address) => atAddress(behaviour, host, address, mtaSts));
  for (const worst of WORST_FIRST) {
    const step = steps.find(({ outcome }) => outcome === worst);
    if (step !== undefined && step.outcome !== 'unknown') {
      // An address that disagreeing policies or a failed lookup leave open is no better than the open question.
      const open = steps.find(({ outcome, because }) => outcome === 'unknown' && because !== 'not-tested');
      return open !== undefined && step.outcome !== 'plaintext' ? open : step;
    }
  }
  return steps[0] ?? atAddress(behaviour, host, UNTESTED, mtaSts);
}

/** Nobody delivers there; but an answer that is not signed can be forged into an address, and then somebody would. */
function atNoAddress(behaviour: SenderBehaviour, host: SenderHost, mtaSts: MtaStsState): AddressStep {
  const forged = atAddress(behaviour, host, UNTESTED, mtaSts);
  const isSafe = host.outOfReach || forged.outcome === 'skipped';
  return { ...skipped('leads-nowhere'), atLeast: isSafe ? 'authenticated' : forged.atLeast };
}

const UNTESTED: SenderAddress = {
  outcome: 'not-tested',
  version: null,
  certificateFaults: null,
  dane: 'not-tested',
};

const step =
  (outcome: Exclude<StepOutcome, 'unknown'>) =>
  (because: SenderBecause): AddressStep => ({ outcome, because, atLeast: null });
const authenticated = step('authenticated');
const encrypted = step('encrypted');
const plaintext = step('plaintext');
const skipped = step('skipped');
const unknown = (because: SenderBecause, atLeast: AddressStep['atLeast'] = null): AddressStep => ({
  outcome: 'unknown',
  because,
  atLeast,
});

function atAddress(
  behaviour: SenderBehaviour,
  host: SenderHost,
  address: SenderAddress,
  mtaSts: MtaStsState,
): AddressStep {
  const tls = tlsBetween(behaviour, address);
  const byDane = behaviour.dane === 'no' ? null : underDane(behaviour, host, address, tls);
  const byMtaSts = behaviour.mtaSts ? underMtaSts(host, address, tls, mtaSts) : null;
  if (byDane !== null && byDane.because !== 'dane-unusable') {
    if (byDane.outcome !== 'authenticated') return byDane;
    if (byMtaSts?.outcome === 'skipped') return unknown('policies-disagree', 'authenticated');
    return byMtaSts?.because === 'mta-sts-unavailable' ? unknown(byMtaSts.because, 'authenticated') : byDane;
  }
  return byMtaSts ?? byDane ?? asConfigured(behaviour, address, tls);
}

type TlsState = 'yes' | 'unknown' | 'starttls-not-offered' | 'tls-fails' | 'tls-too-old';

function tlsBetween({ oldestTls }: SenderBehaviour, { outcome, version }: SenderAddress): TlsState {
  if (outcome === 'not-offered') return 'starttls-not-offered';
  if (outcome === 'starttls-failed') return 'tls-fails';
  if (outcome !== 'encrypted') return 'unknown';
  return oldestTls === 'TLSv1.2' && (version === 'TLSv1' || version === 'TLSv1.1') ? 'tls-too-old' : 'yes';
}

/** RFC 7672 section 2.2: null when DANE asks nothing of the sender. */
function underDane(
  behaviour: SenderBehaviour,
  { dane }: SenderHost,
  address: SenderAddress,
  tls: TlsState,
): AddressStep | null {
  const insecureMx = dane.status === 'insecure';
  const status = insecureMx && behaviour.dane === 'even-insecure-mx' ? dane.published : dane.status;
  if (status === 'none' || status === 'insecure') return null;
  if (status === 'bogus') return skipped('dane-bogus');
  if (status === 'unavailable') return unknown('dane-unavailable');
  const best = insecureMx ? 'encrypted' : 'authenticated';
  // An address whose match was not looked at is as open as one that was not tested.
  if (tls === 'unknown' || address.dane === 'not-tested')
    return unknown('not-tested', address.dane === 'unusable' ? 'encrypted' : best);
  if (tls !== 'yes') return skipped(tls);
  if (address.dane === 'unusable') return encrypted('dane-unusable');
  if (address.dane !== 'match') return skipped('dane-mismatch');
  return insecureMx ? encrypted('dane-insecure-mx') : authenticated('dane-match');
}

/** RFC 8461 section 5: null when the policy asks nothing of the sender. */
function underMtaSts(
  { host }: SenderHost,
  address: SenderAddress,
  tls: TlsState,
  mtaSts: MtaStsState,
): AddressStep | null {
  if (mtaSts.status === 'unavailable') {
    // With a policy the sender authenticates or refuses; without, it does what it always does.
    return tls === 'starttls-not-offered' || tls === 'tls-fails' || tls === 'tls-too-old'
      ? null
      : unknown('mta-sts-unavailable');
  }
  if (mtaSts.status !== 'valid' || mtaSts.mode !== 'enforce') return null;
  if (tls === 'tls-too-old') return skipped(tls);
  const judged = assessHostMtaSts(mtaSts, host, [address]);
  if (judged === 'pass') return authenticated('mta-sts-pass');
  return judged === 'not-tested' || judged === 'none'
    ? unknown('not-tested', 'authenticated')
    : skipped(`mta-sts-${judged}`);
}

/** Where no policy speaks. */
function asConfigured(
  { withoutTls, certificate }: SenderBehaviour,
  { certificateFaults: faults }: SenderAddress,
  tls: TlsState,
): AddressStep {
  const mandatory = withoutTls === 'refuses';
  const atLeast = !mandatory ? null : certificate === 'trusted-and-named' ? 'authenticated' : 'encrypted';
  if (tls === 'unknown') return unknown('not-tested', atLeast);
  if (tls !== 'yes') return mandatory ? skipped(tls) : plaintext(tls);
  if (certificate === 'any') return encrypted(mandatory ? 'mandatory-tls' : 'opportunistic-tls');
  if (faults === null) return unknown('not-tested', atLeast);
  const named = certificate === 'trusted-and-named';
  const unfit = faults.some((fault) => isUnfit(fault) && (named || !NAME_FAULTS.has(fault)));
  if (unfit) return skipped('certificate-invalid');
  return named ? authenticated('certificate-valid') : encrypted('certificate-trusted');
}

const NAME_FAULTS: ReadonlySet<CertificateFault> = new Set<CertificateFault>([
  'certificate-host-mismatch',
  'common-name-only',
]);
