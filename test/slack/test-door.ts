/** The listeners' door with scripted answers behind it and Slack written down: what was called, and what it said. */
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { createDelivery } from '../../functions/slack/deliver.ts';
import type { Delivery } from '../../functions/slack/deliver.ts';
import type { SlackDoor, SlackLog } from '../../functions/slack/door.ts';
import type { FileTask } from '../../functions/slack/file-task.ts';
import type { CallBounds, Called } from '../../functions/slack/slack-calls.ts';
import { missingTable } from '../../functions/store/missing-table.ts';
import { createOnce } from '../../functions/store/once.ts';
import { createRecentDomains } from '../../functions/store/recent-domains.ts';
import { createSubscribersHere } from '../../functions/store/subscribers-here.ts';
import { fakeAnswers } from '../http/fake-answers.ts';
import type { FakeAnswers } from '../http/fake-answers.ts';

export interface NotedCall {
  /** A method, or the `response_url`. */
  readonly to: string;
  readonly fields: Readonly<Record<string, unknown>>;
  readonly bounds: Partial<CallBounds>;
  readonly token: string | undefined;
}

/** An answer that is to be brought later. */
interface PutOff {
  readonly domain: string;
  readonly delaySeconds: number;
}

export interface TestDoor {
  readonly door: SlackDoor;
  readonly delivery: Delivery;
  readonly answers: FakeAnswers;
  readonly calls: NotedCall[];
  readonly log: SlackLog[];
  readonly handedOn: FileTask[];
  readonly minded: string[];
  readonly putOff: PutOff[];
  /** What Slack answers a method with instead of `ok`. */
  readonly refusals: Map<string, Called>;
  readonly pass: (ms: number) => void;
}

export const START_MS = Date.parse('2026-11-22T01:05:03.456Z');

export function testDoor(changes: Partial<SlackDoor> = {}): TestDoor {
  let nowMs = START_MS;
  const now = (): number => nowMs;
  const answers = fakeAnswers();
  const calls: NotedCall[] = [];
  const log: SlackLog[] = [];
  const handedOn: FileTask[] = [];
  const minded: string[] = [];
  const putOff: PutOff[] = [];
  const refusals = new Map<string, Called>();
  const table = missingTable('there is none in this test');
  const answered = (to: string): Called => refusals.get(to) ?? { ok: true, answer: { view: { id: 'V1' } } };
  const door: SlackDoor = {
    answers,
    subscribers: createSubscribersHere(now),
    recent: createRecentDomains(table, now),
    once: createOnce({ table, now, failed: () => {} }),
    calls: {
      async call(to, fields, bounds = {}, token) {
        calls.push({ to, fields, bounds, token });
        return answered(to);
      },
      async respond(to, fields, bounds = {}) {
        calls.push({ to, fields, bounds, token: undefined });
        return answered('response_url');
      },
    },
    checkHeaders: async (input) => checkHeaders(input, { ownServers: [], nowMs, gradeTls }),
    async handOffFile(task) {
      handedOn.push(task);
      return true;
    },
    async bringLater(domain, waiting, delaySeconds) {
      putOff.push({ domain, delaySeconds });
      await door.subscribers.add(domain, waiting);
    },
    minds: (domain) => minded.push(domain),
    sender: '',
    pageUrl: () => null,
    replyWithinMs: 2_000,
    eventWithinMs: 20_000,
    afterReply: 'goes-on',
    now,
    failed: () => {},
    log: (entry) => log.push(entry),
    ...changes,
  };
  return {
    door,
    delivery: createDelivery({
      ...door,
      stored: answers.stored,
      timeoutMs: 10_000,
      postsUntilMs: () => Number.POSITIVE_INFINITY,
    }),
    answers,
    calls,
    log,
    handedOn,
    minded,
    putOff,
    refusals,
    pass(ms) {
      nowMs += ms;
    },
  };
}
