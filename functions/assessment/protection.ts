/**
 * What a domain's policies do to the answer. STARTTLS alone can be removed by anyone on the way, and a sender
 * that encrypts opportunistically takes an impostor's certificate for the server's (RFC 7435 section 4); DANE
 * and MTA-STS stop both, for senders that check. The same policies, when they and the servers no longer agree,
 * make those senders refuse the servers: mail is lost, which is said apart from the answer.
 */
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { AnswerCode, DomainAssessment } from './assessment.ts';
import type { HostDane } from './dane.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';

/** One MX host under the domain's policies. */
export interface ProtectedHost {
  readonly host: string;
  /** True when it surely has no public address: nobody can deliver there. */
  readonly leadsNowhere: boolean;
  /** True when it leads nowhere and no forged address can change that: nobody poses as it, and it needs no DANE. */
  readonly outOfReach: boolean;
  /** True when at least one of its addresses was tested. */
  readonly tested: boolean;
  readonly dane: Pick<HostDane, 'status' | 'published' | 'addresses'>;
  readonly mtaSts: HostMtaSts;
}

export interface ProtectionQuestion {
  /** The answer without any policy. */
  readonly answer: AnswerCode;
  readonly hosts: readonly ProtectedHost[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
}

export type Protection = Pick<
  DomainAssessment,
  'answer' | 'strippable' | 'protectedBy' | 'delivery' | 'reported'
> & {
  /**
   * True where senders that check DANE encrypt at every server or do not send, and still take anyone for the
   * server: records that cannot be used oblige to the one and not to the other (RFC 7672 section 2.2).
   */
  readonly encryptionOnly: boolean;
  /** What policy lets one expect where nothing could be tested; else null. */
  readonly expected: { readonly answer: AnswerCode; readonly basis: 'policy' } | null;
};

/** States the answer with the policies taken into account. */
export function assessProtection(question: ProtectionQuestion): Protection {
  const { answer, hosts, mtaSts, tlsReporting } = question;
  const inReach = hosts.filter(({ outOfReach }) => !outOfReach);
  const reported = REPORTED[tlsReporting.status];
  if (answer === 'no-mail' || answer === 'undeliverable') {
    return {
      answer,
      strippable: 'not-applicable',
      protectedBy: [],
      delivery: 'ok',
      reported,
      encryptionOnly: false,
      expected: null,
    };
  }
  const protectedBy: readonly ('dane' | 'mta-sts')[] = [
    ...(inReach.length > 0 && inReach.every(isBoundByDane) ? (['dane'] as const) : []),
    ...(isEnforced(mtaSts) ? (['mta-sts'] as const) : []),
  ];
  const encryptionOnly =
    protectedBy.length === 0 &&
    inReach.some(({ dane }) => dane.status === 'unusable') &&
    inReach.every((host) => host.dane.status === 'unusable' || isBoundByDane(host));
  return {
    answer: isEnforcedEverywhere(answer, inReach, mtaSts) ? 'enforced' : answer,
    strippable: protectedBy.length > 0 ? 'unless-sender-checks' : isOpen(inReach, mtaSts) ? 'unknown' : 'yes',
    protectedBy,
    delivery: assessDelivery(hosts, mtaSts),
    reported,
    encryptionOnly,
    expected:
      answer === 'untested' && mayBeEnforced(inReach, mtaSts)
        ? { answer: 'enforced', basis: 'policy' }
        : null,
  };
}

const REPORTED = { valid: 'yes', none: 'no', invalid: 'no', unavailable: 'unknown' } as const;

/**
 * RFC 7672 section 2.2: a sender that checks delivers to this host authenticated, or not at all. Records that
 * cannot be used only oblige it to encrypt, which keeps no impostor out.
 */
const isBoundByDane = ({ dane: { status } }: ProtectedHost): boolean =>
  status === 'match' || status === 'mismatch' || status === 'partial' || status === 'not-tested';

/** RFC 8461 section 5: hosts that do not pass are passed over, which costs delivery and no protection. */
const isEnforced = (mtaSts: MtaStsState): boolean => mtaSts.status === 'valid' && mtaSts.mode === 'enforce';

function isEnforcedEverywhere(
  answer: AnswerCode,
  hosts: readonly ProtectedHost[],
  mtaSts: MtaStsState,
): boolean {
  if (answer !== 'opportunistic' || hosts.length === 0 || !hosts.every(({ tested }) => tested)) return false;
  const byDane = hosts.every(({ dane }) => dane.status === 'match');
  return byDane || (isEnforced(mtaSts) && hosts.every((host) => host.mtaSts === 'pass'));
}

function mayBeEnforced(hosts: readonly ProtectedHost[], mtaSts: MtaStsState): boolean {
  if (hosts.length === 0) return false;
  const byDane = hosts.every(({ dane }) => dane.status === 'not-tested');
  return byDane || (isEnforced(mtaSts) && hosts.every((host) => host.mtaSts === 'not-tested'));
}

/** True when a lookup or fetch that failed could have shown a policy that protects. */
function isOpen(hosts: readonly ProtectedHost[], mtaSts: MtaStsState): boolean {
  // Without a known server nothing is known of DANE.
  if (mtaSts.status === 'unavailable' || hosts.length === 0) return true;
  const open = hosts.filter(({ dane: { status } }) => status === 'unavailable' || status === 'bogus');
  return open.length > 0 && hosts.every((host) => isBoundByDane(host) || open.includes(host));
}

/** What one policy does to delivery at one host; `hampered`: some senders, or some addresses. */
type Effect = 'none' | 'passes' | 'hampered' | 'refused' | 'open';

function assessDelivery(hosts: readonly ProtectedHost[], mtaSts: MtaStsState): DomainAssessment['delivery'] {
  if (hosts.length === 0) return 'unknown';
  const reachable = hosts.filter(({ leadsNowhere }) => !leadsNowhere);
  const effects = [reachable.map(daneEffect), reachable.map((host) => mtaStsEffect(host, mtaSts))];
  const some = (effect: Effect): boolean => effects.some((list) => list.includes(effect));
  if (effects.some((list) => list.length > 0 && list.every((effect) => effect === 'refused')))
    return 'failing';
  if (some('refused') || some('hampered')) return 'degraded';
  return some('open') ? 'unknown' : 'ok';
}

function daneEffect({ dane: { status, published, addresses } }: ProtectedHost): Effect {
  // Under unsigned MX records most senders pass over TLSA records; some hold the host to them all the same.
  if (status === 'insecure') {
    if (published === 'unavailable') return 'open';
    return published === 'bogus' || addresses.some((one) => one.status === 'mismatch') ? 'hampered' : 'none';
  }
  if (status === 'mismatch' || status === 'bogus') return 'refused';
  if (status === 'unavailable' || status === 'not-tested') return 'open';
  // RFC 7672 section 2.2: records that cannot be used still oblige senders to encrypt.
  const inClear = status === 'unusable' ? addresses.filter(({ because }) => because !== null).length : 0;
  if (inClear > 0 && inClear === addresses.length) return 'refused';
  if (status === 'partial' || inClear > 0) return 'hampered';
  return status === 'match' ? 'passes' : 'none';
}

function mtaStsEffect({ mtaSts: status }: ProtectedHost, mtaSts: MtaStsState): Effect {
  if (mtaSts.status === 'unavailable') return 'open';
  if (!isEnforced(mtaSts)) return 'none';
  if (status === 'pass') return 'passes';
  return status === 'not-tested' ? 'open' : 'refused';
}
