/**
 * Answers that Slack takes later than a process can wait for: whoever waits is written down once more, and told when
 * Slack has said that it takes posts again. Answers about domains alone, which are found again in the store: what a
 * header says is kept nowhere, so it cannot wait.
 */
import { randomUUID } from 'node:crypto';
import type { ReadQuestion } from '../question/domain.ts';
import { mayTryAgain } from './call-failures.ts';
import type { SlackDoor } from './door.ts';
import type { Called } from './slack-calls.ts';
import { ANSWERED_WITHIN_MS, domainsOf, subscriberOf } from './subscriber.ts';
import type { AnswerTo, Subscriber } from './subscriber.ts';

type Tools = Pick<SlackDoor, 'bringLater' | 'now'>;

export interface Undelivered {
  /** One of those that were asked about. */
  readonly domain: string;
  readonly subscriber: Subscriber;
  /** Nobody waits after this; milliseconds since 1970. */
  readonly untilMs: number;
}

/** @param called what became of the post; does nothing unless Slack said when it takes another */
export async function putOff(
  called: Called,
  { domain, subscriber, untilMs }: Undelivered,
  { bringLater, now }: Tools,
): Promise<void> {
  if (called.ok || called.retryAfterSeconds === null || !mayTryAgain(called.because)) return;
  const postsLeft = subscriber.postsLeft - 1;
  const delaySeconds = called.retryAfterSeconds;
  if (postsLeft < 1 || now() + delaySeconds * 1000 >= untilMs) return;
  // Another id: who waited under the old one has been answered, as far as the store knows.
  const waiting = { id: randomUUID(), body: JSON.stringify({ ...subscriber, postsLeft }), untilMs };
  await bringLater(domain, waiting, delaySeconds);
}

/** The same for an answer that was there as it was asked for: nobody waited for it until now. */
export async function putOffAsked(
  called: Called,
  asked: readonly ReadQuestion[],
  to: AnswerTo,
  tools: Tools,
): Promise<void> {
  const [domain] = domainsOf(asked);
  if (domain === undefined) return;
  const untilMs = tools.now() + ANSWERED_WITHIN_MS;
  await putOff(called, { domain, subscriber: subscriberOf(asked, to), untilMs }, tools);
}
