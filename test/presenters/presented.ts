/** From evidence to what people read of it. */
import type { AgedAnswer } from '../../functions/answers/domain-answers.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { presentHistory } from '../../functions/presenters/history.ts';
import { presentDomainPage } from '../../functions/presenters/page-domain.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { presentReportOnTerminal } from '../../functions/presenters/report-terminal.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import type { Question } from '../../functions/question/domain.ts';
import { aged } from '../http/fake-answers.ts';

export function reportOn(
  { evidence, judgement }: AgedAnswer,
  question: Pick<Question, 'domain' | 'displayDomain'>,
): Report {
  const presented = presentReport(question, evidence, judgement, '');
  if (presented.outcome !== 'report') throw new Error(presented.sentence);
  return presented.report;
}

export const reportOf = (seen: DomainEvidence): Report =>
  reportOn(aged(seen), { domain: seen.domain, displayDomain: seen.domain });

export const onTerminal = (report: Report, columns = 200, transcript = false): string =>
  presentReportOnTerminal(report, { colour: false, columns }, { transcript });

/** The page of an answer that is fresh and kept, and the first about its domain. */
export const onPage = (report: Report, { evidence }: Pick<AgedAnswer, 'evidence'>): string =>
  presentDomainPage({
    report,
    evidence,
    ageSeconds: 0,
    stale: false,
    kept: true,
    progress: null,
    history: presentHistory(report, []),
  });
