/**
 * What a given sender would do with mail to a domain: it walks the MX hosts by preference (RFC 5321
 * section 5.1), passes over those that a policy it honours forbids, and delivers to the first that will do. Any
 * host it does not pass over may be the one that takes the mail on a bad day, or the only one that an attacker
 * leaves, so the weakest of them is the answer.
 */
import type { SenderName } from '../environment.ts';
import type { AddressOutcome, CertificateFault } from './assessment.ts';
import type { AddressDane, HostDane } from './dane.ts';
import type { MtaStsState } from './mta-sts.ts';
import { assessHostMtaSts, isUnfit } from './mta-sts.ts';
import type { SenderBehaviour } from './senders-table.ts';
import { SENDERS_TABLE } from './senders-table.ts';

export type SenderOutcomeCode =
  /** Encrypted, to a server known to be the right one, or not sent. */
  | 'authenticated'
  /** Encrypted as things are; the server could be an impostor, and some senders could be talked out of it. */
  | 'encrypted'
  /** At least one server that may take the mail would get it in clear. */
  | 'plaintext-possible'
  /** No server will do; the mail is deferred or bounces. */
  | 'refused'
  | 'unknown';

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
  | 'no-host';

type StepOutcome = 'authenticated' | 'encrypted' | 'plaintext' | 'skipped' | 'unknown';

interface AddressStep {
  readonly outcome: StepOutcome;
  readonly because: SenderBecause;
  /** Of an unknown step: the sender delivers there no worse than so, or not at all. */
  readonly atLeast: 'authenticated' | 'encrypted' | null;
}

/** What the sender does at one host. */
export interface SenderStep extends AddressStep {
  readonly host: string;
  readonly preference: number;
}

export interface SenderJudgement {
  readonly sender: SenderName;
  readonly outcome: SenderOutcomeCode;
  /** What decided, and at which host; null when there is none. */
  readonly because: SenderBecause;
  readonly host: string | null;
  /** Every host in the order of the walk. */
  readonly walk: readonly SenderStep[];
}

/** One address of an MX host as senders meet it. */
export interface SenderAddress {
  readonly outcome: AddressOutcome;
  /** Node's name of the TLS version that was negotiated; null where none was. */
  readonly version: string | null;
  /** Faults of the certificate for the MX host's name; null where none was seen for that name. */
  readonly certificateFaults: readonly CertificateFault[] | null;
  /** What the host's TLSA records make of it. */
  readonly dane: AddressDane;
}

export interface SenderHost {
  readonly host: string;
  readonly preference: number;
  /** True when it surely has no public address: nobody can deliver there. */
  readonly leadsNowhere: boolean;
  readonly addresses: readonly SenderAddress[];
  readonly dane: Pick<HostDane, 'status' | 'published'>;
}

/**
 * States what every sender of the table would do.
 * @param hosts in any order
 */
export function assessSenders(hosts: readonly SenderHost[], mtaSts: MtaStsState): readonly SenderJudgement[] {
  return SENDERS_TABLE.map((behaviour) => assessSender(behaviour, hosts, mtaSts));
}

/** States what one sender would do. */
export function assessSender(
  behaviour: SenderBehaviour,
  hosts: readonly SenderHost[],
  mtaSts: MtaStsState,
): SenderJudgement {
  const walk = hosts
    .toSorted((a, b) => a.preference - b.preference)
    .map((host) => ({ host: host.host, preference: host.preference, ...atHost(behaviour, host, mtaSts) }));
  const { step, outcome } = decide(walk);
  const because = step?.because ?? 'no-host';
  return { sender: behaviour.sender, outcome, because, host: step?.host ?? null, walk };
}

function decide(walk: readonly SenderStep[]): {
  readonly step: SenderStep | undefined;
  readonly outcome: SenderOutcomeCode;
} {
  const usable = walk.filter(({ outcome }) => outcome !== 'skipped');
  const [first] = usable;
  if (first === undefined) return { step: walk[0], outcome: walk.length === 0 ? 'unknown' : 'refused' };
  const plain = usable.find(({ outcome }) => outcome === 'plaintext');
  if (plain !== undefined) return { step: plain, outcome: 'plaintext-possible' };
  // A failed lookup could hide that the sender goes on in clear at that host, however late it comes.
  const hidden = usable.find(({ because, atLeast }) => because.endsWith('-unavailable') && atLeast === null);
  if (hidden !== undefined) return { step: hidden, outcome: 'unknown' };
  const known = usable.filter(({ outcome }) => outcome !== 'unknown');
  const openFirst = usable.find(
    ({ outcome, atLeast, preference }) =>
      outcome === 'unknown' && atLeast === null && preference === first.preference,
  );
  if (openFirst !== undefined || known.length === 0) return { step: openFirst ?? first, outcome: 'unknown' };
  const weak = usable.find(({ outcome, atLeast }) => outcome === 'encrypted' || atLeast === 'encrypted');
  if (weak !== undefined)
    return { step: weak.outcome === 'encrypted' ? weak : known[0], outcome: 'encrypted' };
  const open = usable.find(({ outcome, atLeast }) => outcome === 'unknown' && atLeast === null);
  return open === undefined
    ? { step: known[0], outcome: 'authenticated' }
    : { step: open, outcome: 'unknown' };
}

/** The worst that the sender accepts among the addresses that were tested. */
const WORST_FIRST: readonly StepOutcome[] = ['plaintext', 'encrypted', 'authenticated', 'skipped'];

function atHost(behaviour: SenderBehaviour, host: SenderHost, mtaSts: MtaStsState): AddressStep {
  if (host.leadsNowhere) return skipped('leads-nowhere');
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
