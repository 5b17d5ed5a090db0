/** A mail to a vendor, ready to copy: what was seen, and what would mend it. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { FindingCode } from '../assessment/finding-codes.ts';
import { wordInstant } from './age-wording.ts';
import type { Report } from './report-schema.ts';
import { presentReport } from './report.ts';
import { ACTIONS, MODALS } from './slack-actions.ts';
import { smallPrint, words } from './slack-blocks.ts';
import { LONGEST_INPUT } from './slack-message.ts';
import type { SlackModal } from './slack-message.ts';
import { presentNoticeModal } from './slack-notices.ts';
import { aboutServers, vendorAdvice } from './slack-report-parts.ts';
import { displayOf, line, plain, shownName } from './slack-text.ts';

export function presentVendorMail(answer: AgedAnswer): SlackModal {
  const { domain } = answer.evidence;
  const asked = { domain, displayDomain: displayOf(domain) };
  const presented = presentReport(asked, answer.evidence, answer.judgement, '');
  if (presented.outcome !== 'report') return presentNoticeModal({ notice: 'expired' });
  const { report } = presented;
  const asks = vendorAdvice(report);
  // The button may be of an older answer than this.
  if (asks.length === 0) return presentNoticeModal({ notice: 'nothing-to-ask', asked });
  return {
    type: 'modal',
    callback_id: MODALS.vendorMail,
    title: plain('A mail to the vendor'),
    submit: plain('Done'),
    close: plain('Close'),
    blocks: [
      words('Copy it into a mail to them, and change it as you like. Nothing is sent from here.'),
      ...(report.provisional ? [words(NOT_YET)] : []),
      {
        type: 'input',
        optional: true,
        label: plain('Subject'),
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.vendorSubject,
          initial_value: `Encryption of mail to ${shownName(asked)}`,
        },
      },
      {
        type: 'input',
        optional: true,
        label: plain('Text'),
        element: {
          type: 'plain_text_input',
          action_id: ACTIONS.vendorText,
          multiline: true,
          initial_value: mailText(report, asks),
        },
      },
      smallPrint('What is changed here is kept nowhere.'),
    ],
  };
}

const NOT_YET =
  '*Wait with it:* the answer is provisional. Some servers are looked at once more after a minute; check again then, and this may not hold any more.';

/** What happened on our side is nothing to them, nor what is still to come. */
const OURS: ReadonlySet<string> = new Set<FindingCode>([
  'egress-blocked',
  'egress-interfered',
  'egress-degraded',
  'starttls-masked-somewhere',
  'no-route',
  'out-of-time',
  'backing-off',
  'address-limit',
  'never-probe',
  'no-prober',
  'prober-failed',
  'second-look-due',
  'resolvers-disagree',
]);

/** A vendor does not have this program. */
const OUR_PROGRAM = / \("mailtls records" prints [^)]*\)/;
const MOST_LISTED = 6;
const CLOSE = ['', 'Thank you, and kind regards'];

/** @returns at most as much as Slack lets an input begin with; the last lines go first */
function mailText(report: Report, asks: readonly string[]): string {
  const { verdict, checkedAt } = report;
  const reasons = verdict.reasons.filter(({ code }) => !OURS.has(code)).map(({ text }) => text);
  const lines = [
    'Hello,',
    '',
    `we send mail to ${shownName(report)} and looked at whether it is encrypted on its way to you. On ${wordInstant(checkedAt)} your mail servers were asked, as any sending mail server asks them. What we found:`,
    '',
    ...listed(aboutServers(reasons, report)),
    '',
    'Could you, or whoever looks after your mail, do the following?',
    '',
    ...listed(asks.map((text) => text.replace(OUR_PROGRAM, ''))),
  ];
  while (lines.length > 0 && [...lines, ...CLOSE].join('\n').length > LONGEST_INPUT) lines.pop();
  return [...lines, ...CLOSE].join('\n');
}

function listed(texts: readonly string[]): readonly string[] {
  const more = texts.length - MOST_LISTED;
  const shown = texts.slice(0, MOST_LISTED).map((text) => `- ${line(text)}`);
  return more > 0 ? [...shown, `- and ${more} more`] : shown;
}
