/** What can be done on the Home tab. There is no message to answer beside: modals answer, and the tab itself. */
import { ACTIONS, BLOCKS } from '../presenters/slack-actions.ts';
import { presentDetails } from '../presenters/slack-details.ts';
import { presentNoticeModal } from '../presenters/slack-notices.ts';
import type { SlackModal } from '../presenters/slack-message.ts';
import { parseQuestion } from '../question/domain.ts';
import type { ReadQuestion } from '../question/domain.ts';
import { notify, openHeadersForm } from './answer-buttons.ts';
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
  const { view, value } = request;
  const typed = typedIn(view?.values, BLOCKS.homeDomain, ACTIONS.homeDomain) || value;
  const wish = readWish(plainText(typed));
  switch (wish.wish) {
    case 'domains':
      return askFromHome(wish.asked, request, door);
    case 'headers-form':
      return openHeadersForm(request, door);
    case 'too-many-domains':
      return notify({ notice: 'too-many-domains' }, request, door);
    case 'history':
    case 'help':
      return notify({ notice: 'no-domain' }, request, door);
    default:
      wish satisfies never;
  }
}

/** A recent domain: what is known of it, or it is asked about again. */
export async function showFromHome(request: ActionRequest, door: SlackDoor): Promise<void> {
  const answer = await door.answers.stored(request.value);
  if (answer === null) return askFromHome([parseQuestion(request.value)], request, door);
  await openModal(presentDetails(answer, viewOf(answer, door)), request, door);
}

async function askFromHome(
  asked: readonly ReadQuestion[],
  request: ActionRequest,
  door: SlackDoor,
): Promise<void> {
  const { viewer } = request;
  const [outcomes] = await Promise.all([
    askDomains(asked, { to: 'home', viewer }, door),
    remember(viewer, asked, door),
  ]);
  const [only, ...others] = outcomes;
  const modal = only !== undefined && others.length === 0 ? modalOf(only, door) : null;
  await Promise.all([modal === null ? null : openModal(modal, request, door), publishHome(viewer, door)]);
}

export async function clearHome({ viewer }: ActionRequest, door: SlackDoor): Promise<void> {
  const cleared = await door.recent.clear(viewer);
  if (!cleared.ok) door.failed('recent domains', cleared);
  await publishHome(viewer, door);
}

function modalOf(outcome: Outcome, door: SlackDoor): SlackModal {
  if (outcome.row === 'answer') return presentDetails(outcome.answer, viewOf(outcome.answer, door));
  const isComing = outcome.row === 'checking';
  return presentNoticeModal(
    isComing ? { notice: 'checking-from-home', asked: [outcome.asked] } : noticeOf(outcome),
  );
}
