/** From evidence to what people read of it. */
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { presentReportOnTerminal } from '../../functions/presenters/report-terminal.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import { aged } from '../http/fake-answers.ts';

export function reportOf(seen: DomainEvidence): Report {
  const { evidence, judgement } = aged(seen);
  const question = { domain: evidence.domain, displayDomain: evidence.domain };
  const presented = presentReport(question, evidence, judgement, '');
  if (presented.outcome !== 'report') throw new Error(presented.sentence);
  return presented.report;
}

export const onTerminal = (report: Report, columns = 200, transcript = false): string =>
  presentReportOnTerminal(report, { colour: false, columns }, { transcript });
