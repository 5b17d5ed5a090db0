/** What a header says, for Slack. Loaded when there is one to read: most of what is asked is about domains. */
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import { presentHeadersMessage, presentHeadersModal } from '../presenters/slack-headers.ts';
import type { SlackMessage, SlackModal } from '../presenters/slack-message.ts';

export interface HeadersAnswer {
  readonly message: () => SlackMessage;
  readonly modal: () => SlackModal;
}

/** @param results one a message, at least one */
export function presentHeaders(results: readonly (AssessedHeaders | AssessedSending)[]): HeadersAnswer {
  const reports = results.map((result) =>
    result.kind === 'headers' ? presentHeadersReport(result) : presentSendingReport(result),
  );
  return {
    message: () => presentHeadersMessage(reports),
    modal: () => presentHeadersModal(reports),
  };
}
