/**
 * The queue as an agent sees it: it asks, waits up to twenty seconds for an answer, and what it was given is its own
 * to do. Work is taken out before it is done: done twice, it would be a second visit to somebody's mail server.
 */
import { DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs';
import { awsClientConfiguration } from '../aws/aws-client.ts';

export interface AgentQueue {
  /**
   * Takes up to so many messages, and waits for the first one.
   * @returns their bodies; empty: nothing came
   * @throws what the client says when the queue cannot be asked
   */
  readonly take: (most: number, signal: AbortSignal) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** SQS's own longest wait, and most messages of one answer. */
const LONGEST_WAIT_SECONDS = 20;
const MOST_OF_ONE_ANSWER = 10;
const TIMEOUT_MS = (LONGEST_WAIT_SECONDS + 10) * 1000;

/** @param endpoint where SQS is spoken to; empty: AWS itself */
export function createAgentQueue(queueUrl: string, endpoint: string): AgentQueue {
  const client = new SQSClient(awsClientConfiguration({ endpoint, timeoutMs: TIMEOUT_MS }));

  return {
    async take(most, signal) {
      const receive = new ReceiveMessageCommand({
        QueueUrl: queueUrl,
        MaxNumberOfMessages: Math.min(most, MOST_OF_ONE_ANSWER),
        WaitTimeSeconds: LONGEST_WAIT_SECONDS,
      });
      const { Messages: messages = [] } = await client.send(receive, { abortSignal: signal });
      const taken = messages.map(async ({ Body: body = '', ReceiptHandle: handle }) => {
        await client.send(new DeleteMessageCommand({ QueueUrl: queueUrl, ReceiptHandle: handle }));
        return body;
      });
      // What could not be taken out comes again, to this agent or another.
      return (await Promise.allSettled(taken)).flatMap((one) =>
        one.status === 'fulfilled' ? [one.value] : [],
      );
    },
    close: () => client.destroy(),
  };
}
