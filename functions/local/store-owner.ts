/**
 * One process owns the store below the data folder; it leaves a note there of where it listens. Others on the same
 * folder are its guests: they speak to its port, and where nobody answers there is no owner any more, however
 * suddenly it went.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createTable } from '../store/dynamodb-table.ts';
import { startEmulator } from './store-emulator.ts';
import type { Emulator } from './store-emulator.ts';

export interface StoreAddress {
  readonly endpoint: string;
  readonly accessKey: string;
}

export interface LocalStore extends StoreAddress {
  /** True: this process owns it, and it ends with `close`. */
  readonly owned: boolean;
  /** It was this process's own and has died. */
  readonly hasEnded: () => boolean;
  readonly close: () => Promise<void>;
}

const NOTE = 'store.json';
const ANSWER_MS = 1_000;
/** Of several that start together one comes to own the folder, and the others find its note a moment later. */
const OPENING_MS = 5_000;
const TRY_AGAIN_MS = 300;

/**
 * Opens the folder, or speaks to who has it open.
 * @param givenUp nobody waits for it any more
 * @returns null when there is an owner that does not answer, or the folder cannot be written
 */
export async function openLocalStore(
  dataFolder: string,
  tableName: string,
  givenUp: AbortSignal,
): Promise<LocalStore | null> {
  const untilMs = performance.now() + OPENING_MS;
  do {
    const running = await findRunningStore(dataFolder, tableName);
    if (running !== null) return { ...running, owned: false, hasEnded: () => false, close: async () => {} };
    const owned = await own(dataFolder, tableName);
    if (owned !== 'others') return owned;
    await wait(TRY_AGAIN_MS, undefined, { signal: givenUp }).catch(() => {});
  } while (performance.now() < untilMs && !givenUp.aborted);
  return null;
}

/** @returns where the store of a running service is; null when none runs on that folder */
export async function findRunningStore(dataFolder: string, tableName: string): Promise<StoreAddress | null> {
  const address = await readNote(dataFolder);
  if (address === null) return null;
  const table = createTable({ ...address, tableName, timeoutMs: ANSWER_MS });
  const answer = await table.get({ pk: 'OWNER', sk: 'OWNER' });
  table.close();
  return answer.ok ? address : null;
}

/** @returns null when the folder cannot be written; `others`: another process has it open */
async function own(dataFolder: string, tableName: string): Promise<LocalStore | 'others' | null> {
  const folder = join(dataFolder, 'evidence');
  const accessKey = randomBytes(16).toString('hex');
  let emulator: Emulator | null = null;
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    emulator = await startEmulator({ folder, accessKey }, tableName);
    if (emulator === null) return 'others';
    const address = { endpoint: `http://127.0.0.1:${emulator.port}`, accessKey };
    await writeNote(dataFolder, address);
    const { hasEnded, close } = emulator;
    return {
      ...address,
      owned: true,
      hasEnded,
      async close() {
        const noted = await readNote(dataFolder);
        if (noted?.accessKey === accessKey) await rm(join(dataFolder, NOTE)).catch(() => {});
        await close();
      },
    };
  } catch {
    await emulator?.close();
    return null;
  }
}

/** Written aside and put in place at once: nobody reads half a note. */
async function writeNote(dataFolder: string, address: StoreAddress): Promise<void> {
  const note = join(dataFolder, NOTE);
  const aside = `${note}.${address.accessKey}`;
  await writeFile(aside, JSON.stringify(address), { mode: 0o600 });
  await rename(aside, note);
}

async function readNote(dataFolder: string): Promise<StoreAddress | null> {
  const text = await readFile(join(dataFolder, NOTE), 'utf8').catch(() => '');
  const parts = /^\{"endpoint":"(http:\/\/127\.0\.0\.1:\d{1,5})","accessKey":"([0-9a-f]{32})"\}$/.exec(text);
  const [, endpoint, accessKey] = parts ?? [];
  return endpoint === undefined || accessKey === undefined ? null : { endpoint, accessKey };
}
