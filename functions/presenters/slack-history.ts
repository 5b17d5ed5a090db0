/** The states a domain has been in, the latest first. */
import type { RichTextSection } from '@slack/types';
import type { HistoryEntry } from '../store/domain-history.ts';
import { wordInstant } from './age-wording.ts';
import { ANSWER_LOOKS } from './answer-look.ts';
import { presentHistory } from './history.ts';
import type { HistoryState } from './history-schema.ts';
import { richText } from './slack-blocks.ts';
import { always, composed } from './slack-budget.ts';
import type { Part } from './slack-budget.ts';
import type { SlackMessage } from './slack-message.ts';
import { presentNotice } from './slack-notices.ts';
import type { Asked } from './slack-report-parts.ts';
import { faint, line, say, section, shownName, strong } from './slack-text.ts';

/** How many states are shown, and how many changes of each, in fuller and briefer forms. */
const FORMS = [
  { states: 8, changes: 4 },
  { states: 6, changes: 2 },
  { states: 4, changes: 1 },
  { states: 2, changes: 0 },
  { states: 1, changes: 0 },
] as const;

/** @param entries the latest first */
export function presentSlackHistory(asked: Asked, entries: readonly HistoryEntry[]): SlackMessage {
  if (entries.length === 0) return presentNotice({ notice: 'no-history', asked });
  const { entries: states } = presentHistory(asked, entries);
  const shown: Part = { importance: 1, forms: FORMS.map((form) => [timeline(states, form)]) };
  const heading = `History of ${shownName(asked)}`;
  return composed(`${heading}: ${wordState(states[0])}`, [
    always(richText(section(strong(heading), say(', the latest first.')))),
    shown,
  ]);
}

function timeline(states: readonly HistoryState[], form: (typeof FORMS)[number]) {
  const lines = states.slice(0, form.states).map((state) => stateLine(state, form.changes));
  const more = states.length - lines.length;
  if (more > 0) lines.push(section(faint(`And ${more} earlier.`)));
  return richText({ type: 'rich_text_list', style: 'bullet', elements: lines });
}

function stateLine(state: HistoryState, mostChanges: number): RichTextSection {
  const { since, until, changes } = state;
  const texts = changes.slice(0, mostChanges).map(({ text }) => line(text));
  const more = changes.length - texts.length;
  if (more > 0) texts.push(`${more} more ${more === 1 ? 'change' : 'changes'}.`);
  return section(
    strong(wordState(state)),
    faint(` ${wordInstant(since)} to ${wordInstant(until)}`),
    ...(texts.length === 0 ? [] : [say(`\n${texts.join('\n')}`)]),
  );
}

function wordState(state: HistoryState | undefined): string {
  if (state === undefined) return '';
  if (state.answer === 'no-such-domain') return '✘ did not exist';
  const { icon, word } = ANSWER_LOOKS[state.answer];
  return `${icon} ${word}`;
}
