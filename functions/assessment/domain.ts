/**
 * The answer for a domain, from what was seen of its servers. Its rules are few and in a fixed order: where mail
 * goes nowhere there is nothing to encrypt; where nothing could be tested nothing is claimed; one server in clear
 * among others makes the answer partial, because a sender may meet it. A lookup or probe that failed can only make
 * an answer say less.
 */
import { isFailure } from '../dns/answer.ts';
import type { AddressAssessment, AnswerCode, DomainAssessment, HostAssessment } from './assessment.ts';
import { adviceFor } from './advice.ts';
import { coverageOf, isComplete, isTested, liveAddresses } from './coverage.ts';
import type { DomainEvidence } from './domain-evidence.ts';
import { canariesFor, egressState, isSilence } from './egress-state.ts';
import type { Finding, Observation } from './finding-codes.ts';
import { finding, inOrder } from './finding-order.ts';
import { mailProvider } from './mail-providers.ts';
import { encryptsToday } from './mx-address.ts';
import type { DomainJudgement } from './judgement.ts';
import { assessHost, isLive, reason } from './mx-host.ts';
import type { PolicyAssessment } from './policy-assessment.ts';
import { assessPolicies } from './policy-assessment.ts';
import { serverFindings } from './reasons.ts';
import { disagreement } from './resolver-disagreement.ts';

/** Judges a check. The same evidence gives the same judgement, whenever it is judged. */
export function assessDomain(evidence: DomainEvidence): DomainJudgement {
  const { domain, mx, egress } = evidence;
  if (mx.source === 'name-error') {
    return { outcome: 'no-such-domain', domain, securityStatus: mx.answer.securityStatus };
  }
  const hosts = evidence.hosts.map((host) => assessHost(host, mx.source, egress));
  const policies = assessPolicies(evidence, evidence.policy, hosts, answerOf(evidence, hosts));
  const { answer, strippable, protectedBy, delivery, reported, expected } = policies.protection;
  const addresses = liveAddresses(hosts);
  const coverage = coverageOf(hosts);
  const reasons = inOrder([
    ...domainFindings(evidence, policies, addresses),
    ...serverFindings(domain, hosts),
    ...policies.findings,
    ...tlsaDisagreements(evidence),
  ]);
  const assessment: DomainAssessment = {
    answer,
    encryptedNow: encryptedNow(answer, isComplete(evidence, coverage)),
    strippable,
    protectedBy,
    delivery,
    reported,
    provisional: addresses.some(({ provisional }) => provisional),
    coverage,
    reasons,
    advice: [...adviceFor(domain, answer, reasons, policies.advice), ...policies.advice],
    expected: answer === 'untested' ? (expected ?? expectedOf(hosts)) : null,
    mailServers: hosts,
  };
  return { outcome: 'assessed', assessment, policies };
}

/** The answer without any policy. The order of the rules is the order of the answers. */
function answerOf({ mx }: DomainEvidence, hosts: readonly HostAssessment[]): AnswerCode {
  if (mx.source === 'null-mx' || mx.source === 'none') return 'no-mail';
  if (mx.source !== 'unavailable' && hosts.length > 0 && !hosts.some(isLive)) return 'undeliverable';
  const tested = liveAddresses(hosts).filter(isTested);
  if (tested.length === 0) return 'untested';
  if (!tested.some(({ outcome }) => outcome === 'encrypted')) return 'plaintext';
  return tested.every(encryptsToday) ? 'opportunistic' : 'partial';
}

function encryptedNow(answer: AnswerCode, complete: boolean): DomainAssessment['encryptedNow'] {
  if (answer === 'no-mail' || answer === 'undeliverable') return 'not-applicable';
  if (answer === 'untested') return 'unknown';
  if (answer === 'partial') return 'sometimes';
  if (answer === 'plaintext') return complete ? 'never' : 'unknown';
  return complete ? 'always' : 'always-where-tested';
}

/** Every host has to be of a provider whose own documents say that its servers offer STARTTLS. */
function expectedOf(hosts: readonly HostAssessment[]): DomainAssessment['expected'] {
  const live = hosts.filter(isLive);
  const documented = live.every(({ host }) => (mailProvider(host)?.startTls ?? null) !== null);
  return live.length > 0 && documented ? { answer: 'opportunistic', basis: 'provider' } : null;
}

/** What is to be said of the domain as a whole. */
function domainFindings(
  evidence: DomainEvidence,
  { protection: { answer, strippable, encryptionOnly }, findings }: PolicyAssessment,
  addresses: readonly AddressAssessment[],
): readonly Finding[] {
  const encrypting = addresses.filter(({ outcome }) => outcome === 'encrypted');
  const observations: Observation[] = [
    ...mxObservations(evidence),
    ...disagreement('MX', [evidence.mx.answer]),
    ...egressObservations(evidence, addresses),
  ];
  if (answer === 'opportunistic' || answer === 'enforced') {
    observations.push({ code: 'all-tested-encrypt', facts: { addresses: encrypting.length } });
  }
  // Where only some servers have TLSA records, that is what is to be said.
  const inPart = findings.some(({ code }) => code === 'dane-host-without-records');
  if (encrypting.length > 0 && strippable === 'yes' && !encryptionOnly && !inPart) {
    observations.push({ code: 'nothing-obliges-senders', facts: {} });
  }
  return observations.map((observation) => finding(observation, 'domain', evidence.domain));
}

function tlsaDisagreements({ policy }: DomainEvidence): readonly Finding[] {
  return policy.tlsa.flatMap(({ host, lookUps }) =>
    disagreement(
      'TLSA',
      lookUps.map(({ answer }) => answer),
    ).map((observation) => finding(observation, 'host', host)),
  );
}

function mxObservations({ mx: { source, answer } }: DomainEvidence): Observation[] {
  if (source === 'null-mx') return [{ code: 'null-mx', facts: {} }];
  if (source === 'none') return [{ code: 'no-mail-host', facts: {} }];
  if (source === 'implicit') return [{ code: 'implicit-mx', facts: {} }];
  if (source !== 'unavailable') return [];
  if (!isFailure(answer)) {
    // There are no MX records, and the lookup of the domain's own address is what failed.
    return [{ code: 'mx-lookup-failed', facts: { outcome: 'servfail', text: 'no MX; address unknown' } }];
  }
  const text = reason(answer);
  return answer.outcome === 'bogus'
    ? [{ code: 'dnssec-invalid', facts: { text } }]
    : [{ code: 'mx-lookup-failed', facts: { outcome: answer.outcome, text } }];
}

/** A timeout while our own side is unreliable is as likely ours as theirs. */
function egressObservations(
  { egress }: DomainEvidence,
  addresses: readonly AddressAssessment[],
): Observation[] {
  const doubtful = addresses.find(
    ({ ip, because }) => isSilence(because) && egressState(egress, ip) === 'degraded',
  );
  if (doubtful === undefined) return [];
  const canaries = canariesFor(egress, doubtful.ip);
  const unreached = canaries.filter(({ outcome }) => outcome === 'no-connection').length;
  return [{ code: 'egress-degraded', facts: { unreached, canaries: canaries.length } }];
}
