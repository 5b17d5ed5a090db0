/**
 * One MX host: where its name leads, who runs it, and its addresses. A host that surely leads nowhere takes no
 * mail and is left out of every count; one that could not be looked up may well take mail, and stays in.
 */
import { isFailure } from '../dns/answer.ts';
import type { FailedAnswer } from '../dns/answer.ts';
import type { HostAddresses } from '../dns/host-addresses.ts';
import type { ExchangeFault, MailExchangers } from '../dns/mail-exchangers.ts';
import { excerpt } from '../policy/excerpt.ts';
import type { EgressEvidence } from '../probe/egress-evidence.ts';
import type { AddressAssessment, HostAssessment } from './assessment.ts';
import type { HostEvidence } from './domain-evidence.ts';
import type { Finding, Observation } from './finding-codes.ts';
import { finding } from './finding-order.ts';
import { mailProvider } from './mail-providers.ts';
import { assessAddress } from './mx-address.ts';
import { disagreement } from './resolver-disagreement.ts';

/** What an exchange that cannot be looked up comes to. */
const UNUSABLE_EXCHANGES = {
  localhost: { code: 'exchange-localhost', status: 'not-public' },
  'address-literal': { code: 'exchange-address-literal', status: 'name-error' },
  'not-a-host-name': { code: 'exchange-not-a-host-name', status: 'name-error' },
  'null-mx-among-others': { code: 'null-mx-among-others', status: 'no-data' },
} as const satisfies Readonly<Record<Exclude<ExchangeFault, 'alias'>, unknown>>;

/**
 * Judges one host.
 * @param source whether the host stands in an MX record or is the domain itself
 * @param egress what our own side does; null: nobody had a doubt
 */
export function assessHost(
  evidence: HostEvidence,
  source: MailExchangers['source'],
  egress: EgressEvidence | null,
): HostAssessment {
  const { exchanger, addresses: found, probes, secondLook } = evidence;
  const { host, preference, fault } = exchanger;
  const addresses = probes.map((first) => {
    const second = secondLook.find((probe) => ipOf(probe) === ipOf(first)) ?? null;
    return assessAddress(host, first, second, egress);
  });
  const about = (observation: Observation): Finding => finding(observation, 'host', host === '' ? '.' : host);
  const common = { host, preference, provider: mailProvider(host)?.provider ?? null, addresses };

  if (found === null) {
    const { code, status } =
      UNUSABLE_EXCHANGES[fault === null || fault === 'alias' ? 'not-a-host-name' : fault];
    const dns = { status, securityStatus: 'indeterminate', ttlSeconds: 0, cname: [] } as const;
    return { ...common, fault, dns, findings: [about({ code, facts: {} })] };
  }

  const alias = source === 'mx' ? (found.cname.at(-1) ?? null) : null;
  const nowhere = addresses.length > 0 && !hasFailure(found) && addresses.every(isNotPublic);
  const observations: Observation[] = [
    ...lookupObservations(found),
    ...disagreement('address', [found.a, found.aaaa]),
    // RFC 5321 section 5.1 and RFC 2181 section 10.3: an exchange must not be an alias. Senders follow it all the same.
    ...(alias === null ? [] : [{ code: 'exchange-alias', facts: { target: alias } } as const]),
  ];
  return {
    ...common,
    fault: fault ?? (alias === null ? null : 'alias'),
    dns: {
      status: nowhere ? 'not-public' : found.status,
      securityStatus: found.securityStatus,
      ttlSeconds: found.ttlSeconds,
      cname: found.cname,
    },
    findings: observations.map(about),
  };
}

/** States whether mail could go to a host: everything but what surely leads nowhere. */
export function isLive({ dns }: HostAssessment): boolean {
  return dns.status === 'records' || dns.status === 'bogus' || dns.status === 'unavailable';
}

/** States whether mail could go to an address. */
export function isLiveAddress(address: AddressAssessment): boolean {
  return !isNotPublic(address);
}

function isNotPublic({ outcome }: AddressAssessment): boolean {
  return outcome === 'not-public';
}

function ipOf(probe: HostEvidence['probes'][number]): string {
  return probe.attempt === 'made' ? probe.evidence.ip : probe.ip;
}

function hasFailure({ a, aaaa }: HostAddresses): boolean {
  return isFailure(a) || isFailure(aaaa);
}

function lookupObservations({ status, a, aaaa }: HostAddresses): Observation[] {
  if (status === 'no-data') return [{ code: 'host-without-address', facts: {} }];
  if (status === 'name-error') return [{ code: 'host-name-error', facts: {} }];
  const failures = [
    { family: 4, answer: a },
    { family: 6, answer: aaaa },
  ] as const;
  if (status === 'records') {
    return failures.flatMap(({ family, answer }) =>
      isFailure(answer)
        ? [{ code: 'family-lookup-failed', facts: { family, outcome: answer.outcome, text: reason(answer) } }]
        : [],
    );
  }
  const answers = [a, aaaa].filter((answer) => isFailure(answer));
  return answers.slice(0, 1).map(lookupFailure);
}

/** Signatures that are wrong are the zone's fault; anything else says only that we could not look. */
function lookupFailure(answer: FailedAnswer): Observation {
  const { outcome } = answer;
  const text = reason(answer);
  return outcome === 'bogus'
    ? { code: 'dnssec-invalid', facts: { text } }
    : { code: 'host-lookup-failed', facts: { outcome, text } };
}

/** What the resolver says of its own failure (RFC 8914); empty when it says nothing. */
export function reason({ extendedErrors }: FailedAnswer): string {
  return excerpt(extendedErrors.map(({ text }) => text).join('; '));
}
