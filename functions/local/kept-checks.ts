/**
 * The checks that a service running on this machine has stored, for commands that only want to look: null where none
 * runs on the data folder. Nothing is opened, locked or written.
 */
import type { Settings } from '../environment.ts';
import type { StoredCheck } from '../answers/servers-today.ts';
import { findRunningStore } from './store-owner.ts';

const DAY_SECONDS = 86_400;

export interface KeptChecks {
  readonly stored: StoredCheck;
  readonly close: () => void;
}

export async function openKeptChecks(settings: Settings): Promise<KeptChecks | null> {
  const { MAILTLS_DATA_DIR: dataFolder, MAILTLS_TABLE: tableName } = settings;
  const running = await findRunningStore(dataFolder, tableName);
  if (running === null) return null;
  const [{ createTable }, { createEvidenceStore }, { assessDomain }] = await Promise.all([
    import('../store/dynamodb-table.ts'),
    import('../store/evidence-store.ts'),
    import('../assessment/domain.ts'),
  ]);
  const table = createTable({ ...running, tableName, timeoutMs: settings.MAILTLS_STORE_TIMEOUT_MS });
  const store = createEvidenceStore({
    table,
    now: Date.now,
    keepSeconds: settings.MAILTLS_KEEP_DAYS * DAY_SECONDS,
    serveSeconds: settings.MAILTLS_FRESH_SECONDS + settings.MAILTLS_STALE_SECONDS,
    judge: assessDomain,
  });
  return {
    stored: async (domain) => {
      const found = await store.latest(domain);
      if (!found.ok || found.value === null) return null;
      const { evidence } = found.value;
      return { evidence, judgement: assessDomain(evidence) };
    },
    close: table.close,
  };
}
