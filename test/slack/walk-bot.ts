/**
 * The bot as it would be behind API Gateway, in this process, with everything else real as well: a store, checks of
 * the lab, and Slack on loopback. What is sent to it is signed, and what it sends is held to Slack's limits.
 */
import { AwsLambdaReceiver } from '@slack/bolt';
import { createDomainAnswers } from '../../functions/answers/answer-domain.ts';
import { assessDomain } from '../../functions/assessment/domain.ts';
import { gradeTls } from '../../functions/assessment/tls-criteria.ts';
import { checkHeaders } from '../../functions/check-headers.ts';
import { createCheckTools } from '../../functions/check-tools.ts';
import { readSettings } from '../../functions/environment.ts';
import { readSlackEvent } from '../../functions/aws/slack-event.ts';
import { createBoltLog } from '../../functions/slack/bolt-log.ts';
import { createSlackApp } from '../../functions/slack/bolt-app.ts';
import { createDelivery } from '../../functions/slack/deliver.ts';
import type { SlackDoor, SlackLog } from '../../functions/slack/door.ts';
import { answerFile } from '../../functions/slack/file-answer.ts';
import { createSlackCalls } from '../../functions/slack/slack-calls.ts';
import { createFetchFile } from '../../functions/slack/slack-files.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import { createFailureLog } from '../../functions/store/failure-log.ts';
import { createLocks } from '../../functions/store/lock.ts';
import { createOnce } from '../../functions/store/once.ts';
import { createRecentDomains } from '../../functions/store/recent-domains.ts';
import { createSubscribers } from '../../functions/store/subscribers.ts';
import type { Lab } from '../lab/start-lab.ts';
import { openTestTable } from '../store/test-table.ts';
import type { TestTable } from '../store/test-table.ts';
import type { Sent } from './events.ts';
import type { PayloadFault } from './limits.ts';
import { gatewayEvent, signedRequest } from './signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET } from './slack-api.ts';
import type { SlackApi } from './slack-api.ts';

export interface Replied {
  readonly statusCode: number;
  /** What was acknowledged with, read; an empty text where it was nothing. */
  readonly payload: unknown;
  readonly faults: readonly PayloadFault[];
}

export interface SendOptions {
  readonly secret?: string;
  /** When it was signed; milliseconds since 1970. */
  readonly atMs?: number;
  readonly retry?: { readonly number: number; readonly reason: string };
  /** Whether the gateway encodes the body; default as an HTTP API does. */
  readonly base64?: boolean;
}

export interface WalkBot {
  readonly send: (sent: Sent, options?: SendOptions) => Promise<Replied>;
  readonly log: readonly SlackLog[];
  /** Lets time pass for the bot and its store. */
  readonly skip: (ms: number) => void;
  readonly table: TestTable;
  readonly close: () => Promise<void>;
}

export const PAGES = 'https://mailtls.example/';
const DAY_SECONDS = 86_400;
const TIMEOUT_MS = 2_000;
const botToken = async (): Promise<string> => BOT_TOKEN;
const NO_WAIT = (): Promise<void> => Promise.resolve();
const pageUrl = (domain: string | null): string => (domain === null ? PAGES : `${PAGES}d/${domain}`);

export async function startWalkBot(lab: Lab, slack: SlackApi): Promise<WalkBot> {
  const read = readSettings(lab.environment);
  if (!read.ok) throw new Error('the lab’s settings are wrong');
  const { settings } = read;
  const there = await openTestTable();
  const { table } = there;
  let skippedMs = 0;
  const now = (): number => Date.now() + skippedMs;
  const log: SlackLog[] = [];
  const failed = createFailureLog((entry) => log.push(entry), now);
  const tools = createCheckTools(settings);
  const once = createOnce({ table, now, failed });
  const recent = createRecentDomains(table, now);
  const subscribers = createSubscribers(table, now);
  const calls = createSlackCalls({
    apiUrl: slack.apiUrl,
    botToken,
    renewedToken: async () => null,
    fetch,
    timeoutMs: TIMEOUT_MS,
    wait: NO_WAIT,
    now,
    log: (entry) => log.push(entry),
  });
  const answers = createDomainAnswers({
    settings,
    store: createEvidenceStore({
      table,
      now,
      keepSeconds: DAY_SECONDS,
      serveSeconds: DAY_SECONDS,
      judge: assessDomain,
    }),
    locks: createLocks(table, settings.MAILTLS_LOCK_MS, now),
    tools,
    judge: assessDomain,
    now,
    scheduleSecondLook: () => {},
    answered: (answer) => void delivery.deliver(answer),
    log: () => {},
  });
  const bringLater: SlackDoor['bringLater'] = async (domain, waiting) => {
    await subscribers.add(domain, waiting);
  };
  const delivery = createDelivery({
    subscribers,
    once,
    recent,
    calls,
    now,
    failed,
    bringLater,
    sender: '',
    pageUrl,
    stored: answers.stored,
    timeoutMs: TIMEOUT_MS,
    postsUntilMs: () => Number.POSITIVE_INFINITY,
  });
  const fetchFile = createFetchFile({ filesUrl: slack.filesUrl, botToken, fetch, timeoutMs: TIMEOUT_MS });
  const judgeHeaders: SlackDoor['checkHeaders'] = async (input) =>
    checkHeaders(input, { ownServers: [], nowMs: now(), gradeTls });
  const receiver = new AwsLambdaReceiver({
    signingSecret: SIGNING_SECRET,
    logger: createBoltLog((entry) => log.push(entry)),
  });
  createSlackApp({
    receiver,
    botToken,
    apiUrl: slack.apiUrl,
    door: {
      answers,
      subscribers,
      recent,
      once,
      calls,
      checkHeaders: judgeHeaders,
      handOffFile: async (task) => {
        const files = {
          answers,
          calls,
          checkHeaders: judgeHeaders,
          fetchFile,
          now,
          timeoutMs: TIMEOUT_MS,
          patienceMs: TIMEOUT_MS,
        };
        void answerFile(task, files);
        return true;
      },
      bringLater,
      minds: () => {},
      sender: '',
      pageUrl,
      replyWithinMs: 2_500,
      eventWithinMs: 2_500,
      afterReply: 'goes-on',
      now,
      failed,
      log: (entry) => log.push(entry),
    },
  });
  const handler = receiver.toHandler();

  return {
    log,
    table: there,
    skip: (ms) => {
      skippedMs += ms;
    },
    async send(sent, { secret = SIGNING_SECRET, atMs = Date.now(), retry, base64 } = {}) {
      const request = signedRequest('/slack/events', sent, secret, atMs, retry);
      const event = readSlackEvent(gatewayEvent(request, base64));
      if (event.event !== 'request') throw new Error('what Slack sends is no request');
      const { statusCode, body } = await handler(event.request, {});
      const payload: unknown = body.startsWith('{') ? JSON.parse(body) : body;
      return { statusCode, payload, faults: slack.acknowledged(payload) };
    },
    async close() {
      await answers.close();
      tools.close();
      await there.close();
    },
  };
}
