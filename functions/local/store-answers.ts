/** Answers about domains on one machine: the pipeline, the store below the data folder, and timers. */
import { createDomainAnswers } from '../answers/answer-domain.ts';
import type { AnswersLog } from '../answers/answer-domain.ts';
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import { assessDomain } from '../assessment/domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { Settings } from '../environment.ts';
import { createEvidenceStore } from '../store/evidence-store.ts';
import { createLocks } from '../store/lock.ts';
import { createTable } from '../store/dynamodb-table.ts';
import type { Table } from '../store/table.ts';
import { createDelayedCalls } from './delayed-calls.ts';
import { openLocalTable } from './store-succession.ts';

const DAY_SECONDS = 86_400;

export interface LocalAnswers {
  readonly answers: DomainAnswers;
  /** The store itself, for what else is kept in it. */
  readonly table: Table;
  /** Where evidence is kept by now: in this process's own store, in that of another, at the endpoint given, or nowhere. */
  readonly store: 'own' | 'shared' | 'endpoint' | 'none';
  /** Ends checks within their bound, then the store. */
  readonly close: () => Promise<void>;
}

/** Opens the store and all that answers need. A store that cannot be opened is told in the log, and done without. */
export async function openLocalAnswers(
  settings: Settings,
  log: (entry: AnswersLog) => void,
  answered: (answer: AgedAnswer) => void = () => {},
): Promise<LocalAnswers> {
  const now = Date.now;
  const opened = await openTable(settings);
  const tools = createCheckTools(settings);
  const store = createEvidenceStore({
    table: opened.table,
    now,
    keepSeconds: settings.MAILTLS_KEEP_DAYS * DAY_SECONDS,
    serveSeconds: settings.MAILTLS_FRESH_SECONDS + settings.MAILTLS_STALE_SECONDS,
    judge: assessDomain,
  });
  const secondLooks = createDelayedCalls((domain) => answers.secondLook(domain));
  const answers = createDomainAnswers({
    settings,
    store,
    locks: createLocks(opened.table, settings.MAILTLS_LOCK_MS, now),
    tools,
    judge: assessDomain,
    now,
    scheduleSecondLook: secondLooks.schedule,
    answered,
    log,
  });
  return {
    answers,
    table: opened.table,
    get store() {
      return opened.store();
    },
    async close() {
      secondLooks.close();
      await answers.close();
      tools.close();
      await opened.close();
    },
  };
}

async function openTable(settings: Settings): Promise<{
  readonly table: Table;
  readonly store: () => LocalAnswers['store'];
  readonly close: () => Promise<void>;
}> {
  const { MAILTLS_TABLE: tableName, MAILTLS_STORE_TIMEOUT_MS: timeoutMs } = settings;
  const endpoint = settings.MAILTLS_STORE_ENDPOINT;
  if (endpoint === '') return openLocalTable(settings.MAILTLS_DATA_DIR, tableName, timeoutMs);
  const table = createTable({ tableName, endpoint, accessKey: null, timeoutMs });
  return { table, store: () => 'endpoint', close: async () => table.close() };
}
