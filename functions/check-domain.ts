/**
 * The check, in order. Mail for a domain goes to its MX hosts (RFC 5321 section 5.1); each host has
 * addresses; each address is asked, over SMTP, whether it speaks TLS (RFC 3207). What was seen comes back as
 * evidence; `assessment/` says what it means, `presenters/` says it in words.
 *
 * Everything it needs is passed in: it reads no clock, opens no socket and knows no setting by itself.
 */
import type { DomainEvidence, HostEvidence, Observer } from './assessment/domain-evidence.ts';
import type { Resolver } from './dns/answer.ts';
import type { HostAddress, HostAddresses } from './dns/host-addresses.ts';
import { lookUpHostAddresses } from './dns/host-addresses.ts';
import type { MailExchanger } from './dns/mail-exchangers.ts';
import { lookUpMailExchangers } from './dns/mail-exchangers.ts';
import { raisesDoubt } from './assessment/egress-state.ts';
import { wantsHostNameLook } from './assessment/host-name-look.ts';
import { wantsSecondLook } from './assessment/second-look.ts';
import { serverNameDependsOnTlsa, tlsServerName } from './policy/dane/tlsa-base-domain.ts';
import { lookUpDomainPolicy, lookUpHostPolicy } from './policy/policy-look-up.ts';
import type { PolicyTools } from './policy/policy-look-up.ts';
import type { EgressEvidence } from './probe/egress-evidence.ts';
import { probeChoice } from './probe/probe-choice.ts';
import type { ProbeRequest, Prober, ProbeResult } from './probe/prober.ts';

/** What a check is made with. */
export interface CheckTools {
  readonly resolver: Resolver;
  readonly prober: Prober;
  /** Asks the canaries, or remembers what they said a moment ago. */
  readonly egress: (signal: AbortSignal) => Promise<EgressEvidence>;
  readonly now: () => Date;
  readonly observer: Observer;
  readonly smtpPort: number;
  /** How an MTA-STS policy is fetched: port, time, which addresses, whose certificates. */
  readonly policyFetch: Omit<PolicyTools, 'resolver' | 'now' | 'smtpPort'>;
  readonly addressesPerDomain: number;
  /** Told of each step as it ends, for people who wait. */
  readonly progress: (step: CheckStep) => void;
}

export type CheckStep =
  | { readonly step: 'mail-exchangers'; readonly hosts: number }
  | { readonly step: 'addresses'; readonly addresses: number }
  | { readonly step: 'probe'; readonly host: string; readonly ip: string };

/**
 * Observes a domain: where its mail goes and what every server there does when asked for TLS.
 * @param domain A-label, lower case, no trailing dot
 * @param signal the check's deadline; what was seen until then is returned
 * @returns evidence, always: failures to look are in it as what they are
 */
export async function checkDomain(
  domain: string,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<DomainEvidence> {
  const started = tools.now();
  const { resolver, now, smtpPort } = tools;
  const policyTools: PolicyTools = { ...tools.policyFetch, resolver, now, smtpPort };
  const domainPolicy = lookUpDomainPolicy(domain, policyTools, signal);
  const mx = await lookUpMailExchangers(domain, tools.resolver, signal);
  tools.progress({ step: 'mail-exchangers', hosts: mx.exchangers.length });

  const found = mx.exchangers.map((exchanger) => {
    const addresses = lookUpExchanger(exchanger, resolver, signal);
    const tlsa = lookUpHostPolicy({ host: exchanger.host, addresses }, policyTools, signal);
    return { exchanger, addresses, tlsa };
  });
  const known = await Promise.all(found.map(({ addresses }) => addresses));
  // No packet goes to an address that is not public, so it takes nobody's place.
  const takesPlace = (address: HostAddress): boolean => address.public || tools.policyFetch.allowPrivate;
  const all = known.map((addresses) => addresses?.addresses ?? []);
  const placed = probeChoice(
    all.map((addresses) => addresses.filter(takesPlace)),
    tools.addressesPerDomain,
  );
  const chosen = new Set(all.flat().filter((address) => placed.has(address) || !takesPlace(address)));
  tools.progress({ step: 'addresses', addresses: chosen.size });

  const doubt = egressDoubt(tools, signal);
  const hosts = await Promise.all(
    found.map(async ({ exchanger, tlsa }, index): Promise<HostEvidence> => {
      const addresses = known[index] ?? null;
      // RFC 7672 section 8.1: SNI is the TLSA base domain, which differs from the MX host only for an alias.
      const serverName = serverNameDependsOnTlsa(addresses) ? tlsServerName(await tlsa) : exchanger.host;
      const probes = await Promise.all(
        (addresses?.addresses ?? []).map((address) => {
          const what = {
            ip: address.ip,
            port: smtpPort,
            serverName,
            host: exchanger.host,
            look: 'first',
          } as const;
          return chosen.has(address)
            ? probeAddress(what, tools, signal, doubt.consider)
            : Promise.resolve(beyondLimit(what));
        }),
      );
      const hostNameLook = await Promise.all(
        probes
          .filter((probe) => wantsHostNameLook(exchanger.host, probe))
          .map((probe) => {
            const { ip } = probe.attempt === 'made' ? probe.evidence : probe;
            const { host } = exchanger;
            const what = { ip, port: smtpPort, serverName: host, host, look: 'host-name' } as const;
            return probeAddress(what, tools, signal, () => {});
          }),
      );
      return { exchanger, addresses, probes, secondLook: [], hostNameLook };
    }),
  );
  const tlsa = await Promise.all(found.map((host) => host.tlsa));
  const policy = { ...(await domainPolicy), tlsa };

  return {
    schema: 'mailtls.evidence/1',
    domain,
    observedAt: started.toISOString(),
    tookMs: tools.now().getTime() - started.getTime(),
    mx,
    hosts,
    policy,
    egress: await doubt.settled(),
    observer: observerOf(tools.observer, hosts),
  };
}

/**
 * Looks once more at the addresses whose first look could have met a bad moment (a refusal, no STARTTLS).
 * The caller has let at least a minute pass.
 * @returns the same evidence with `secondLook` filled in for those addresses
 */
export async function lookAgain(
  evidence: DomainEvidence,
  tools: CheckTools,
  signal: AbortSignal,
): Promise<DomainEvidence> {
  const hosts = await Promise.all(
    evidence.hosts.map(async (host): Promise<HostEvidence> => {
      const unsettled = host.probes.filter(wantsSecondLook);
      const secondLook = await Promise.all(
        unsettled.map(async (probe) => {
          const { ip, port, serverName } = probe.attempt === 'made' ? probe.evidence : probe;
          return probeAddress(
            { ip, port, serverName, host: host.exchanger.host, look: 'second' },
            tools,
            signal,
            () => {},
          );
        }),
      );
      return { ...host, secondLook };
    }),
  );
  return { ...evidence, hosts };
}

async function lookUpExchanger(
  exchanger: MailExchanger,
  resolver: Resolver,
  signal: AbortSignal,
): Promise<HostAddresses | null> {
  const names = exchanger.fault === null || exchanger.fault === 'alias';
  return names ? lookUpHostAddresses(exchanger.host, resolver, signal) : null;
}

async function probeAddress(
  what: ProbeRequest,
  tools: CheckTools,
  signal: AbortSignal,
  consider: (result: ProbeResult) => void,
): Promise<ProbeResult> {
  const result = await tools.prober.probe(what, signal);
  consider(result);
  tools.progress({ step: 'probe', host: what.host, ip: what.ip });
  return result;
}

function beyondLimit({ ip, port, serverName }: ProbeRequest): ProbeResult {
  return { attempt: 'not-made', ip, port, serverName, because: 'address-limit', detail: '' };
}

/** Asks the canaries as soon as the first result could be our own side's doing, and only then. */
function egressDoubt(tools: CheckTools, signal: AbortSignal) {
  let asked: Promise<EgressEvidence> | null = null;
  return {
    consider: (result: ProbeResult): void => {
      if (raisesDoubt(result)) asked ??= tools.egress(signal);
    },
    settled: async (): Promise<EgressEvidence | null> => asked,
  };
}

function observerOf(observer: Observer, hosts: readonly HostEvidence[]): Observer {
  const connections = hosts.flatMap(({ probes }) =>
    probes.flatMap((probe) => (probe.attempt === 'made' ? probe.evidence.connections : [])),
  );
  return {
    ...observer,
    sourceIp: connections.find(({ localAddress }) => localAddress !== null)?.localAddress ?? null,
  };
}
