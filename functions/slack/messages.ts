/**
 * What is said to the bot: in a direct message, or with a mention in a channel or a thread. Answers about domains
 * stand where the question does; what a header says goes to the person alone, for recipients and internal servers
 * are in it. There is no `response_url` here: answers are posted with the bot's token.
 */
import { presentSlackHelp } from '../presenters/slack-help.ts';
import type { Readers, SlackMessage } from '../presenters/slack-message.ts';
import { presentNotice } from '../presenters/slack-notices.ts';
import type { ReadQuestion } from '../question/domain.ts';
import type { Viewer } from '../store/recent-domains.ts';
import { presentOutcomes } from './answer-message.ts';
import { askDomains } from './ask-domains.ts';
import { answerHistory } from './command.ts';
import type { SlackDoor } from './door.ts';
import type { Outcome } from './answer-message.ts';
import { patience } from './patience.ts';
import { putOffAsked } from './put-off.ts';
import { readText } from './read-text.ts';
import { remember } from './remember.ts';
import type { MessageRequest } from './requests.ts';
import { sayIn } from './say-in.ts';
import type { Place } from './say-in.ts';
import type { CallBounds } from './slack-calls.ts';

/** Once: the answer may be there before Slack takes it. */
const ANNOUNCED = { tries: 1 } as const;

type Say = (message: SlackMessage) => Promise<void>;

/** How a person is answered. */
interface Voice {
  /** Where the question stands. */
  readonly openly: Say;
  /** There too, to nobody but the person. */
  readonly privately: Say;
}

export const placeOfDirectMessage = ({ channelId, threadTs, viewer }: MessageRequest): Place => ({
  channelId,
  threadTs,
  inPublic: false,
  userId: viewer.userId,
});

/** In the thread of the message, or in that which the message is in. */
export const placeOfMention = ({ channelId, threadTs, ts, viewer }: MessageRequest): Place => ({
  channelId,
  threadTs: threadTs ?? ts,
  inPublic: true,
  userId: viewer.userId,
});

/** Whoever wrote a message hears of a mistake of ours, too. */
export async function sayMistake(place: Place, door: SlackDoor): Promise<void> {
  await voiceIn(place, patience(door), door).privately(presentNotice({ notice: 'mistake-of-ours' }));
}

/** @param place where it stands, and so where it is answered */
export async function answerMessage(request: MessageRequest, place: Place, door: SlackDoor): Promise<void> {
  const { viewer, fileIds } = request;
  const bounds = patience(door);
  const { openly, privately } = voiceIn(place, bounds, door);
  const [fileId, ...moreFiles] = fileIds;
  if (moreFiles.length > 0) return privately(presentNotice({ notice: 'one-file' }));
  if (fileId !== undefined) {
    const handedOn = await door.handOffFile({ fileId, viewId: null, ...place });
    return handedOn ? undefined : privately(presentNotice({ notice: 'file-unreadable' }));
  }
  const text = await readText(request.text, door);
  if (text.read === 'headers') return privately(text.answer.message());
  if (text.read === 'neither') return privately(presentNotice({ notice: 'neither-headers-nor-domain' }));
  const { wish } = text;
  switch (wish.wish) {
    case 'domains':
      return isQuestion(wish.asked, request)
        ? answerDomains(wish.asked, viewer, place, bounds, door)
        : privately(presentNotice({ notice: 'neither-headers-nor-domain' }));
    case 'history':
      return openly(await answerHistory(wish.asked, door));
    case 'too-many-domains':
      return privately(presentNotice({ notice: 'too-many-domains' }));
    case 'headers-form':
    case 'help':
      return privately(presentSlackHelp());
    default:
      wish satisfies never;
  }
}

/** One word that is no domain was mistyped; several without a domain among them are talk. */
const isQuestion = (asked: readonly ReadQuestion[], { text }: MessageRequest): boolean =>
  asked.some((read) => read.ok) || !/\s/.test(text.trim());

async function answerDomains(
  asked: readonly ReadQuestion[],
  viewer: Viewer,
  place: Place,
  bounds: Partial<CallBounds>,
  door: SlackDoor,
): Promise<void> {
  const to = { to: 'conversation', ...place } as const;
  const say = (outcomes: readonly Outcome[], within: Partial<CallBounds>) =>
    sayIn(place, 'conversation', presentOutcomes(outcomes, door, 'conversation'), within, door);
  let isAnnounced = false;
  const [outcomes] = await Promise.all([
    askDomains(asked, to, door, async (known) => {
      isAnnounced = true;
      await say(known, ANNOUNCED);
    }),
    remember(viewer, asked, door),
  ]);
  const isComing = outcomes.some(({ row }) => row === 'checking');
  if (isAnnounced && isComing) return;
  await putOffAsked(await say(outcomes, bounds), asked, to, door);
}

function voiceIn(place: Place, bounds: Partial<CallBounds>, door: SlackDoor): Voice {
  const saying =
    (to: Readers): Say =>
    async (message) => {
      await sayIn(place, to, message, bounds, door);
    };
  return { openly: saying('conversation'), privately: saying('asker') };
}
