/** What became of each domain that was asked about, as one message: an answer in full, or a row each. */
import { presentNotice } from '../presenters/slack-notices.ts';
import { presentSlackAnswer } from '../presenters/slack-answer.ts';
import { presentSlackAnswers } from '../presenters/slack-answers.ts';
import type { SlackAnswersRow } from '../presenters/slack-answers.ts';
import type { SlackMessage } from '../presenters/slack-message.ts';
import type { Question } from '../question/domain.ts';
import type { SlackDoor } from './door.ts';

export type Outcome =
  | Exclude<SlackAnswersRow, { row: 'busy' }>
  | { readonly row: 'busy'; readonly asked: Question; readonly seconds: number }
  /** Nobody can be told of the answer later, because that could not be written down. */
  | { readonly row: 'store-failed'; readonly asked: Question };

/** @param outcomes one to five, in the order they were asked in */
export function presentOutcomes(
  outcomes: readonly Outcome[],
  view: Pick<SlackDoor, 'sender' | 'pageUrl'>,
): SlackMessage {
  const [only, ...others] = outcomes;
  return only === undefined || others.length > 0
    ? presentSlackAnswers(outcomes.map(rowOf))
    : presentOne(only, view);
}

function presentOne(
  outcome: Outcome,
  { sender, pageUrl }: Pick<SlackDoor, 'sender' | 'pageUrl'>,
): SlackMessage {
  switch (outcome.row) {
    case 'answer':
      return presentSlackAnswer(outcome.asked, outcome.answer, {
        sender,
        pageUrl: pageUrl(outcome.asked.domain),
      });
    case 'not-a-domain':
      return presentNotice({ notice: 'not-a-domain', mistake: outcome.mistake });
    case 'busy':
      return presentNotice({ notice: 'busy', seconds: outcome.seconds });
    case 'store-failed':
      return presentNotice({ notice: 'store-failed' });
    case 'checking':
    case 'gave-up':
      return presentNotice({ notice: outcome.row, asked: [outcome.asked] });
    default:
      return outcome satisfies never;
  }
}

const rowOf = (outcome: Outcome): SlackAnswersRow =>
  outcome.row === 'store-failed' ? { row: 'gave-up', asked: outcome.asked } : outcome;
