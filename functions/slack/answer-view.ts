/** For whom an answer is made, as far as the door knows it. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { SlackView } from '../presenters/slack-message.ts';
import type { SlackDoor } from './door.ts';

export const viewOf = (
  { evidence, kept }: AgedAnswer,
  { sender, pageUrl }: Pick<SlackDoor, 'sender' | 'pageUrl'>,
): SlackView => ({
  sender,
  // What is not kept is on no page by the time that somebody opens it.
  pageUrl: kept ? pageUrl(evidence.domain) : null,
});
