/**
 * The queue as an agent sees it: it asks, waits up to twenty seconds for an answer, and what it was given is its own
 * to do. Work is taken out before it is done: done twice, it would be a second visit to somebody's mail server.
 */
import { createQueue } from '../amazon/queue.ts';

export interface AgentQueue {
  /**
   * Takes up to so many messages, and waits for the first one.
   * @returns their bodies; empty: nothing came
   * @throws as `AmazonService` does, when the queue cannot be asked, or gives messages and takes none of them out
   */
  readonly take: (most: number, signal: AbortSignal) => Promise<readonly string[]>;
  readonly close: () => void;
}

/** SQS's own longest wait. */
const LONGEST_WAIT_SECONDS = 20;
const TIMEOUT_MS = (LONGEST_WAIT_SECONDS + 10) * 1000;

/** @param endpoint where SQS is spoken to; empty: AWS itself */
export function createAgentQueue(queueUrl: string, endpoint: string): AgentQueue {
  const queue = createQueue({ queueUrl, endpoint, timeoutMs: TIMEOUT_MS });
  return {
    async take(most, signal) {
      const received = await queue.receive(most, LONGEST_WAIT_SECONDS, signal);
      // What could not be taken out comes again, to this agent or another.
      const taken = await Promise.allSettled(
        received.map(async (message) => {
          await queue.remove(message);
          return message.Body;
        }),
      );
      const bodies = taken.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
      const failed = taken.find((one) => one.status === 'rejected');
      if (bodies.length === 0 && failed !== undefined) throw failed.reason;
      return bodies;
    },
    close: queue.close,
  };
}
