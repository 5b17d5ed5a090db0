/**
 * The queue between the doors and the check: an order names a domain and what for, and nothing of who asked. SQS
 * may give an order twice, or once more after a failure, so that whoever takes it must be able to bear that.
 */
import { createQueue } from '../amazon/queue.ts';
import { failureDetail } from '../amazon/service.ts';
import type { Purpose } from '../answers/needed-check.ts';
import { jsonFields } from '../json-fields.ts';
import { parseQuestion } from '../question/domain.ts';

export interface CheckOrder {
  /** A-label, lower case, no trailing dot. */
  readonly domain: string;
  readonly purpose: Purpose['purpose'];
  /** Milliseconds since 1970. */
  readonly askedAtMs: number;
}

export type Sent = { readonly ok: true } | { readonly ok: false; readonly detail: string };

export interface CheckQueue {
  /** @param delayMs how long nobody is to get it; SQS holds an order back for 15 minutes at most */
  readonly send: (order: CheckOrder, delayMs?: number) => Promise<Sent>;
}

/** Slack waits three seconds for an acknowledgement, and other things are done before and after. */
const TIMEOUT_MS = 1_000;
const LONGEST_DELAY_SECONDS = 900;

/**
 * Opens nothing yet.
 * @param queueUrl empty: there is no queue, and nothing is sent
 */
export function createCheckQueue(queueUrl: string, endpoint: string): CheckQueue {
  const queue = queueUrl === '' ? null : createQueue({ queueUrl, endpoint, timeoutMs: TIMEOUT_MS });
  return {
    async send({ domain, purpose, askedAtMs }, delayMs = 0) {
      if (queue === null) return { ok: false, detail: 'MAILTLS_CHECK_QUEUE is not set' };
      try {
        const order: CheckOrder = { domain, purpose, askedAtMs };
        const delaySeconds = Math.min(Math.ceil(delayMs / 1000), LONGEST_DELAY_SECONDS);
        await queue.send(JSON.stringify(order), delaySeconds);
        return { ok: true };
      } catch (error) {
        return { ok: false, detail: failureDetail(error) };
      }
    },
  };
}

const PURPOSES: readonly Purpose['purpose'][] = ['answer', 'again', 'second-look'];

/** @returns null when the body of a message is no order */
export function readCheckOrder(body: string): CheckOrder | null {
  const { domain, purpose: told, askedAtMs } = jsonFields(body);
  const purpose = PURPOSES.find((known) => known === told);
  if (typeof domain !== 'string' || typeof askedAtMs !== 'number' || purpose === undefined) return null;
  const read = parseQuestion(domain);
  return read.ok && read.question.domain === domain ? { domain, purpose, askedAtMs } : null;
}
