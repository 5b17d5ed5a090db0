/** The buttons under an answer. A button names a domain; what is shown is what is stored of it now. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import { presentDetails } from '../presenters/slack-details.ts';
import { presentHeadersForm } from '../presenters/slack-headers-form.ts';
import { presentNotice, presentNoticeModal } from '../presenters/slack-notices.ts';
import type { Notice } from '../presenters/slack-notices.ts';
import { presentSharedAnswer } from '../presenters/slack-shared.ts';
import { presentVendorMail } from '../presenters/slack-vendor-mail.ts';
import { parseQuestion } from '../question/domain.ts';
import { presentOutcomes } from './answer-message.ts';
import { viewOf } from './answer-view.ts';
import { askAgain } from './ask-domains.ts';
import type { SlackDoor } from './door.ts';
import { openModal, presentRefusal } from './open-modal.ts';
import { asEphemeral, asPublic, asReplacement, asSaidOpenly } from './posted.ts';
import type { ActionRequest } from './requests.ts';
import { isShut } from './say-in.ts';

/** Checked again at most once a minute; the new answer takes the place of the old one. */
export async function checkAgain(request: ActionRequest, door: SlackDoor): Promise<void> {
  const { value, responseUrl, readers } = request;
  const read = parseQuestion(value);
  if (!read.ok || responseUrl === null) return notify({ notice: 'old-button' }, request, door);
  const { question } = read;
  const to = { to: 'response-url', url: responseUrl, replaces: readers } as const;
  const asked = await askAgain(question, to, door);
  if (asked === null) return notify({ notice: 'store-failed' }, request, door);
  if ('evidence' in asked) {
    const message = presentOutcomes([{ row: 'answer', asked: question, answer: asked }], door, readers);
    await door.calls.respond(responseUrl, asReplacement(message));
    return;
  }
  const seconds = asked.retryAfterSeconds;
  switch (asked.outcome) {
    case 'too-soon':
      return notify({ notice: 'too-soon', asked: question, seconds }, request, door);
    case 'busy':
      return notify({ notice: 'busy', seconds }, request, door);
    case 'checking':
      return notify({ notice: 'checking', asked: [question] }, request, door);
    default:
      asked satisfies never;
  }
}

export const showDetails = (request: ActionRequest, door: SlackDoor): Promise<void> =>
  openStored(request, door, (answer) => presentDetails(answer, viewOf(answer, door)));

export const showVendorMail = (request: ActionRequest, door: SlackDoor): Promise<void> =>
  openStored(request, door, presentVendorMail);

export async function openHeadersForm(request: ActionRequest, door: SlackDoor): Promise<void> {
  await openModal(presentHeadersForm(), request, door);
}

/** Posts the answer where its button was pressed, in the name of whoever pressed it. */
export async function shareAnswer(request: ActionRequest, door: SlackDoor): Promise<void> {
  const { value, channelId, threadTs, viewer, responseUrl } = request;
  const answer = await door.answers.stored(value);
  if (answer === null || channelId === null) return notify({ notice: 'expired' }, request, door);
  const message = presentSharedAnswer(answer, viewOf(answer, door), viewer.userId);
  const there = { channel: channelId, thread_ts: threadTs, ...asPublic(message) };
  const posted = await door.calls.call('chat.postMessage', there);
  if (posted.ok || responseUrl === null) return;
  if (!isShut(posted)) {
    await door.calls.respond(responseUrl, asEphemeral(presentRefusal(posted)));
    return;
  }
  // Whoever may use a command somewhere may let it speak there, the bot or no bot: in a private conversation, too.
  const inThread = threadTs === null ? {} : { thread_ts: threadTs };
  const said = await door.calls.respond(responseUrl, { ...asSaidOpenly(message), ...inThread });
  if (!said.ok) await notify({ notice: 'not-in-channel' }, request, door);
}

/** A link, or something that says by itself what it does: Slack tells us, and there is nothing to do. */
export const nothingToDo = async (): Promise<void> => {};

async function openStored(
  request: ActionRequest,
  door: SlackDoor,
  present: (answer: AgedAnswer) => ReturnType<typeof presentDetails>,
): Promise<void> {
  const answer = await door.answers.stored(request.value);
  await openModal(
    answer === null ? presentNoticeModal({ notice: 'expired' }) : present(answer),
    request,
    door,
  );
}

/** Beside the message, for the person alone; on the Home tab and in modals, as a modal. */
export async function notify(notice: Notice, request: ActionRequest, door: SlackDoor): Promise<void> {
  const { responseUrl, threadTs } = request;
  if (responseUrl === null) {
    await openModal(presentNoticeModal(notice), request, door);
    return;
  }
  const inThread = threadTs === null ? {} : { thread_ts: threadTs };
  await door.calls.respond(responseUrl, { ...asEphemeral(presentNotice(notice)), ...inThread });
}
