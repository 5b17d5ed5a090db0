/**
 * SQS, as far as standard queues go: delay, visibility, redelivery, and a dead-letter queue after so many receives.
 * Spoken to through its JSON protocol by clients, and by the event pump directly, as Lambda's own pollers do.
 * Source: Amazon SQS API Reference (SendMessage, ReceiveMessage, DeleteMessage, ChangeMessageVisibility).
 */
import { createHash, randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { awsError } from './aws-services.ts';
import type { AwsAnswer, AwsRequest, AwsService } from './aws-services.ts';

export interface QueueMessage {
  readonly messageId: string;
  readonly body: string;
  /** Of this receive; another receive has another. */
  readonly receiptHandle: string;
  readonly receiveCount: number;
}

export interface QueueRules {
  readonly name: string;
  /** A second of delays and visibility, in milliseconds: queues of tests are quick. */
  readonly secondMs: number;
  readonly visibilitySeconds: number;
  /** Received so often and not deleted, it goes to the dead letters. */
  readonly mostReceives: number;
}

export interface TestQueue {
  readonly name: string;
  readonly send: (body: string, delaySeconds?: number) => string;
  /** What is visible now, at most so many; each is invisible from then on for a while. */
  readonly receive: (most: number) => readonly QueueMessage[];
  /** @returns whether the handle was good */
  readonly remove: (receiptHandle: string) => boolean;
  /** How long the message stays invisible from now on. */
  readonly changeVisibility: (receiptHandle: string, seconds: number) => boolean;
  /** Bodies that were given up. */
  readonly deadLetters: readonly string[];
  /** Every body that was ever sent, with its delay. */
  readonly sent: readonly { readonly body: string; readonly delaySeconds: number }[];
  /** Messages that are in it, visible or not. */
  readonly size: () => number;
}

interface Kept {
  readonly messageId: string;
  readonly body: string;
  visibleAtMs: number;
  receiptHandle: string;
  receiveCount: number;
}

export function createTestQueue({ name, secondMs, visibilitySeconds, mostReceives }: QueueRules): TestQueue {
  const messages = new Set<Kept>();
  const deadLetters: string[] = [];
  const sent: TestQueue['sent'][number][] = [];
  const byReceipt = (handle: string): Kept | undefined =>
    [...messages].find(({ receiptHandle }) => receiptHandle === handle);
  return {
    name,
    deadLetters,
    sent,
    size: () => messages.size,

    send(body, delaySeconds = 0) {
      sent.push({ body, delaySeconds });
      const messageId = randomUUID();
      const visibleAtMs = Date.now() + delaySeconds * secondMs;
      messages.add({ messageId, body, visibleAtMs, receiptHandle: '', receiveCount: 0 });
      return messageId;
    },

    receive(most) {
      const taken: QueueMessage[] = [];
      for (const message of messages) {
        if (taken.length === most) break;
        if (message.visibleAtMs > Date.now()) continue;
        if (message.receiveCount >= mostReceives) {
          messages.delete(message);
          deadLetters.push(message.body);
          continue;
        }
        message.receiveCount += 1;
        message.receiptHandle = randomUUID();
        message.visibleAtMs = Date.now() + visibilitySeconds * secondMs;
        taken.push({ ...message });
      }
      return taken;
    },

    remove(receiptHandle) {
      const message = byReceipt(receiptHandle);
      return message !== undefined && messages.delete(message);
    },

    changeVisibility(receiptHandle, seconds) {
      const message = byReceipt(receiptHandle);
      if (message === undefined) return false;
      message.visibleAtMs = Date.now() + seconds * secondMs;
      return true;
    },
  };
}

const LONGEST_DELAY_SECONDS = 900;
const LARGEST_BODY_BYTES = 1_048_576;
const LOOK_EVERY_MS = 20;

type Operation = (queue: TestQueue, body: AwsRequest['body']) => AwsAnswer | Promise<AwsAnswer>;

const OPERATIONS: Readonly<Record<string, Operation>> = {
  SendMessage(queue, { MessageBody: body, DelaySeconds: delay = 0 }) {
    const delaySeconds = Number(delay);
    if (typeof body !== 'string' || body === '' || Buffer.byteLength(body) > LARGEST_BODY_BYTES) {
      return awsError(400, 'InvalidMessageContents', 'The message is empty or too long.');
    }
    if (!Number.isInteger(delaySeconds) || delaySeconds < 0 || delaySeconds > LONGEST_DELAY_SECONDS) {
      return awsError(400, 'InvalidParameterValue', 'DelaySeconds must be >= 0 and <= 900.');
    }
    const MessageId = queue.send(body, delaySeconds);
    return { ok: true, body: { MessageId, MD5OfMessageBody: md5(body) } };
  },

  async ReceiveMessage(queue, { MaxNumberOfMessages: most = 1, WaitTimeSeconds: waitSeconds = 0 }) {
    const untilMs = Date.now() + Number(waitSeconds) * 1000;
    let received = queue.receive(Number(most));
    while (received.length === 0 && Date.now() < untilMs) {
      await wait(LOOK_EVERY_MS);
      received = queue.receive(Number(most));
    }
    const Messages = received.map(({ messageId, body, receiptHandle, receiveCount }) => ({
      MessageId: messageId,
      ReceiptHandle: receiptHandle,
      Body: body,
      MD5OfBody: md5(body),
      Attributes: { ApproximateReceiveCount: String(receiveCount) },
    }));
    return { ok: true, body: Messages.length === 0 ? {} : { Messages } };
  },

  DeleteMessage(queue, { ReceiptHandle: handle }) {
    queue.remove(String(handle));
    return { ok: true };
  },

  ChangeMessageVisibility(queue, { ReceiptHandle: handle, VisibilityTimeout: seconds }) {
    return queue.changeVisibility(String(handle), Number(seconds))
      ? { ok: true }
      : awsError(400, 'ReceiptHandleIsInvalid', 'The receipt handle is not valid.');
  },
};

const md5 = (text: string): string => createHash('md5').update(text).digest('hex');

const TARGET = 'AmazonSQS.';

/** @param queues found by the last part of their address */
export function queueService(queues: readonly TestQueue[]): AwsService {
  return ({ operation, body }) => {
    const perform = operation.startsWith(TARGET) ? OPERATIONS[operation.slice(TARGET.length)] : undefined;
    if (perform === undefined) return null;
    const name = String(body['QueueUrl']).split('/').at(-1);
    const queue = queues.find((known) => known.name === name);
    return Promise.resolve(
      queue === undefined
        ? awsError(400, 'com.amazonaws.sqs#QueueDoesNotExist', 'The specified queue does not exist.')
        : perform(queue, body),
    );
  };
}
