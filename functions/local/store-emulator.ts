/**
 * Starts the embedded store on a folder, and starts it again when it dies. One process at a time can have the
 * folder open, which the database below sees to; the emulator of a second one never answers.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import type { DynamoDBClient } from '@aws-sdk/client-dynamodb';

export interface EmulatorOptions {
  readonly folder: string;
  readonly accessKey: string;
  /** 0: any that is free. */
  readonly port: number;
}

export interface Emulator {
  readonly port: number;
  readonly close: () => Promise<void>;
}

const READY_MS = 5_000;
const CLOSE_MS = 3_000;
const REVIVE_FIRST_MS = 250;
const REVIVE_LAST_MS = 30_000;

/** @returns null when another process has the folder */
export async function startEmulator(options: EmulatorOptions, tableName: string): Promise<Emulator | null> {
  let worker = await startWorker(options, tableName);
  if (worker === null) return null;
  const { port } = worker;
  const closing = new AbortController();

  async function keepAlive(): Promise<void> {
    let pauseMs = REVIVE_FIRST_MS;
    while (!closing.signal.aborted) {
      await worker?.ended;
      if (closing.signal.aborted) return;
      await wait(pauseMs, undefined, { ref: false });
      worker = closing.signal.aborted ? null : await startWorker({ ...options, port }, tableName);
      pauseMs = worker === null ? Math.min(pauseMs * 2, REVIVE_LAST_MS) : REVIVE_FIRST_MS;
    }
  }
  void keepAlive();

  return {
    port,
    async close() {
      closing.abort();
      await worker?.end();
    },
  };
}

interface RunningWorker {
  readonly port: number;
  readonly ended: Promise<void>;
  readonly end: () => Promise<void>;
}

async function startWorker(options: EmulatorOptions, tableName: string): Promise<RunningWorker | null> {
  const worker = new Worker(new URL('./store-emulator.worker.ts', import.meta.url), {
    workerData: options,
    stderr: true,
  });
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
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
    ended,
    async end() {
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
  const sdk = await import('@aws-sdk/client-dynamodb');
  const client: DynamoDBClient = new sdk.DynamoDBClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: accessKey, secretAccessKey: 'local' },
    maxAttempts: 1,
  });
  const command = new sdk.CreateTableCommand({
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
  });
  try {
    await client.send(command, { abortSignal: AbortSignal.timeout(READY_MS) });
    // The table is there a moment after the answer.
    await client.send(new sdk.DescribeTableCommand({ TableName: tableName }));
  } catch (error) {
    if (!(error instanceof sdk.ResourceInUseException)) throw error;
  } finally {
    client.destroy();
  }
}
