/**
 * What Lambda does between a queue and a function: takes batches, hands them over as events, deletes what was done
 * and leaves the rest to come again. Source: AWS Lambda Developer Guide, "Using Lambda with Amazon SQS", with
 * ReportBatchItemFailures.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { EmulatedFunction } from './function-service.ts';
import type { QueueMessage, TestQueue } from './queue-service.ts';

export interface PumpRules {
  readonly batchSize: number;
  readonly mostAtOnce: number;
}

export interface EventPump {
  /** While held, messages stay in the queue. */
  held: boolean;
  /** Resolves when the queue is empty and no batch is under way. */
  readonly drained: () => Promise<void>;
  readonly stop: () => Promise<void>;
}

const LOOK_EVERY_MS = 20;

export function startEventPump(queue: TestQueue, called: EmulatedFunction, rules: PumpRules): EventPump {
  const underWay = new Set<Promise<void>>();
  const ended = new AbortController();

  async function handOver(batch: readonly QueueMessage[]): Promise<void> {
    const came = await called.invoke(queueEvent(queue.name, batch));
    if (came.outcome !== 'response') return;
    const failed = failedIn(came.payload);
    for (const { messageId, receiptHandle } of batch) {
      if (!failed.has(messageId)) queue.remove(receiptHandle);
    }
  }

  async function poll(): Promise<void> {
    while (!ended.signal.aborted) {
      const mayTake = !pump.held && underWay.size < rules.mostAtOnce;
      const batch = mayTake ? queue.receive(rules.batchSize) : [];
      if (batch.length > 0) {
        const work = handOver(batch).finally(() => underWay.delete(work));
        underWay.add(work);
      }
      await wait(LOOK_EVERY_MS, undefined, { signal: ended.signal }).catch(() => {});
    }
  }

  const pump: EventPump = {
    held: false,
    async drained() {
      while (underWay.size > 0 || queue.size() > 0) await wait(LOOK_EVERY_MS);
    },
    async stop() {
      ended.abort();
      await polling;
      await Promise.allSettled(underWay);
    },
  };
  const polling = poll();
  return pump;
}

/** As Lambda's poller writes it. */
export function queueEvent(
  queueName: string,
  messages: readonly Pick<QueueMessage, 'messageId' | 'body' | 'receiptHandle' | 'receiveCount'>[],
): object {
  return {
    Records: messages.map(({ messageId, body, receiptHandle, receiveCount }) => ({
      messageId,
      receiptHandle,
      body,
      attributes: {
        ApproximateReceiveCount: String(receiveCount),
        SentTimestamp: '1763790000000',
        SenderId: 'AROAEXAMPLE:mailtls',
        ApproximateFirstReceiveTimestamp: '1763790000001',
      },
      messageAttributes: {},
      md5OfBody: '',
      eventSource: 'aws:sqs',
      eventSourceARN: `arn:aws:sqs:us-east-1:123456789012:${queueName}`,
      awsRegion: 'us-east-1',
    })),
  };
}

/** An answer without the list is success of the whole batch. */
function failedIn(payload: unknown): ReadonlySet<string> {
  if (typeof payload !== 'object' || payload === null || !('batchItemFailures' in payload)) return new Set();
  const { batchItemFailures: failures } = payload;
  return new Set(
    Array.isArray(failures)
      ? failures.map((failure: { itemIdentifier: string }) => failure.itemIdentifier)
      : [],
  );
}
