/** Answers where the checks run: the pipeline, the table, and the queue in place of timers. */
import { createDomainAnswers } from '../answers/answer-domain.ts';
import type { ScheduledAnswers } from '../answers/answer-domain.ts';
import { assessDomain } from '../assessment/domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { OwnedCheckTools } from '../check-tools.ts';
import { createResolver } from '../dns/resolver.ts';
import type { Settings } from '../environment.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { createLocks } from '../store/lock.ts';
import { createCheckQueue } from './check-queue.ts';
import type { CheckQueue } from './check-queue.ts';
import { openEvidenceTable } from './evidence-table.ts';
import type { EvidenceTable } from './evidence-table.ts';
import { writeFailure } from './function-log.ts';

export interface CheckAnswers {
  readonly answers: ScheduledAnswers;
  readonly opened: EvidenceTable;
  readonly queue: CheckQueue;
  readonly tools: OwnedCheckTools;
  /** Resolves when nothing of what was begun is under way: Lambda freezes the process once it has its answer. */
  readonly settled: () => Promise<void>;
}

/** @param leftMs how long the function may still work, less what it needs for its answer */
export function openCheckAnswers(settings: Settings, leftMs: () => number): CheckAnswers {
  const now = Date.now;
  const opened = openEvidenceTable(settings);
  const queue = createCheckQueue(settings.MAILTLS_CHECK_QUEUE, settings.MAILTLS_AWS_ENDPOINT);
  // The wall clock: a process's own may stand still while Lambda freezes it, and answers would not age.
  const tools = createCheckTools(settings, createResolver(settings, now), {
    table: opened.table,
    failed: createFailureLog(writeFailure, now),
  });
  const sending = new Set<Promise<void>>();

  function scheduleSecondLook(domain: string, delayMs: number): void {
    const sent = sendSecondLook(domain, delayMs);
    sending.add(sent);
    void sent.finally(() => sending.delete(sent));
  }

  async function sendSecondLook(domain: string, delayMs: number): Promise<void> {
    const sent = await queue.send({ domain, purpose: 'second-look', askedAtMs: now() }, delayMs);
    if (!sent.ok) writeFailure({ event: 'queue-failed', detail: sent.detail });
  }

  const answers = createDomainAnswers({
    settings,
    store: opened.store,
    passing: opened.passing,
    locks: createLocks(opened.table, settings.MAILTLS_LOCK_MS, now),
    tools,
    judge: assessDomain,
    now,
    leftMs,
    scheduleSecondLook,
    answered: () => {},
    log: writeFailure,
  });

  return {
    answers,
    opened,
    queue,
    tools,
    async settled() {
      await Promise.all([...sending, tools.allClosed()]);
    },
  };
}
