/** One domain, one name: in a report's sentences and in everything that is made of them. */
import { describe, expect, test } from 'vitest';
import type { AgedAnswer } from '../../functions/answers/domain-answers.ts';
import { presentCheckingPage, presentUncheckedPage } from '../../functions/presenters/page-start.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { presentReportLine } from '../../functions/presenters/report-terminal.ts';
import { presentDetails } from '../../functions/presenters/slack-details.ts';
import { presentVendorMail } from '../../functions/presenters/slack-vendor-mail.ts';
import { parseQuestion } from '../../functions/question/domain.ts';
import type { Question } from '../../functions/question/domain.ts';
import { aged } from '../http/fake-answers.ts';
import { ANSWERS, PROGRESS } from '../page/answers.ts';
import { onPage, onTerminal, reportOn } from './presented.ts';
import { linesIn, prefilledIn } from './slack-reading.ts';

const TERMINAL = { colour: false, columns: 1000 };
const U_LABEL = 'bücher.example';
const A_LABEL = 'xn--bcher-kva.example';
/** The first letter is Cyrillic. */
const MIXED = 'xn--pple-43d.example';

function answerAbout(state: string, domain: string): AgedAnswer {
  const answer = ANSWERS[state];
  if (answer === undefined) throw new Error(`no answer ${state}`);
  return aged({ ...answer.evidence, domain });
}

function asked(text: string): Question {
  const read = parseQuestion(text);
  if (!read.ok) throw new Error(`${text} is no question`);
  return read.question;
}

const sentences = ({ verdict }: Report): readonly string[] => [
  verdict.sentence,
  ...verdict.reasons.map(({ text }) => text),
  ...verdict.advice.map(({ text }) => text),
];

/** What is left of a text once the one place is taken out that has both names. */
const besideTheHeadline = (text: string): string => text.replaceAll(`${U_LABEL} (${A_LABEL})`, '');

describe.each(['opportunistic', 'partial', 'plaintext', 'untested', 'no-mail'])('%s', (state) => {
  const answer = answerAbout(state, A_LABEL);
  const report = reportOn(answer, asked(U_LABEL));

  test('every sentence calls an internationalised domain by the name people write', () => {
    expect(sentences(report).join('\n')).toContain(U_LABEL);
    expect(sentences(report).join('\n')).not.toContain(A_LABEL);
  });

  test('what a sentence is about stays in A-labels, for programs', () => {
    const subjects = report.verdict.reasons.map(({ subject }) => subject);
    expect(subjects.join()).not.toContain(U_LABEL);
  });

  test('terminal, Slack and the mail to the vendor say the DNS name once, beside the other', () => {
    const shown = onTerminal(report, TERMINAL.columns, true);
    expect(shown).toContain(`${U_LABEL} (${A_LABEL}): `);
    expect(besideTheHeadline(shown)).not.toContain(A_LABEL);
    expect(besideTheHeadline(presentReportLine(report, TERMINAL))).not.toContain(A_LABEL);
    const details = linesIn(presentDetails(answer, { sender: '', pageUrl: null }).blocks).join('\n');
    expect(besideTheHeadline(details)).not.toContain(A_LABEL);
    const mail = prefilledIn(presentVendorMail(answer).blocks).join('\n');
    expect(besideTheHeadline(mail)).not.toContain(A_LABEL);
  });

  test('the page has it in its heading and in addresses to click', () => {
    const shown = onPage(report, answer).replaceAll(/(?:href|action)="[^"]*"/g, '');
    expect(shown.split(A_LABEL)).toHaveLength(2);
    expect(shown).toContain(`<h1>${U_LABEL} <small class="soft">${A_LABEL}</small></h1>`);
  });
});

test.each([
  ['nobody asked about', presentUncheckedPage(asked(U_LABEL))],
  ['that is being checked', presentCheckingPage(asked(U_LABEL), PROGRESS)],
])('the page of a domain %s has both names in its heading', (_, page) => {
  expect(page).toContain(`<h1>${U_LABEL} <small class="soft">${A_LABEL}</small></h1>`);
});

test('a name that mixes scripts is shown in A-labels everywhere', () => {
  const report = reportOn(answerAbout('opportunistic', MIXED), asked(MIXED));
  const shown = onTerminal(report, TERMINAL.columns, true);
  expect(shown).toContain(`✔ ${MIXED}: encrypted`);
  expect(shown).not.toContain('а');
  expect(sentences(report).join('\n')).toContain(MIXED);
});
