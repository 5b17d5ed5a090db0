/**
 * Slack on one machine, by Socket Mode: Slack is called, and calls nobody, so that it works behind any firewall. Who
 * waits for an answer is remembered in this process, which runs the checks too.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { SocketModeReceiver } from '@slack/bolt';
import { gradeTls } from '../assessment/tls-criteria.ts';
import { checkHeaders } from '../check-headers.ts';
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import type { Settings } from '../environment.ts';
import type { LogLine } from '../http/request-log.ts';
import { createSlackApp } from '../slack/bolt-app.ts';
import { createBoltLog } from '../slack/bolt-log.ts';
import { createDelivery } from '../slack/deliver.ts';
import type { SlackDoor } from '../slack/door.ts';
import { answerFile } from '../slack/file-answer.ts';
import { placeOf } from '../presenters/mistake-place.ts';
import { pagesAt } from '../slack/pages.ts';
import { createSlackCalls } from '../slack/slack-calls.ts';
import { createFetchFile } from '../slack/slack-files.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { createOnce } from '../store/once.ts';
import { createRecentDomains } from '../store/recent-domains.ts';
import { createSubscribersHere } from '../store/subscribers-here.ts';
import type { Waiting } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import { createDelayedCalls } from './delayed-calls.ts';
import { startSocketSession } from './socket-session.ts';
import { createUnderWay } from './under-way.ts';

export interface SlackSocketOptions {
  readonly settings: Settings;
  readonly answers: DomainAnswers;
  readonly table: Table;
  readonly log: (line: LogLine) => void;
}

export interface SlackSocket {
  /** Brings an answer to those who wait for it. */
  readonly answered: (answer: AgedAnswer) => void;
  /** Takes no more of what people ask. */
  readonly stopListening: () => Promise<void>;
  /** Resolves when what is under way has been posted, or was given up. */
  readonly close: () => Promise<void>;
}

const CALL_MS = 1_500;
const REPLY_WITHIN_MS = 2_500;
/** A post or a file that nobody waits for but the person. */
const POST_MS = 10_000;
/** For what Slack does not take at once; whoever gave a file does not look at it for much longer. */
const FILE_PATIENCE_MS = 180_000;
/** After the deadline of a check: for its turn, and for a look whether it still goes on. */
const MINDED_MS = 30_000;
const LAST_WORDS_MS = 5_000;

export function startSlackSocket({ settings, answers, table, log }: SlackSocketOptions): SlackSocket {
  const now = Date.now;
  const tell: SlackDoor['log'] = (entry) => log({ level: 'error', ...entry });
  const failed = createFailureLog(tell, now);
  const { SLACK_BOT_TOKEN: token, MAILTLS_SLACK_API_URL: apiUrl } = settings;
  const botToken = async (): Promise<string> => token;
  const underWay = createUnderWay((error) =>
    tell({ event: 'slack-mistake', surface: 'delivery', detail: placeOf(error) }),
  );
  const subscribers = createSubscribersHere(now);
  const putOff = createDelayedCalls(async (domain) => {
    const answer = await answers.stored(domain);
    underWay.add(answer === null ? delivery.giveUp(domain) : delivery.deliver(answer));
  });
  const shared = {
    subscribers,
    async bringLater(domain: string, waiting: Waiting, delaySeconds: number) {
      await subscribers.add(domain, waiting);
      putOff.schedule(domain, delaySeconds * 1000);
    },
    once: createOnce({ table, now, failed }),
    recent: createRecentDomains(table, now),
    calls: createSlackCalls({
      apiUrl,
      botToken,
      // It is in this process's environment, which does not change.
      renewedToken: async () => null,
      fetch,
      timeoutMs: CALL_MS,
      wait,
      now,
      log: tell,
    }),
    sender: settings.MAILTLS_SENDER,
    pageUrl: pagesAt(settings.MAILTLS_PAGE_URL),
    now,
    failed,
  };
  const delivery = createDelivery({
    ...shared,
    stored: answers.stored,
    timeoutMs: POST_MS,
    postsUntilMs: () => Number.POSITIVE_INFINITY,
  });
  const minding = createDelayedCalls(async (domain) => {
    if ((await answers.progress(domain)) === null) underWay.add(delivery.giveUp(domain));
    else minding.schedule(domain, MINDED_MS);
  });
  const files = {
    answers,
    calls: shared.calls,
    checkHeaders: async (input: Uint8Array) =>
      checkHeaders(input, { ownServers: settings.MAILTLS_OWN_SERVERS, nowMs: now(), gradeTls }),
    fetchFile: createFetchFile({
      filesUrl: settings.MAILTLS_SLACK_FILES_URL,
      botToken,
      fetch,
      timeoutMs: POST_MS,
    }),
    timeoutMs: POST_MS,
    patienceMs: FILE_PATIENCE_MS,
    now,
  };
  const receiver = new SocketModeReceiver({
    appToken: settings.SLACK_APP_TOKEN,
    autoReconnectEnabled: false,
    logger: createBoltLog(tell),
    installerOptions: {
      clientOptions: {
        slackApiUrl: apiUrl,
        timeout: POST_MS,
        retryConfig: { retries: 0 },
        rejectRateLimitedCalls: true,
      },
    },
  });
  createSlackApp({
    receiver,
    botToken,
    apiUrl,
    door: {
      ...shared,
      answers,
      checkHeaders: files.checkHeaders,
      handOffFile: async (task) => {
        underWay.add(answerFile(task, files));
        return true;
      },
      minds: (domain) => minding.schedule(domain, settings.MAILTLS_DEADLINE_MS + MINDED_MS),
      replyWithinMs: REPLY_WITHIN_MS,
      eventWithinMs: REPLY_WITHIN_MS,
      afterReply: 'goes-on',
      log: tell,
    },
  });
  const session = startSocketSession({
    client: receiver.client,
    log: (entry) => log({ level: entry.event === 'slack-connected' ? 'info' : 'error', ...entry }),
  });
  return {
    answered: (answer) => underWay.add(delivery.deliver(answer)),
    stopListening: session.close,
    async close() {
      minding.close();
      putOff.close();
      await underWay.settled(LAST_WORDS_MS);
    },
  };
}
