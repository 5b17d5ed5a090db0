/** What a header says, for Slack. Loaded when there is one to read: most of what is asked is about domains. */
import { within } from '../answers/bounded-wait.ts';
import { lookUpServersToday } from '../answers/servers-today.ts';
import type { StoredCheck } from '../answers/servers-today.ts';
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import { presentHeadersMessage, presentHeadersModal } from '../presenters/slack-headers.ts';
import type { SlackMessage, SlackModal } from '../presenters/slack-message.ts';

export interface HeadersAnswer {
  readonly message: () => SlackMessage;
  readonly modal: () => SlackModal;
}

/** What the servers offer today comes beside what the header says, which needs no store and does not wait for one. */
const LONGEST_WAIT_MS = 500;

/**
 * @param results one a message, at least one
 * @param stored what is kept of the domains that the servers belong to
 */
export async function presentHeaders(
  results: readonly (AssessedHeaders | AssessedSending)[],
  stored: StoredCheck,
): Promise<HeadersAnswer> {
  const messages = results.filter((result) => result.kind === 'headers');
  const today = await within(lookUpServersToday(messages, stored), LONGEST_WAIT_MS);
  const reports = results.map((result) =>
    result.kind === 'headers'
      ? presentHeadersReport(result, today ?? new Map())
      : presentSendingReport(result),
  );
  return {
    message: () => presentHeadersMessage(reports),
    modal: () => presentHeadersModal(reports),
  };
}
