/** What the Slack function makes its answers with: the table, the queue behind the answers, Slack's secret. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import type { Settings } from '../environment.ts';
import type { SlackDoor } from '../slack/door.ts';
import type { FileTools } from '../slack/file-answer.ts';
import { createSlackCalls } from '../slack/slack-calls.ts';
import { createFetchFile } from '../slack/slack-files.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { createOnce } from '../store/once.ts';
import { createRecentDomains } from '../store/recent-domains.ts';
import { createSubscribers } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import type { CheckQueue } from './check-queue.ts';
import { freshFetch } from './fresh-fetch.ts';
import { writeFailure } from './function-log.ts';
import { createBringLater } from './later-answers.ts';
import { pageUrls } from './page-urls.ts';
import type { SlackSecret } from './slack-secret.ts';

export interface SlackDoorParts {
  readonly settings: Settings;
  readonly answers: DomainAnswers;
  readonly table: Table;
  readonly queue: CheckQueue;
  /** As it was fetched last; null: it cannot be had now. */
  readonly secret: () => Promise<SlackSecret | null>;
  /** Fetched anew, unless that was done a moment ago. */
  readonly renewedSecret: () => Promise<SlackSecret | null>;
  /** Seals links to pages; empty: it cannot be had now, or pages need none. */
  readonly linkKey: () => string;
  /** Has another run of the function read a file. */
  readonly handOffFile: SlackDoor['handOffFile'];
}

/** Slack waits three seconds, and a call is not all that is done in them. */
const CALL_MS = 1_500;
/** The gateway and a cold start take their part of them too. */
const REPLY_WITHIN_MS = 2_000;
/** Of the 29 seconds that the function has; so long may a post wait for Slack to take it. */
const EVENT_WITHIN_MS = 20_000;
/** Reading a file, and each call before and after it: nobody waits for their end but the person. */
const FILE_MS = 6_000;
/** Two of these after it end before the function does. */
const FILE_PATIENCE_MS = 16_000;

export function openSlackDoor(parts: SlackDoorParts): SlackDoor & FileTools {
  const { settings, answers, table, queue, secret, renewedSecret, linkKey, handOffFile } = parts;
  const now = Date.now;
  const failed = createFailureLog(writeFailure, now);
  const subscribers = createSubscribers(table, now);
  const botToken = async (): Promise<string | null> => (await secret())?.botToken ?? null;
  const { MAILTLS_SLACK_API_URL: apiUrl, MAILTLS_SLACK_FILES_URL: filesUrl } = settings;
  return {
    answers,
    subscribers,
    bringLater: createBringLater({ queue, subscribers, now, failed }),
    recent: createRecentDomains(table, now),
    once: createOnce({ table, now, failed }),
    calls: createSlackCalls({
      apiUrl,
      botToken,
      renewedToken: async () => (await renewedSecret())?.botToken ?? null,
      fetch: freshFetch,
      timeoutMs: CALL_MS,
      wait,
      now,
      log: writeFailure,
    }),
    checkHeaders: async (input) => {
      const [{ checkHeaders }, { gradeTls }] = await loadHeaders();
      return checkHeaders(input, { ownServers: settings.MAILTLS_OWN_SERVERS, nowMs: now(), gradeTls });
    },
    handOffFile,
    fetchFile: createFetchFile({ filesUrl, botToken, fetch: freshFetch, timeoutMs: FILE_MS }),
    timeoutMs: FILE_MS,
    patienceMs: FILE_PATIENCE_MS,
    // The check function tells those who wait when it gives a check up.
    minds: () => {},
    sender: settings.MAILTLS_SENDER,
    pageUrl: pageUrls(settings, linkKey, now),
    replyWithinMs: REPLY_WITHIN_MS,
    eventWithinMs: EVENT_WITHIN_MS,
    afterReply: 'frozen',
    now,
    failed,
    log: writeFailure,
  };
}

/** Loaded when there is a header to read, so that what is asked about domains starts sooner. */
const loadHeaders = () =>
  Promise.all([import('../check-headers.ts'), import('../assessment/tls-criteria.ts')]);
