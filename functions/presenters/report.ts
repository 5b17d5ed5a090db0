/** Puts a judgement into words: the report, as every door gives it. */
import type { AddressAssessment, HostAssessment } from '../assessment/assessment.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { HostPolicies } from '../assessment/policy-assessment.ts';
import { RULES_VERSION } from '../assessment/rules-version.ts';
import type { SenderName } from '../environment.ts';
import type { Question } from '../question/domain.ts';
import { wordAdvice } from './advice-wording.ts';
import { wordFinding } from './finding-wording.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';
import { presentPolicy, presentSenders, presentServerPolicies } from './policy-report.ts';
import { wordNoSuchDomain, wordVerdict } from './verdict-wording.ts';

export type PresentedReport =
  | { readonly outcome: 'report'; readonly report: Report }
  | { readonly outcome: 'no-such-domain'; readonly sentence: string };

/**
 * @param question what was asked; its display form is what people read
 * @param sender who sends our mail, which makes the answer ours; empty: nobody said
 * @returns the report (`mailtls.report/1`), or the sentence for a domain that does not exist
 */
export function presentReport(
  question: Pick<Question, 'domain' | 'displayDomain'>,
  evidence: DomainEvidence,
  judgement: DomainJudgement,
  sender: SenderName | '',
): PresentedReport {
  if (judgement.outcome === 'no-such-domain') {
    return { outcome: 'no-such-domain', sentence: wordNoSuchDomain(question.displayDomain) };
  }
  return { outcome: 'report', report: reportOf(question, evidence, judgement, sender) };
}

function reportOf(
  question: Pick<Question, 'domain' | 'displayDomain'>,
  evidence: DomainEvidence,
  { assessment, policies }: Extract<DomainJudgement, { outcome: 'assessed' }>,
  sender: SenderName | '',
): Report {
  const { source } = evidence.mx;
  return {
    schema: 'mailtls.report/1',
    domain: question.domain,
    displayDomain: question.displayDomain,
    checkedAt: evidence.observedAt,
    tookMs: evidence.tookMs,
    provisional: assessment.provisional,
    verdict: {
      answer: assessment.answer,
      sentence: wordVerdict({ domain: question.displayDomain, assessment, source }),
      encryptedNow: assessment.encryptedNow,
      strippable: assessment.strippable,
      protectedBy: [...assessment.protectedBy],
      delivery: assessment.delivery,
      reported: assessment.reported,
      coverage: assessment.coverage,
      reasons: assessment.reasons.map((finding) => ({
        code: finding.code,
        subject: finding.subject,
        text: wordFinding(finding, question.displayDomain),
      })),
      advice: assessment.advice.map((advice) => ({
        code: advice.code,
        audience: advice.audience,
        text: wordAdvice(advice, question.displayDomain),
      })),
    },
    expected: assessment.expected,
    ...presentSenders(policies.senders, sender),
    mailServers: assessment.mailServers.map((host, index) =>
      serverOf(host, policies.hosts[index], question.displayDomain),
    ),
    policy: presentPolicy(evidence.mx, policies),
    observer: {
      ...evidence.observer,
      resolvers: [...evidence.observer.resolvers],
      rulesVersion: RULES_VERSION,
    },
  };
}

function serverOf(
  host: HostAssessment,
  policies: HostPolicies | undefined,
  displayDomain: string,
): ReportServer {
  return {
    host: host.host === '' ? '.' : host.host,
    preference: host.preference,
    provider: host.provider,
    fault: host.fault,
    dns: { ...host.dns, cname: [...host.dns.cname] },
    ...presentServerPolicies(policies),
    addresses: host.addresses.map((address, index) =>
      addressOf(address, policies?.dane.addresses[index]?.status ?? 'not-tested', displayDomain),
    ),
  };
}

function addressOf(
  address: AddressAssessment,
  dane: ReportAddress['dane'],
  displayDomain: string,
): ReportAddress {
  const { certificate } = address;
  return {
    ip: address.ip,
    observedAt: address.observedAt,
    outcome: address.outcome,
    detail: wordFinding(address.because, displayDomain),
    tls: address.tls,
    certificate:
      certificate === null
        ? null
        : { ...certificate, names: [...certificate.names], faults: [...certificate.faults] },
    dane,
    software: address.software,
    extensions: [...address.extensions],
    requireTls: address.requireTls,
    transcript: [...address.transcript],
  };
}
