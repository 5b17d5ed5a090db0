/** Answers brought to those who wait for them in Slack, by whichever function has them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import type { Settings } from '../environment.ts';
import { placeOf } from '../presenters/mistake-place.ts';
import { createDelivery } from '../slack/deliver.ts';
import { createSlackCalls } from '../slack/slack-calls.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { createOnce } from '../store/once.ts';
import { createRecentDomains } from '../store/recent-domains.ts';
import { createSubscribers } from '../store/subscribers.ts';
import type { Taken } from '../store/subscribers.ts';
import type { Table } from '../store/table.ts';
import type { CheckQueue } from './check-queue.ts';
import { freshFetch } from './fresh-fetch.ts';
import { writeFailure } from './function-log.ts';
import { createBringLater } from './later-answers.ts';
import { keepLinkKey } from './link-key.ts';
import { pageUrls } from './page-urls.ts';
import type { Read } from './secret-text.ts';
import { keepSlackSecret } from './slack-secret.ts';
import type { SlackSecret } from './slack-secret.ts';

/** Of one post. Nobody waits for its end but the function, whose time is counted. */
const POST_MS = 3_000;
/** Between two tries to read who waits: a table that is throttled for a moment should not cost anybody an answer. */
const READ_PAUSES_MS: readonly number[] = [300, 1_000, 2_500];

export interface SlackDelivery {
  /** @returns false when somebody may be left who waits and was not told */
  readonly deliver: (answer: AgedAnswer) => Promise<boolean>;
  readonly giveUp: (domain: string) => Promise<boolean>;
}

export interface DeliveryParts {
  readonly table: Table;
  readonly queue: CheckQueue;
  readonly answers: Pick<DomainAnswers, 'stored'>;
  /** When this run of the function begins no further post, milliseconds since 1970. */
  readonly postsUntilMs: () => number;
}

/** Opens nothing yet: secrets are read where a post needs the bot's token, or a link its seal. */
export function openSlackDelivery(settings: Settings, parts: DeliveryParts): SlackDelivery {
  const { table, queue, answers, postsUntilMs } = parts;
  const now = Date.now;
  const failed = createFailureLog(writeFailure, now);
  const secrets = keepSlackSecret(settings, now);
  const keyOfLinks = keepLinkKey(settings, now);

  const subscribers = createSubscribers(table, now);

  async function takePatiently(domain: string): Promise<Taken> {
    let { waiting, left } = await subscribers.take(domain);
    for (const pauseMs of READ_PAUSES_MS) {
      if (left === null) break;
      await wait(pauseMs);
      const more = await subscribers.take(domain);
      waiting = [...waiting, ...more.waiting];
      left = more.left;
    }
    return { waiting, left };
  }

  const tools = {
    once: createOnce({ table, now, failed }),
    recent: createRecentDomains(table, now),
    calls: createSlackCalls({
      apiUrl: settings.MAILTLS_SLACK_API_URL,
      botToken: () => botTokenIn(secrets.current),
      renewedToken: () => botTokenIn(secrets.renewed),
      fetch: freshFetch,
      timeoutMs: POST_MS,
      wait,
      now,
      log: writeFailure,
    }),
    bringLater: createBringLater({ queue, subscribers, now, failed }),
    sender: settings.MAILTLS_SENDER,
    stored: answers.stored,
    failed,
    timeoutMs: POST_MS,
    // Slack may ask for a pause that Lambda would not see the end of, and all else of this run with it.
    postsUntilMs,
    now,
  };

  async function tell(
    work: (delivery: ReturnType<typeof createDelivery>) => Promise<void>,
  ): Promise<boolean> {
    let isAll = true;
    async function take(domain: string): Promise<Taken> {
      const taken = await takePatiently(domain);
      isAll &&= taken.left === null;
      return taken;
    }
    const linkKey = await keyOfLinks();
    const pageUrl = pageUrls(settings, () => linkKey, now);
    const delivery = createDelivery({ ...tools, subscribers: { ...subscribers, take }, pageUrl });
    // Telling them once more would not undo a mistake of ours, and would tell the others twice.
    await work(delivery).catch((mistake: unknown) => {
      writeFailure({ event: 'slack-mistake', detail: placeOf(mistake) });
    });
    return isAll;
  }

  return {
    deliver: (answer) => tell((delivery) => delivery.deliver(answer)),
    giveUp: (domain) => tell((delivery) => delivery.giveUp(domain)),
  };
}

async function botTokenIn(read: () => Promise<Read<SlackSecret>>): Promise<string | null> {
  const found = await read();
  if (!found.ok) writeFailure({ event: 'secret-failed', detail: found.sentence });
  return found.ok ? found.secret.botToken : null;
}
