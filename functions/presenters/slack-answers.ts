/** Several domains asked about together: a row each. */
import type { Button, RawTextElement, RichTextBlock, TableBlock } from '@slack/types';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { Question, QuestionMistake } from '../question/domain.ts';
import { wordQuestionMistake } from './question-wording.ts';
import { presentReport } from './report.ts';
import { ACTIONS, inRow } from './slack-actions.ts';
import { button, buttons, richText } from './slack-blocks.ts';
import { always, composed } from './slack-budget.ts';
import type { SlackMessage } from './slack-message.ts';
import { NOT_PROBED, expectationOf, headlineOf, notesOn } from './slack-report-parts.ts';
import { age, cell, faint, line, section, shownName } from './slack-text.ts';

export type SlackAnswersRow =
  | { readonly row: 'answer'; readonly asked: Question; readonly answer: AgedAnswer }
  | { readonly row: 'checking'; readonly asked: Question }
  /** No answer came in the time there was. */
  | { readonly row: 'gave-up'; readonly asked: Question }
  /** Too many checks wait; none was started. */
  | { readonly row: 'busy'; readonly asked: Question }
  /** Nothing could be looked up or written down, so nobody can be told of an answer later. */
  | { readonly row: 'store-failed'; readonly asked: Question }
  | { readonly row: 'not-a-domain'; readonly mistake: QuestionMistake };

export const MOST_DOMAINS = 5;
const HEADINGS = ['Domain', 'Answer', 'What that means', 'Checked'];
const LONGEST_NAME = 80;
const LONGEST_REASON = 300;
/** Slack's limit for a button is 75 characters. */
const LONGEST_LABEL = 60;

/** @param rows one to five */
export function presentSlackAnswers(rows: readonly SlackAnswersRow[]): SlackMessage {
  const shown = rows.slice(0, MOST_DOMAINS);
  const texts = shown.map(rowTexts);
  const table: TableBlock = {
    type: 'table',
    column_settings: HEADINGS.map(() => ({ is_wrapped: true })),
    rows: [
      HEADINGS.map((heading) => cell(heading)),
      ...texts.map(({ name, answer, reason, checked }) => [
        cell(name, LONGEST_NAME),
        cell(answer),
        cell(reason, LONGEST_REASON),
        checked,
      ]),
    ],
  };
  const waiting = shown.some(({ row }) => row === 'checking');
  const details = shown.flatMap(detailsButton);
  return composed(texts.map(({ name, answer }) => `${answer}: ${line(name, LONGEST_NAME)}`).join('; '), [
    always(table),
    ...(waiting ? [always(richText(section(faint('What is still being checked follows here.'))))] : []),
    ...(details.length === 0 ? [] : [always(buttons(...details))]),
  ]);
}

const NEVER = cell('');

interface RowTexts {
  readonly name: string;
  readonly answer: string;
  readonly reason: string;
  /** How long ago, and what makes it doubtful. */
  readonly checked: RawTextElement | RichTextBlock;
}

function rowTexts(row: SlackAnswersRow): RowTexts {
  if (row.row === 'not-a-domain') {
    const { asked } = row.mistake;
    return {
      name: asked,
      answer: '? not a domain',
      reason: wordQuestionMistake(row.mistake),
      checked: NEVER,
    };
  }
  const name = shownName(row.asked);
  switch (row.row) {
    case 'answer':
      return answerTexts(name, row.asked, row.answer);
    case 'checking':
      return { name, answer: '… being checked', reason: '', checked: NEVER };
    case 'gave-up':
    case 'busy':
    case 'store-failed':
      return { name, ...NO_ANSWER[row.row], checked: NEVER };
    default:
      return row satisfies never;
  }
}

/** None of these says anything about encryption. */
const NO_ANSWER = {
  'gave-up': { answer: '? no answer yet', reason: 'No answer came in time. Ask again.' },
  busy: { answer: '? not checked', reason: 'Too many checks are waiting. Ask again.' },
  'store-failed': { answer: '? not looked up', reason: 'That failed on our side. Ask again.' },
} as const;

function answerTexts(name: string, asked: Question, answer: AgedAnswer): RowTexts {
  const presented = presentReport(asked, answer.evidence, answer.judgement, '');
  const headline = headlineOf(asked, answer, presented);
  const { look, sentence, report } = headline;
  const expectation = expectationOf(report);
  return {
    name,
    answer: `${look.icon} ${look.word}`,
    reason: expectation === null ? sentence : `${NOT_PROBED} ${expectation} ${sentence}`,
    checked: richText(section(age(answer), ...notesOn(headline).map(({ word }) => faint(`, ${word}`)))),
  };
}

function detailsButton(row: SlackAnswersRow, index: number): readonly Button[] {
  if (row.row !== 'answer' || row.answer.outcome !== 'answer') return [];
  const { domain, displayDomain } = row.asked;
  return [
    button(inRow(ACTIONS.details, index + 1), `Details: ${line(displayDomain, LONGEST_LABEL)}`, domain),
  ];
}
