/** Answers on one machine: checks made in this process, evidence in the embedded store or at the endpoint given. */
import { createDomainAnswers } from '../answer-domain.ts';
import type { AnswersLog, DomainAnswers } from '../answer-domain.ts';
import { assessDomain } from '../assessment/domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { Settings } from '../environment.ts';
import { createEvidenceStore } from '../store/evidence-store.ts';
import { createLocks } from '../store/lock.ts';
import { createTable } from '../store/table.ts';
import type { Table } from '../store/table.ts';
import { openLocalStore } from './store-owner.ts';

export interface LocalAnswers {
  readonly answers: DomainAnswers;
  /** Ends what runs, within its bound, then closes the store. */
  readonly close: () => Promise<void>;
}

const DAY_SECONDS = 86_400;
/** Nobody listens there, so every use of the store fails at once, and is told. */
const NOWHERE = { endpoint: 'http://127.0.0.1:9', accessKey: 'none' } as const;

export async function openLocalAnswers(
  settings: Settings,
  log: (entry: AnswersLog) => void,
): Promise<LocalAnswers> {
  const { table, close: closeTable } = await openTable(settings);
  const tools = createCheckTools(settings);
  const store = createEvidenceStore({
    table,
    now: Date.now,
    keepSeconds: settings.MAILTLS_KEEP_DAYS * DAY_SECONDS,
    serveSeconds: settings.MAILTLS_FRESH_SECONDS + settings.MAILTLS_STALE_SECONDS,
    judge: assessDomain,
  });
  const secondLooks = new Set<NodeJS.Timeout>();
  const answers = createDomainAnswers({
    settings,
    store,
    locks: createLocks(table, settings.MAILTLS_LOCK_MS, Date.now),
    tools,
    judge: assessDomain,
    now: Date.now,
    scheduleSecondLook(domain, delayMs) {
      const timer = setTimeout(() => {
        secondLooks.delete(timer);
        void answers.secondLook(domain);
      }, delayMs);
      secondLooks.add(timer);
    },
    log,
  });
  return {
    answers,
    async close() {
      for (const timer of secondLooks) clearTimeout(timer);
      await answers.close();
      tools.close();
      await closeTable();
    },
  };
}

async function openTable(
  settings: Settings,
): Promise<{ readonly table: Table; readonly close: () => Promise<void> }> {
  const common = { tableName: settings.MAILTLS_TABLE, timeoutMs: settings.MAILTLS_STORE_TIMEOUT_MS };
  if (settings.MAILTLS_STORE_ENDPOINT !== '') {
    const table = createTable({ ...common, endpoint: settings.MAILTLS_STORE_ENDPOINT, accessKey: null });
    return { table, close: async () => table.close() };
  }
  const local = await openLocalStore(settings.MAILTLS_DATA_DIR, settings.MAILTLS_TABLE);
  const { endpoint, accessKey } = local ?? NOWHERE;
  const table = createTable({ ...common, endpoint, accessKey });
  return {
    table,
    async close() {
      table.close();
      await local?.close();
    },
  };
}
