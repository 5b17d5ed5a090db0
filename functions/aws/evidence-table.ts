/** The table of evidence as the doors on AWS open it, and what is read from it and written to it alike by each. */
import { assessDomain } from '../assessment/domain.ts';
import type { Settings } from '../environment.ts';
import { createEvidenceStore } from '../store/evidence-store.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { createPassingEvidence } from '../store/passing-evidence.ts';
import type { PassingEvidence } from '../store/passing-evidence.ts';
import { createQueuedChecks } from '../store/queued-checks.ts';
import type { QueuedChecks } from '../store/queued-checks.ts';
import { createTable } from '../store/dynamodb-table.ts';
import type { Table } from '../store/table.ts';

export interface EvidenceTable {
  readonly table: Table;
  readonly store: EvidenceStore;
  readonly passing: PassingEvidence;
  readonly queued: QueuedChecks;
}

const DAY_SECONDS = 86_400;
/** A message that is older was lost, or the check function cannot keep up; then another one does no harm. */
const QUEUED_MS = 120_000;

/** Opens nothing yet: the client is made at the first use. */
export function openEvidenceTable(settings: Settings): EvidenceTable {
  const now = Date.now;
  const { MAILTLS_STORE_ENDPOINT: endpoint } = settings;
  const table = createTable({
    tableName: settings.MAILTLS_TABLE,
    endpoint: endpoint === '' ? null : endpoint,
    accessKey: null,
    timeoutMs: settings.MAILTLS_STORE_TIMEOUT_MS,
  });
  return {
    table,
    store: createEvidenceStore({
      table,
      now,
      keepSeconds: settings.MAILTLS_KEEP_DAYS * DAY_SECONDS,
      serveSeconds: settings.MAILTLS_FRESH_SECONDS + settings.MAILTLS_STALE_SECONDS,
      judge: assessDomain,
    }),
    // As long as one machine would remember it.
    passing: createPassingEvidence({ table, now, serveSeconds: settings.MAILTLS_NEGATIVE_SECONDS }),
    queued: createQueuedChecks({ table, now, believedMs: QUEUED_MS }),
  };
}
