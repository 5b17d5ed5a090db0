/** An answer that somebody shares with a channel: what it says, and who asked. */
import type { RichTextSection } from '@slack/types';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import { presentReport } from './report.ts';
import { ACTIONS } from './slack-actions.ts';
import { pageButton, vendorMailButton, whereMoreIs } from './slack-answer.ts';
import { button, buttons, richText } from './slack-blocks.ts';
import { always, composed } from './slack-budget.ts';
import type { SlackMessage, SlackView } from './slack-message.ts';
import { headlineOf, reportParts, wordHeadline } from './slack-report-parts.ts';
import { displayOf, say, section, shownName } from './slack-text.ts';

/** @param askedBy the id Slack has for whoever shares it */
export function presentSharedAnswer(answer: AgedAnswer, view: SlackView, askedBy: string): SlackMessage {
  const { domain } = answer.evidence;
  const asked = { domain, displayDomain: displayOf(domain) };
  const presented = presentReport(asked, answer.evidence, answer.judgement, view.sender);
  const headline = headlineOf(asked, answer, presented);
  const { report } = headline;
  const rest =
    report === null
      ? []
      : [
          button(ACTIONS.details, 'Details', domain),
          ...vendorMailButton(report, domain),
          ...pageButton(view.pageUrl, domain),
        ];
  return composed(wordHeadline(headline), [
    always(richText(section(who(askedBy), say(` asked whether mail to ${shownName(asked)} is encrypted.`)))),
    ...reportParts(headline, null, whereMoreIs(view)),
    ...(rest.length === 0 ? [] : [always(buttons(...rest))]),
  ]);
}

function who(userId: string): RichTextSection['elements'][number] {
  return /^[UW][A-Z0-9]{1,40}$/.test(userId) ? { type: 'user', user_id: userId } : say('Somebody');
}
