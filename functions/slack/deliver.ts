/**
 * Brings an answer to those who wait for it in Slack. Each is posted to once: the row that says who waits is taken
 * away first. What Slack does not take is tried again only where it certainly was not posted, within the posts that
 * are left and half an hour; what Slack takes later than this process lives is handed on. After that it is told in
 * the log.
 */
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import type { ReadQuestion } from '../question/domain.ts';
import type { StoreFailure } from '../store/stored.ts';
import type { Waiting } from '../store/subscribers.ts';
import { presentOutcomes } from './answer-message.ts';
import type { Outcome } from './answer-message.ts';
import type { SlackDoor } from './door.ts';
import { endsIt } from './final-answer.ts';
import { publishHome } from './home.ts';
import { asEphemeral, asReplacement } from './posted.ts';
import { putOff } from './put-off.ts';
import { sayIn } from './say-in.ts';
import type { CallBounds, Called } from './slack-calls.ts';
import { completeStep } from './step-answer.ts';
import { domainsOf, questionsOf, readSubscriber } from './subscriber.ts';
import type { Subscriber } from './subscriber.ts';

export interface DeliveryTools extends Pick<
  SlackDoor,
  'subscribers' | 'once' | 'recent' | 'calls' | 'bringLater' | 'sender' | 'pageUrl' | 'now'
> {
  readonly stored: DomainAnswers['stored'];
  readonly failed: (operation: string, failure: StoreFailure) => void;
  /** Of one post: nobody waits for its end but the person. */
  readonly timeoutMs: number;
  /** When this process begins no further post, milliseconds since 1970. */
  readonly postsUntilMs: () => number;
}

export interface Delivery {
  /** Posts an answer to all who wait for it. Rejects by a mistake of ours, when all others have been told. */
  readonly deliver: (answer: AgedAnswer) => Promise<void>;
  /** Tells all who wait for a domain that its check came to no end. Rejects as `deliver` does. */
  readonly giveUp: (domain: string) => Promise<void>;
}

/** Posts at once: Slack takes about one a second a channel, and these are of many. */
const POSTS_AT_ONCE = 10;

export function createDelivery(tools: DeliveryTools): Delivery {
  const { subscribers, stored, failed } = tools;

  async function tellAll(domain: string, answer: AgedAnswer | null): Promise<void> {
    const { waiting, left } = await subscribers.take(domain);
    if (left !== null) failed('take', left);
    const rows = [...waiting];
    const mistakes: unknown[] = [];
    const worker = async (): Promise<void> => {
      for (let row = rows.pop(); row !== undefined; row = rows.pop()) {
        await tell(row, domain, answer).catch((mistake: unknown) => mistakes.push(mistake));
      }
    };
    await Promise.all(Array.from({ length: POSTS_AT_ONCE }, worker));
    if (mistakes.length > 0) throw mistakes[0];
  }

  async function tell(row: Waiting, domain: string, answer: AgedAnswer | null): Promise<void> {
    const subscriber = readSubscriber(row);
    if (subscriber === null) return;
    const asked = questionsOf(subscriber);
    const others = domainsOf(asked).filter((other) => other !== domain);
    if (others.length > 0) {
      const waits = await subscribers.waitsFor(others, row.id);
      if (waits.ok && waits.value.length > 0) return;
      if (!(await endsIt(row.id, tools))) return;
    }
    const outcomes = await Promise.all(asked.map((read) => outcomeOf(read, domain, answer)));
    const { untilMs } = row;
    const called = await post(subscriber, outcomes, untilMs, tools);
    await putOff(called, { domain, subscriber, untilMs }, tools);
  }

  async function outcomeOf(read: ReadQuestion, domain: string, answer: AgedAnswer | null): Promise<Outcome> {
    if (!read.ok) return { row: 'not-a-domain', mistake: read };
    const { question } = read;
    const known = question.domain === domain ? answer : await stored(question.domain);
    return known === null
      ? { row: 'gave-up', asked: question }
      : { row: 'answer', asked: question, answer: known };
  }

  return {
    deliver: (answer) => tellAll(answer.evidence.domain, answer),
    giveUp: (domain) => tellAll(domain, null),
  };
}

async function post(
  { to, postsLeft }: Subscriber,
  outcomes: readonly Outcome[],
  untilMs: number,
  tools: DeliveryTools,
): Promise<Called> {
  const { calls, timeoutMs, postsUntilMs } = tools;
  const bounds: CallBounds = {
    timeoutMs,
    tries: postsLeft,
    untilMs: Math.min(untilMs, postsUntilMs()),
  };
  switch (to.to) {
    case 'response-url': {
      // An old answer is better than none, so only a new one takes its place.
      const replaces = outcomes.every(({ row }) => row === 'answer') && to.replaces;
      const message = replaces
        ? asReplacement(presentOutcomes(outcomes, tools, replaces))
        : asEphemeral(presentOutcomes(outcomes, tools));
      return calls.respond(to.url, message, bounds);
    }
    case 'conversation':
      return sayIn(to, 'conversation', presentOutcomes(outcomes, tools, 'conversation'), bounds, tools);
    case 'home':
      return publishHome(to.viewer, { ...tools, answers: tools }, bounds);
    case 'step':
      return completeStep(to, outcomes, tools, bounds);
    default:
      return to satisfies never;
  }
}
