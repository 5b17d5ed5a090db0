/** The policies' part of a report, from the judgement on them. */
import type { SenderName } from '../environment.ts';
import type { MtaStsState } from '../assessment/mta-sts.ts';
import type { HostPolicies, PolicyAssessment } from '../assessment/policy-assessment.ts';
import type { SenderJudgement } from '../assessment/senders.ts';
import type { MailExchangers } from '../dns/mail-exchangers.ts';
import { wordSender } from './policy-wording.ts';
import type { Report, ReportServer } from './report-schema.ts';

/** States what the domain publishes. */
export function presentPolicy(
  { source, answer }: MailExchangers,
  policies: PolicyAssessment,
): Report['policy'] {
  const { tlsReporting } = policies;
  return {
    mx: { source: source === 'name-error' ? 'none' : source, securityStatus: answer.securityStatus },
    mtaSts: presentMtaSts(policies.mtaSts),
    dane: { status: policies.dane },
    tlsReporting: {
      status: tlsReporting.status,
      rua: tlsReporting.status === 'valid' ? [...tlsReporting.rua] : [],
    },
  };
}

function presentMtaSts(state: MtaStsState): Report['policy']['mtaSts'] {
  const none = { mode: null, id: null, maxAgeSeconds: null, mx: [], failure: null };
  switch (state.status) {
    case 'none':
      return { ...none, status: 'none' };
    case 'valid': {
      const { status, mode, id, maxAgeSeconds, mx } = state;
      return { status, mode, id, maxAgeSeconds, mx: [...mx], failure: null };
    }
    case 'invalid':
    case 'unavailable':
      return { ...none, status: state.status, id: state.id, failure: state.resultType ?? state.because };
    default:
      return state satisfies never;
  }
}

/** States what the policies make of one server. */
export function presentServerPolicies(
  policies: HostPolicies | undefined,
): Pick<ReportServer, 'dane' | 'mtaSts'> {
  if (policies === undefined) {
    return { dane: { status: 'not-tested', baseDomain: null, records: [] }, mtaSts: 'not-tested' };
  }
  const { dane, mtaSts } = policies;
  const { status, baseDomain } = dane;
  const records = dane.records.map(({ usage, selector, matchingType, data, fault }) => ({
    usage,
    selector,
    matchingType,
    data,
    usable: fault === null,
  }));
  return { dane: { status, baseDomain, records }, mtaSts };
}

/** States what every sender would do, and what ours would. */
export function presentSenders(
  senders: readonly SenderJudgement[],
  ours: SenderName | '',
): Pick<Report, 'senders' | 'ours'> {
  const list = senders.map((judgement) => ({
    sender: judgement.sender,
    outcome: judgement.outcome,
    because: wordSender(judgement),
  }));
  return { senders: list, ours: list.find(({ sender }) => sender === ours) ?? null };
}
