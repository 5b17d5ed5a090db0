/**
 * Answers that Slack takes no sooner than in a while: who waits stays a row of the table, and an order that the queue
 * holds back for so long has the check function bring what is stored by then. The order says nothing of who waits.
 */
import type { SlackDoor } from '../slack/door.ts';
import type { StoreFailure } from '../store/stored.ts';
import type { Subscribers } from '../store/subscribers.ts';
import type { CheckQueue } from './check-queue.ts';
import { writeFailure } from './function-log.ts';

export interface LaterAnswersOptions {
  readonly queue: CheckQueue;
  readonly subscribers: Pick<Subscribers, 'add'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly failed: (operation: string, failure: StoreFailure) => void;
}

export function createBringLater({
  queue,
  subscribers,
  now,
  failed,
}: LaterAnswersOptions): SlackDoor['bringLater'] {
  return async (domain, waiting, delaySeconds) => {
    const added = await subscribers.add(domain, waiting);
    if (!added.ok) return failed('subscribe', added);
    const sent = await queue.send({ domain, purpose: 'answer', askedAtMs: now() }, delaySeconds * 1000);
    if (!sent.ok) writeFailure({ event: 'queue-failed', detail: sent.detail });
  };
}
