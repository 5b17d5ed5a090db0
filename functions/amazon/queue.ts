/** A queue of SQS. Source: Amazon SQS API Reference (SendMessage, ReceiveMessage, DeleteMessage). */
import { callJson } from './json-operations.ts';
import type { QueueMessage } from './json-operations.ts';
import { createService } from './late-service.ts';

export interface QueueOptions {
  /** Where SQS says the queue is. */
  readonly queueUrl: string;
  /** Where SQS is spoken to; empty: where the queue is. */
  readonly endpoint: string;
  /** Of one attempt; there are two. */
  readonly timeoutMs: number;
}

/** Each throws as `AmazonService` does. */
export interface Queue {
  /** @param delaySeconds how long nobody is to get it; SQS holds a message back for 15 minutes at most */
  readonly send: (body: string, delaySeconds: number, signal?: AbortSignal) => Promise<void>;
  /** @param waitSeconds for the first one; SQS waits for 20 seconds at most */
  readonly receive: (
    most: number,
    waitSeconds: number,
    signal: AbortSignal,
  ) => Promise<readonly QueueMessage[]>;
  readonly remove: (received: QueueMessage) => Promise<void>;
  readonly close: () => void;
}

/** Of one answer, by SQS. */
const MOST_RECEIVED = 10;

/** Opens no connection yet. */
export function createQueue({ queueUrl, endpoint, timeoutMs }: QueueOptions): Queue {
  const sqs = createService({
    name: 'sqs',
    endpoint: endpoint === '' ? new URL(queueUrl).origin : endpoint,
    accessKey: null,
    timeoutMs,
    attempts: 2,
    keepsConnections: true,
  });
  return {
    async send(body, delaySeconds, signal) {
      const message = { QueueUrl: queueUrl, MessageBody: body, DelaySeconds: delaySeconds };
      await callJson(sqs, 'SendMessage', message, signal);
    },

    async receive(most, waitSeconds, signal) {
      const wanted = {
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(most, MOST_RECEIVED),
        WaitTimeSeconds: waitSeconds,
      };
      return (await callJson(sqs, 'ReceiveMessage', wanted, signal)).Messages ?? [];
    },

    async remove({ ReceiptHandle: handle }) {
      const received = { QueueUrl: queueUrl, ReceiptHandle: handle };
      await callJson(sqs, 'DeleteMessage', received);
    },

    close: sqs.close,
  };
}
