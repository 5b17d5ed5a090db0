/** What can be done on the Home tab. There is no message to answer beside: modals answer, and the tab itself. */
import { ACTIONS, BLOCKS } from '../presenters/slack-actions.ts';
import { presentDetails } from '../presenters/slack-details.ts';
import { presentNoticeModal } from '../presenters/slack-notices.ts';
import type { SlackModal } from '../presenters/slack-message.ts';
import { noticeOf } from './answer-message.ts';
import type { Outcome } from './answer-message.ts';
import { viewOf } from './answer-view.ts';
import { askDomains } from './ask-domains.ts';
import { plainText } from './plain-text.ts';
import type { SlackDoor } from './door.ts';
import { publishHome } from './home.ts';
import { openModal } from './open-modal.ts';
import { remember } from './remember.ts';
import { typedIn } from './requests.ts';
import type { ActionRequest } from './requests.ts';
import { readWish } from './wish.ts';

/** Pressed Enter in the input, or the button under it. */
export async function checkFromHome(request: ActionRequest, door: SlackDoor): Promise<void> {
  const { viewer, view, value } = request;
  const typed = typedIn(view?.values, BLOCKS.homeDomain, ACTIONS.homeDomain) || value;
  const wish = readWish(plainText(typed));
  if (wish.wish !== 'domains') {
    const notice = wish.wish === 'too-many-domains' ? wish.wish : 'neither-headers-nor-domain';
    await openModal(presentNoticeModal({ notice }), request, door);
    return;
  }
  const [outcomes] = await Promise.all([
    askDomains(wish.asked, { to: 'home', viewer }, door),
    remember(viewer, wish.asked, door),
  ]);
  const [only, ...others] = outcomes;
  const modal = only !== undefined && others.length === 0 ? modalOf(only, door) : null;
  await Promise.all([
    modal === null ? null : openModal(modal, request, door),
    publishHome(viewer, { ...door, stored: door.answers.stored }),
  ]);
}

export async function showFromHome(request: ActionRequest, door: SlackDoor): Promise<void> {
  const answer = await door.answers.stored(request.value);
  const view =
    answer === null
      ? presentNoticeModal({ notice: 'expired' })
      : presentDetails(answer, viewOf(answer, door));
  await openModal(view, request, door);
}

export async function clearHome({ viewer }: ActionRequest, door: SlackDoor): Promise<void> {
  const cleared = await door.recent.clear(viewer);
  if (!cleared.ok) door.failed('recent domains', cleared);
  await publishHome(viewer, { ...door, stored: door.answers.stored });
}

function modalOf(outcome: Outcome, door: SlackDoor): SlackModal {
  return outcome.row === 'answer'
    ? presentDetails(outcome.answer, viewOf(outcome.answer, door))
    : presentNoticeModal(noticeOf(outcome));
}
