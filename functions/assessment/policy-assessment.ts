/**
 * All that a domain's policies say about it, from what was seen: the one call by which `domain.ts` takes policies
 * into its answer. Host by host DANE and MTA-STS, then the domain's protection and delivery, then what each
 * kind of sender would do.
 */
import type { PolicyEvidence } from '../policy/policy-evidence.ts';
import type { TlsReporting } from '../policy/tls-reporting.ts';
import { readTlsReporting } from '../policy/tls-reporting.ts';
import type { AddressAssessment, AnswerCode, HostAssessment } from './assessment.ts';
import type { DaneAddress, DomainDaneStatus, HostDane } from './dane.ts';
import { assessDomainDane, assessHostDane } from './dane.ts';
import type { DomainEvidence, HostEvidence } from './domain-evidence.ts';
import { faultsUnderHostName, lastTls } from './host-name-look.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';
import { assessHostMtaSts, assessMtaSts } from './mta-sts.ts';
import type { PolicyFindings } from './policy-judgement.ts';
import { policyFindings } from './policy-findings.ts';
import type { Protection } from './protection.ts';
import { assessProtection } from './protection.ts';
import { assessRequireTls } from './require-tls.ts';
import type { SenderJudgement } from './senders.ts';
import { assessSenders } from './senders.ts';

export interface HostPolicies {
  readonly host: string;
  readonly dane: HostDane;
  readonly mtaSts: HostMtaSts;
}

export interface PolicyAssessment extends PolicyFindings {
  /** The answer and all that goes with it, policies taken into account. */
  readonly protection: Protection;
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  readonly dane: DomainDaneStatus;
  /** In the order of the exchangers. */
  readonly hosts: readonly HostPolicies[];
  readonly senders: readonly SenderJudgement[];
}

/**
 * Judges a domain's policies.
 * @param evidence what was seen of its servers
 * @param policy what was seen of its policies
 * @param mailServers the judgement on its servers, one for each of `evidence.hosts`, in that order
 * @param answer the answer without any policy
 */
export function assessPolicies(
  evidence: Pick<DomainEvidence, 'domain' | 'mx' | 'hosts'>,
  policy: PolicyEvidence,
  mailServers: readonly HostAssessment[],
  answer: AnswerCode,
): PolicyAssessment {
  const { domain, mx } = evidence;
  const mtaSts = assessMtaSts(policy.mtaSts);
  const tlsReporting = readTlsReporting(policy.tlsReporting);
  const hosts = mailServers.map((server, index) => {
    const seen = evidence.hosts[index];
    const tlsa = policy.tlsa[index] ?? NOT_LOOKED_UP(server.host);
    const dane = assessHostDane(
      domain,
      mx,
      tlsa,
      server.addresses.map((address) => daneAddress(address, seen)),
    );
    const addresses = server.addresses.map((address, position) => ({
      outcome: address.outcome,
      version: address.tls?.version ?? null,
      certificateFaults:
        address.outcome === 'encrypted' ? faultsUnderHostName(address.ip, server.host, seen) : null,
      dane: dane.addresses[position]?.status ?? 'not-tested',
      requireTls: address.requireTls,
    }));
    return {
      host: server.host,
      preference: server.preference,
      leadsNowhere: leadsNowhere(server),
      outOfReach: isOutOfReach(seen),
      tested: server.addresses.some(({ outcome }) => TESTED.has(outcome)),
      addresses,
      dane,
      mtaSts: assessHostMtaSts(mtaSts, server.host, addresses),
    };
  });
  const protection = assessProtection({ answer, hosts, mtaSts, tlsReporting });
  const requireTls = assessRequireTls(mx, hosts, mtaSts);
  const senders = assessSenders(mx.source === 'unavailable' ? null : hosts, mtaSts);
  return {
    protection,
    mtaSts,
    tlsReporting,
    dane: assessDomainDane(
      mx,
      hosts.filter(({ outOfReach }) => !outOfReach).map(({ dane }) => dane),
    ),
    hosts: hosts.map(({ host, dane, mtaSts: status }) => ({ host, dane, mtaSts: status })),
    senders,
    ...policyFindings({ domain, hosts, mtaSts, tlsReporting, protection, requireTls, senders }),
  };
}

const NOT_LOOKED_UP = (host: string): PolicyEvidence['tlsa'][number] => ({
  host,
  notAsked: 'address-unavailable',
  initialAlias: null,
  lookUps: [],
});

const TESTED: ReadonlySet<string> = new Set(['encrypted', 'not-offered', 'starttls-failed']);

/** Surely without a public address, or not a name that an address could be looked up for. */
function leadsNowhere({ fault, dns: { status }, addresses }: HostAssessment): boolean {
  if (fault !== null && fault !== 'alias') return true;
  if (status === 'no-data' || status === 'name-error' || status === 'not-public') return true;
  return addresses.length > 0 && addresses.every(({ outcome }) => outcome === 'not-public');
}

/**
 * States whether nobody can lead mail to a machine of his own under a host's name: signed answers say that it has no
 * address, or it is no name that DNS is asked for: `.` (RFC 7505 section 3), and `localhost` (RFC 6761 section 6.3).
 */
function isOutOfReach(seen: HostEvidence | undefined): boolean {
  const fault = seen?.exchanger.fault;
  if (fault === 'null-mx-among-others' || fault === 'localhost') return true;
  const answers = [seen?.addresses?.a, seen?.addresses?.aaaa];
  return answers.every(
    (answer) =>
      (answer?.outcome === 'no-data' || answer?.outcome === 'name-error') &&
      answer.securityStatus === 'secure',
  );
}

function daneAddress(
  { ip, outcome, observedAt }: AddressAssessment,
  seen: HostEvidence | undefined,
): DaneAddress {
  const chain = lastTls(ip, seen)?.chain.map(({ derBase64 }) => derBase64) ?? [];
  return { ip, outcome, observedAt, chain };
}
