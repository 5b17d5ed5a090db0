/**
 * The findings of addresses and hosts, told as widely as they hold: what is true of every server of the domain is
 * said of the domain, what is true of every address of a host is said of the host, and only the rest is said
 * address by address.
 */
import type { AddressAssessment, HostAssessment } from './assessment.ts';
import type { Finding } from './finding-codes.ts';
import { finding } from './finding-order.ts';
import { isLive, isLiveAddress } from './mx-host.ts';
import { tellsOfTls } from './session-outcome.ts';

/**
 * Gathers what is to be said of the servers.
 * @param domain A-label, the subject of what holds everywhere
 */
export function serverFindings(domain: string, hosts: readonly HostAssessment[]): readonly Finding[] {
  const live = hosts.filter(isLive).map(hostMember);
  const dead = hosts.filter((host) => !isLive(host)).flatMap((host) => hostMember(host).findings);
  if (live.length < 2) return [...live.flatMap(({ findings }) => findings), ...dead];
  return [...widen(live, { from: 'host', scope: 'domain', subject: domain }), ...dead];
}

/** A part of a whole: an address of a host, a host of the domain. */
interface Member {
  /** Whether its TLS was seen. What is said of TLS need hold only where it was. */
  readonly tells: boolean;
  readonly findings: readonly Finding[];
}

function hostMember(host: HostAssessment): Member {
  const live = host.addresses.filter(isLiveAddress).map(addressMember);
  const notPublic = host.addresses.filter((address) => !isLiveAddress(address));
  return {
    tells: live.some(({ tells }) => tells),
    findings: [
      ...host.findings,
      ...widen(live, { from: 'address', scope: 'host', subject: host.host }),
      ...notPublic.map(({ because }) => because),
    ],
  };
}

/** That an address encrypts is counted and said once, for all of them. */
function addressMember({ outcome, because, findings }: AddressAssessment): Member {
  const own = because.code === 'encrypted' ? findings : [because, ...findings];
  return { tells: tellsOfTls(outcome), findings: own };
}

interface Widening {
  /** Only findings of this scope are widened. */
  readonly from: Finding['scope'];
  readonly scope: Finding['scope'];
  readonly subject: string;
}

/** What all members say becomes one finding about the whole; the rest stays as it is. */
function widen(members: readonly Member[], { from, scope, subject }: Widening): readonly Finding[] {
  const said = new Map(members.map((member) => [member, new Set(member.findings.map(sameness))]));
  const ofTheWhole = new Map<string, Finding>();
  const ofMembers = members.flatMap((member) => {
    const peers = member.tells ? members.filter(({ tells }) => tells) : members;
    return member.findings.filter((one) => {
      const same = sameness(one);
      if (one.scope !== from || !peers.every((peer) => said.get(peer)?.has(same))) return true;
      ofTheWhole.set(same, finding(one, scope, subject));
      return false;
    });
  });
  return [...ofTheWhole.values(), ...ofMembers];
}

/** Equal for findings that say the same, of whatever they say it. */
function sameness({ code, facts, scope }: Finding): string {
  return JSON.stringify([code, facts, scope]);
}
