/**
 * Starts the embedded store on a folder. One process at a time can have the folder open: the database below holds a
 * lock that the system takes away with the process, however it ends. Within one process it is up to us: a second
 * attempt there would fail and undo the lock of the first.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { callJson } from '../amazon/json-operations.ts';
import { createService } from '../amazon/late-service.ts';
import { isServiceError } from '../amazon/service.ts';

export interface EmulatorOptions {
  readonly folder: string;
  readonly accessKey: string;
}

export interface Emulator {
  readonly port: number;
  /** It died by itself (a full disk is the end of it), or was closed. */
  readonly hasEnded: () => boolean;
  readonly close: () => Promise<void>;
}

const READY_MS = 5_000;
const CLOSE_MS = 3_000;

/** @returns null when another process has the folder */
export async function startEmulator(options: EmulatorOptions, tableName: string): Promise<Emulator | null> {
  const worker = new Worker(new URL('./store-emulator.worker.ts', import.meta.url), {
    workerData: options,
    stderr: true,
  });
  let hasEnded = false;
  const ended = new Promise<void>((resolve) => {
    worker.once('exit', () => {
      hasEnded = true;
      resolve();
    });
  });
  worker.on('error', () => {});
  const listening = new Promise<number>((resolve) => {
    worker.once('message', ({ port }: { readonly port: number }) => resolve(port));
  });
  const ready = listening.then(async (port) => {
    const address = { endpoint: `http://127.0.0.1:${port}`, accessKey: options.accessKey };
    await createEvidenceTable(address, tableName);
    return port;
  });
  const port = await Promise.race([
    ready.catch(() => null),
    ended.then(() => null),
    wait(READY_MS, null, { ref: false }),
  ]);
  if (port === null) {
    await worker.terminate();
    return null;
  }
  worker.unref();
  return {
    port,
    hasEnded: () => hasEnded,
    async close() {
      if (hasEnded) return;
      worker.ref();
      worker.postMessage('close', []);
      const late = setTimeout(() => void worker.terminate(), CLOSE_MS);
      await ended;
      clearTimeout(late);
    },
  };
}

/** The same keys as the table on AWS (`infra/evidence-table.ts`). A table that is there is left as it is. */
export async function createEvidenceTable(
  { endpoint, accessKey }: { readonly endpoint: string; readonly accessKey: string },
  tableName: string,
): Promise<void> {
  const service = createService({
    name: 'dynamodb',
    endpoint,
    accessKey,
    timeoutMs: null,
    attempts: 1,
    keepsConnections: true,
  });
  const timeUp = AbortSignal.timeout(READY_MS);
  const table = {
    TableName: tableName,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: [
      { AttributeName: 'pk', AttributeType: 'S' },
      { AttributeName: 'sk', AttributeType: 'S' },
    ],
    KeySchema: [
      { AttributeName: 'pk', KeyType: 'HASH' },
      { AttributeName: 'sk', KeyType: 'RANGE' },
    ],
  };
  try {
    await callJson(service, 'CreateTable', table, timeUp);
    // The table is there a moment after the answer.
    await callJson(service, 'DescribeTable', { TableName: tableName }, timeUp);
  } catch (error) {
    if (!isServiceError(error, 'ResourceInUseException')) throw error;
  } finally {
    service.close();
  }
}
