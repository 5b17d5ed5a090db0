/**
 * Orders from the queue, checked side by side. Each is for itself: those that came to nothing are named to SQS, which
 * gives them again, and after the last time somebody is told. An order that comes twice costs one check.
 */
import type { ScheduledAnswers } from '../answers/answer-domain.ts';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import { CHECK_TRIES } from '../environment.ts';
import type { QueuedChecks } from '../store/queued-checks.ts';
import { readCheckOrder } from './check-queue.ts';
import type { CheckOrder } from './check-queue.ts';
import type { FunctionLogLine } from './function-log.ts';
import { checkedLine } from './measured-lines.ts';
import type { SlackDelivery } from './slack-delivery.ts';

/** What is used of the event. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS". */
export interface QueueEvent {
  readonly Records: readonly {
    readonly messageId: string;
    readonly body: string;
    readonly attributes: { readonly ApproximateReceiveCount: string };
  }[];
}

/** The orders that are to be given again; all others are done with. */
export interface BatchReply {
  readonly batchItemFailures: readonly { readonly itemIdentifier: string }[];
}

export interface BatchTools {
  readonly answers: Pick<ScheduledAnswers, 'check' | 'secondLook' | 'stored'>;
  readonly queued: QueuedChecks;
  readonly delivery: SlackDelivery;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (line: FunctionLogLine) => void;
}

export async function takeBatch({ Records: records }: QueueEvent, tools: BatchTools): Promise<BatchReply> {
  const done = await Promise.all(records.map((record) => takeAlone(record, tools)));
  const failed = records.filter((_, index) => done[index] !== true);
  return { batchItemFailures: failed.map(({ messageId }) => ({ itemIdentifier: messageId })) };
}

type QueueRecord = QueueEvent['Records'][number];

/** A mistake of this program ends one order, and not those that happen to be in its batch. */
async function takeAlone(record: QueueRecord, tools: BatchTools): Promise<boolean> {
  try {
    return await take(record, tools);
  } catch (mistake) {
    const detail = mistake instanceof Error ? (mistake.stack ?? mistake.message) : String(mistake);
    const line = { level: 'error', event: 'order-mistake', detail } as const;
    tools.log(line);
    return false;
  }
}

async function take(
  { body, attributes }: QueueRecord,
  { answers, queued, delivery, now, log }: BatchTools,
): Promise<boolean> {
  const order = readCheckOrder(body);
  if (order === null) {
    log({ level: 'error', event: 'order-unreadable' });
    return false;
  }
  const { domain, purpose } = order;
  const startedMs = now();
  // From here on the lock says that the check runs, and for no longer than it does.
  await queued.leave(domain);
  const answer = await answerTo(order, answers);
  if (answer !== null) {
    if (Date.parse(answer.evidence.observedAt) >= startedMs) log(checkedLine(answer.evidence));
    // Now, for who came to wait while the check ran had it seen to be running, and who comes now finds its answer.
    return delivery.deliver(answer);
  }
  if (purpose === 'second-look') return true;
  if (Number(attributes.ApproximateReceiveCount) < CHECK_TRIES) await queued.enter(domain);
  else await delivery.giveUp(domain);
  return false;
}

/** @returns null when the check came to no end; its reason is in the log where it is a mistake of this program */
async function answerTo(
  { domain, purpose, askedAtMs }: CheckOrder,
  answers: BatchTools['answers'],
): Promise<AgedAnswer | null> {
  if (purpose === 'second-look') {
    await answers.secondLook(domain);
    return answers.stored(domain);
  }
  const asked = purpose === 'again' ? { purpose, askedAtMs } : { purpose };
  const answered = await answers.check(domain, asked).catch(() => null);
  return answered?.outcome === 'answer' || answered?.outcome === 'no-such-domain' ? answered : null;
}
