/**
 * What is said to the bot: in a direct message, or with a mention in a channel or a thread. Answers about domains
 * stand where the question does; what a header says goes to the person alone, for recipients and internal servers
 * are in it. There is no `response_url` here: answers are posted with the bot's token.
 */
import { presentSlackHelp } from '../presenters/slack-help.ts';
import type { SlackMessage } from '../presenters/slack-message.ts';
import { presentNotice } from '../presenters/slack-notices.ts';
import type { ReadQuestion } from '../question/domain.ts';
import { presentOutcomes } from './answer-message.ts';
import type { Outcome } from './answer-message.ts';
import { askDomains } from './ask-domains.ts';
import { answerHistory } from './command.ts';
import type { SlackDoor } from './door.ts';
import { asPublic } from './posted.ts';
import { readText } from './read-text.ts';
import { remember } from './remember.ts';
import type { MessageRequest } from './requests.ts';

/** Where the process goes on after its reply, it can wait as long as Slack tells it to. */
const PATIENT_TRIES = 3;

interface Place {
  readonly channelId: string;
  readonly threadTs: string | null;
  /** Others than the person who asked can read there. */
  readonly inPublic: boolean;
}

export function answerDirectMessage(request: MessageRequest, door: SlackDoor): Promise<void> {
  const { channelId, threadTs } = request;
  return answerMessage(request, { channelId, threadTs, inPublic: false }, door);
}

/** In the thread of the message, or in that which the message is in. */
export function answerMention(request: MessageRequest, door: SlackDoor): Promise<void> {
  const { channelId, threadTs, ts } = request;
  return answerMessage(request, { channelId, threadTs: threadTs ?? ts, inPublic: true }, door);
}

async function answerMessage(request: MessageRequest, place: Place, door: SlackDoor): Promise<void> {
  const { viewer, fileIds } = request;
  const [fileId, ...moreFiles] = fileIds;
  if (moreFiles.length > 0)
    return say('privately', presentNotice({ notice: 'one-file' }), request, place, door);
  if (fileId !== undefined) {
    const handedOn = await door.handOffFile({ fileId, userId: viewer.userId, viewId: null, ...place });
    if (handedOn) return;
    return say('privately', presentNotice({ notice: 'file-unreadable' }), request, place, door);
  }
  const text = await readText(request.text, door);
  if (text.read === 'headers') {
    return say('privately', text.answer.message(), request, place, door);
  }
  if (text.read === 'neither') {
    return say('privately', presentNotice({ notice: 'neither-headers-nor-domain' }), request, place, door);
  }
  const { wish } = text;
  switch (wish.wish) {
    case 'domains':
      return answerDomains(wish.asked, request, place, door);
    case 'history':
      return say('openly', await answerHistory(wish.asked, door), request, place, door);
    case 'too-many-domains':
      return say('privately', presentNotice({ notice: 'too-many-domains' }), request, place, door);
    case 'headers-form':
    case 'help':
      return say('privately', presentSlackHelp(), request, place, door);
    default:
      wish satisfies never;
  }
}

async function answerDomains(
  asked: readonly ReadQuestion[],
  request: MessageRequest,
  place: Place,
  door: SlackDoor,
): Promise<void> {
  if (!asked.some((read) => read.ok) && /\s/.test(request.text.trim())) {
    return say('privately', presentNotice({ notice: 'neither-headers-nor-domain' }), request, place, door);
  }
  const { channelId, threadTs } = place;
  const tell = (outcomes: readonly Outcome[]): Promise<void> =>
    say('openly', presentOutcomes(outcomes, door), request, place, door);
  let isAnnounced = false;
  const [outcomes] = await Promise.all([
    askDomains(asked, { to: 'conversation', channelId, threadTs }, door, (known) => {
      isAnnounced = true;
      return tell(known);
    }),
    remember(request.viewer, asked, door),
  ]);
  const isComing = outcomes.some(({ row }) => row === 'checking');
  if (!isAnnounced || !isComing) await tell(outcomes);
}

/** Where the bot may not post, the person is told in their conversation with it. */
async function say(
  how: 'openly' | 'privately',
  message: SlackMessage,
  { viewer: { userId } }: MessageRequest,
  { channelId, threadTs, inPublic }: Place,
  { calls, afterReply }: SlackDoor,
): Promise<void> {
  const bounds = { tries: afterReply === 'goes-on' ? PATIENT_TRIES : 1 };
  const fields = { channel: channelId, thread_ts: threadTs, ...asPublic(message) };
  const said =
    how === 'privately' && inPublic
      ? await calls.call('chat.postEphemeral', { ...fields, user: userId }, bounds)
      : await calls.call('chat.postMessage', fields, bounds);
  const isShut = !said.ok && (said.because === 'not-in-channel' || said.because === 'no-such-channel');
  if (isShut && inPublic) {
    await calls.call('chat.postMessage', { channel: userId, ...asPublic(message) }, bounds);
  }
}
