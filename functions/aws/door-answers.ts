/** Answers for the doors that run no checks themselves, HTTP and Slack: the table and the queue, from the settings. */
import { assessDomain } from '../assessment/domain.ts';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import type { Settings } from '../environment.ts';
import type { Table } from '../store/table.ts';
import { createCheckQueue } from './check-queue.ts';
import type { CheckQueue } from './check-queue.ts';
import { openEvidenceTable } from './evidence-table.ts';
import { writeFailure } from './function-log.ts';
import { createQueuedAnswers } from './queued-answers.ts';

export interface DoorAnswers {
  readonly answers: DomainAnswers;
  readonly table: Table;
  readonly queue: CheckQueue;
}

/** Opens nothing yet: clients are made at their first use. */
export function openDoorAnswers(settings: Settings): DoorAnswers {
  const opened = openEvidenceTable(settings);
  const queue = createCheckQueue(settings.MAILTLS_CHECK_QUEUE, settings.MAILTLS_AWS_ENDPOINT);
  const answers = createQueuedAnswers({
    settings,
    ...opened,
    queue,
    judge: assessDomain,
    now: Date.now,
    log: writeFailure,
  });
  return { answers, table: opened.table, queue };
}
