/** The answer about one domain, for whoever asked. */
import type { Button } from '@slack/types';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { Question } from '../question/domain.ts';
import { wordUnderstanding } from './question-wording.ts';
import { presentReport } from './report.ts';
import { ACTIONS } from './slack-actions.ts';
import { button, buttons } from './slack-blocks.ts';
import { always, composed } from './slack-budget.ts';
import type { Readers, SlackMessage, SlackView } from './slack-message.ts';
import { headlineOf, reportParts, vendorAdvice, wordHeadline } from './slack-report-parts.ts';
import type { Headline } from './slack-report-parts.ts';

/**
 * @param asked says how the question was understood; its display form is what people read
 * @param readers what all can read already needs no sharing
 */
export function presentSlackAnswer(
  asked: Question,
  answer: AgedAnswer,
  view: SlackView,
  readers: Readers = 'asker',
): SlackMessage {
  const presented = presentReport(asked, answer.evidence, answer.judgement, view.sender);
  const headline = headlineOf(asked, answer, presented);
  const parts = reportParts(headline, wordUnderstanding(asked), whereMoreIs(view));
  return composed(wordHeadline(headline), [
    ...parts,
    always(buttons(...answerButtons(headline, view.pageUrl, readers))),
  ]);
}

export const whereMoreIs = ({ pageUrl }: SlackView): string =>
  pageUrl === null ? '"Details" says more.' : 'The page has them all.';

function answerButtons(
  { report, asked: { domain } }: Headline,
  pageUrl: string | null,
  readers: Readers,
): readonly Button[] {
  const again = button(ACTIONS.checkAgain, 'Check again', domain);
  if (report === null) return [again];
  return [
    again,
    button(ACTIONS.details, 'Details', domain),
    ...vendorMailButton(report, domain),
    ...(readers === 'asker' ? [button(ACTIONS.share, 'Share to channel', domain)] : []),
    ...pageButton(pageUrl, domain),
  ];
}

/** Only where there is something to ask for. */
export function vendorMailButton(report: NonNullable<Headline['report']>, domain: string): readonly Button[] {
  return vendorAdvice(report).length === 0
    ? []
    : [button(ACTIONS.vendorMail, 'Copy a mail to the vendor', domain)];
}

export function pageButton(pageUrl: string | null, domain: string): readonly Button[] {
  return pageUrl === null ? [] : [button(ACTIONS.openPage, 'Open page', domain, { url: pageUrl })];
}
