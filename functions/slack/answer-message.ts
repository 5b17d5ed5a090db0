/** What became of each domain that was asked about, as one message: an answer in full, or a row each. */
import { presentNotice } from '../presenters/slack-notices.ts';
import type { Notice } from '../presenters/slack-notices.ts';
import { presentSlackAnswer } from '../presenters/slack-answer.ts';
import { presentSlackAnswers } from '../presenters/slack-answers.ts';
import type { SlackAnswersRow } from '../presenters/slack-answers.ts';
import type { Readers, SlackMessage } from '../presenters/slack-message.ts';
import type { Question } from '../question/domain.ts';
import { viewOf } from './answer-view.ts';
import type { SlackDoor } from './door.ts';

export type Outcome =
  | Exclude<SlackAnswersRow, { row: 'busy' }>
  | { readonly row: 'busy'; readonly asked: Question; readonly seconds: number };

/** @param outcomes one to five, in the order they were asked in */
export function presentOutcomes(
  outcomes: readonly Outcome[],
  door: Pick<SlackDoor, 'sender' | 'pageUrl'>,
  readers: Readers = 'asker',
): SlackMessage {
  const [only, ...others] = outcomes;
  return only === undefined || others.length > 0
    ? presentSlackAnswers(outcomes)
    : presentOne(only, door, readers);
}

function presentOne(
  outcome: Outcome,
  door: Pick<SlackDoor, 'sender' | 'pageUrl'>,
  readers: Readers,
): SlackMessage {
  return outcome.row === 'answer'
    ? presentSlackAnswer(outcome.asked, outcome.answer, viewOf(outcome.answer, door), readers)
    : presentNotice(noticeOf(outcome));
}

/** What to say of a domain that there is no answer about. */
export function noticeOf(outcome: Exclude<Outcome, { row: 'answer' }>): Notice {
  switch (outcome.row) {
    case 'not-a-domain':
      return { notice: 'not-a-domain', mistake: outcome.mistake };
    case 'busy':
      return { notice: 'busy', seconds: outcome.seconds };
    case 'store-failed':
      return { notice: 'store-failed' };
    case 'checking':
    case 'gave-up':
      return { notice: outcome.row, asked: [outcome.asked] };
    default:
      return outcome satisfies never;
  }
}
