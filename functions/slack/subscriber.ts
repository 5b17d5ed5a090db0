/**
 * Who in Slack waits for an answer, as a row of the store: what was asked, in the words it was asked in, and how to
 * answer. A `response_url` and the token of a workflow step are capabilities, so a row lives no longer than they do.
 */
import type { Readers } from '../presenters/slack-message.ts';
import type { ReadQuestion } from '../question/domain.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Viewer } from '../store/recent-domains.ts';
import type { Place } from './say-in.ts';
import type { Waiting } from '../store/subscribers.ts';

export type AnswerTo =
  /** `replaces`: the answer takes the place of the message whose button was pressed, for those who read that. */
  | { readonly to: 'response-url'; readonly url: string; readonly replaces: Readers | false }
  | (Place & { readonly to: 'conversation' })
  | { readonly to: 'home'; readonly viewer: Viewer }
  | { readonly to: 'step'; readonly executionId: string; readonly token: string | null };

export interface Subscriber {
  readonly version: 1;
  /** What was asked together, at most five texts. */
  readonly asked: readonly string[];
  readonly to: AnswerTo;
  /** How often may be posted, refused attempts among them. */
  readonly postsLeft: number;
}

/** Slack takes five posts at a `response_url`; two are kept in hand. */
export const MOST_POSTS = 3;
/** And for half an hour; what is begun a moment before the end may arrive after it. */
export const ANSWERED_WITHIN_MS = 29 * 60_000;

export function waitingOf(id: string, subscriber: Subscriber, nowMs: number): Waiting {
  return { id, body: JSON.stringify(subscriber), untilMs: nowMs + ANSWERED_WITHIN_MS };
}

/** Whoever asked just now, and was posted nothing yet. */
export const subscriberOf = (asked: readonly ReadQuestion[], to: AnswerTo): Subscriber => ({
  version: 1,
  asked: asked.map((read) => (read.ok ? read.question.asked : read.asked)),
  to,
  postsLeft: MOST_POSTS,
});

/** @returns null for what another version of this program wrote */
export function readSubscriber({ body }: Waiting): Subscriber | null {
  try {
    const subscriber: Subscriber = JSON.parse(body);
    return subscriber.version === 1 ? subscriber : null;
  } catch {
    return null;
  }
}

export const questionsOf = ({ asked }: Subscriber): readonly ReadQuestion[] => asked.map(parseQuestion);

/** The domains among what was asked, as A-labels. */
export const domainsOf = (asked: readonly ReadQuestion[]): readonly string[] =>
  asked.flatMap((read) => (read.ok ? [read.question.domain] : []));
