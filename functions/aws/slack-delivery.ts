/** Answers brought to those who wait for them in Slack, by whichever function has them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainAnswers } from '../domain-answers.ts';
import type { Settings } from '../environment.ts';
import { createDelivery } from '../slack/deliver.ts';
import type { Delivery } from '../slack/deliver.ts';
import { createSlackCalls } from '../slack/slack-calls.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { createOnce } from '../store/once.ts';
import { createRecentDomains } from '../store/recent-domains.ts';
import { createSubscribers } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import { writeFailure } from './function-log.ts';
import { pageUrls } from './page-urls.ts';
import { createSlackSecrets } from './secrets.ts';

/** Of one post. Nobody waits for its end but the function, whose time is counted. */
const POST_MS = 3_000;

export interface DeliveryParts {
  readonly table: Table;
  readonly answers: Pick<DomainAnswers, 'stored'>;
}

/** Opens nothing yet: the secret is read where a post needs the bot's token, or a link its seal. */
export function openSlackDelivery(settings: Settings, { table, answers }: DeliveryParts): Delivery {
  const now = Date.now;
  const failed = createFailureLog(writeFailure, now);
  const secrets = createSlackSecrets({
    secretId: settings.MAILTLS_SLACK_SECRET,
    endpoint: settings.MAILTLS_AWS_ENDPOINT,
    now,
  });

  async function secretField(name: 'botToken' | 'linkKey'): Promise<string | null> {
    const read = await secrets.current();
    if (!read.ok) writeFailure({ event: 'secret-failed', detail: read.sentence });
    return read.ok ? read.secret[name] : null;
  }

  const tools = {
    subscribers: createSubscribers(table, now),
    once: createOnce({ table, now, failed }),
    recent: createRecentDomains(table, now),
    calls: createSlackCalls({
      apiUrl: settings.MAILTLS_SLACK_API_URL,
      botToken: () => secretField('botToken'),
      fetch,
      timeoutMs: POST_MS,
      wait,
      now,
      log: writeFailure,
    }),
    sender: settings.MAILTLS_SENDER,
    stored: answers.stored,
    failed,
    timeoutMs: POST_MS,
    now,
  };

  async function delivery(): Promise<Delivery> {
    const linkKey = settings.MAILTLS_PAGE_LINKS ? ((await secretField('linkKey')) ?? '') : '';
    return createDelivery({ ...tools, pageUrl: pageUrls(settings, linkKey, now) });
  }

  return {
    deliver: async (answer) => (await delivery()).deliver(answer),
    giveUp: async (domain) => (await delivery()).giveUp(domain),
  };
}
