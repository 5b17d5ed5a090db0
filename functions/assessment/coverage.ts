/**
 * How much of what mail could go to was tested. Hosts that surely lead nowhere and addresses that are not public
 * take no mail and are not counted; hosts that could not be looked up may, and are.
 */
import { isIPv6 } from 'node:net';
import { isFailure } from '../dns/answer.ts';
import type { AddressAssessment, Coverage, HostAssessment, Share } from './assessment.ts';
import type { DomainEvidence } from './domain-evidence.ts';
import { isLive, isLiveAddress } from './mx-host.ts';
import { tellsOfTls } from './session-outcome.ts';

/** The addresses that mail could go to, hosts in preference order. */
export function liveAddresses(hosts: readonly HostAssessment[]): readonly AddressAssessment[] {
  return hosts.filter(isLive).flatMap(({ addresses }) => addresses.filter(isLiveAddress));
}

/** States whether it is known if a sender could encrypt to an address. */
export function isTested({ outcome }: AddressAssessment): boolean {
  return tellsOfTls(outcome);
}

export function coverageOf(hosts: readonly HostAssessment[]): Coverage {
  const addresses = liveAddresses(hosts);
  return {
    hosts: share(hosts.filter(isLive), (host) => host.addresses.some(isTested)),
    ipv4: share(
      addresses.filter(({ ip }) => !isIPv6(ip)),
      isTested,
    ),
    ipv6: share(
      addresses.filter(({ ip }) => isIPv6(ip)),
      isTested,
    ),
  };
}

/** States whether every server that mail could go to was tested, and none can have been missed. */
export function isComplete({ hosts }: DomainEvidence, { hosts: tested, ipv4, ipv6 }: Coverage): boolean {
  if ([tested, ipv4, ipv6].some((part) => part.tested < part.total)) return false;
  return hosts.every(
    ({ addresses }) => addresses === null || !(isFailure(addresses.a) || isFailure(addresses.aaaa)),
  );
}

function share<Thing>(things: readonly Thing[], isCounted: (thing: Thing) => boolean): Share {
  return { tested: things.filter(isCounted).length, total: things.length };
}
