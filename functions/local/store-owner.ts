/**
 * One process owns the store below the data folder; it leaves a note there of where it listens. Others on the same
 * folder are its guests: they speak to its port, and where nobody answers there is no owner any more, however
 * suddenly it went.
 */
import { randomBytes } from 'node:crypto';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { createTable } from '../store/table.ts';
import { startEmulator } from './store-emulator.ts';

export interface StoreAddress {
  readonly endpoint: string;
  readonly accessKey: string;
}

export interface LocalStore extends StoreAddress {
  /** True: this process owns it, and it ends with `close`. */
  readonly owned: boolean;
  readonly close: () => Promise<void>;
}

const NOTE = 'store.json';
const ANSWER_MS = 1_000;
/** Two that start together: one wins, the other finds its note a moment later. */
const TRIES = 4;
const TRY_AGAIN_MS = 300;

/** @returns null when there is an owner that does not answer, or the folder cannot be written */
export async function openLocalStore(dataFolder: string, tableName: string): Promise<LocalStore | null> {
  for (let tries = 0; tries < TRIES; tries += 1) {
    const running = await findRunningStore(dataFolder, tableName);
    if (running !== null) return { ...running, owned: false, close: async () => {} };
    const owned = await own(dataFolder, tableName).catch(() => null);
    if (owned !== null) return owned;
    await wait(TRY_AGAIN_MS);
  }
  return null;
}

/** @returns where the store of a running service is; null when none runs on that folder */
export async function findRunningStore(dataFolder: string, tableName: string): Promise<StoreAddress | null> {
  const note = await readFile(join(dataFolder, NOTE), 'utf8').catch(() => '');
  const address = readNote(note);
  if (address === null) return null;
  const table = createTable({ ...address, tableName, timeoutMs: ANSWER_MS });
  const answer = await table.get({ pk: 'OWNER', sk: 'OWNER' });
  table.close();
  return answer.ok ? address : null;
}

async function own(dataFolder: string, tableName: string): Promise<LocalStore | null> {
  const folder = join(dataFolder, 'evidence');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const accessKey = randomBytes(16).toString('hex');
  const emulator = await startEmulator({ folder, accessKey, port: 0 }, tableName);
  if (emulator === null) return null;
  const address = { endpoint: `http://127.0.0.1:${emulator.port}`, accessKey };
  const note = join(dataFolder, NOTE);
  // Written aside and put in place at once: nobody reads half a note.
  const aside = `${note}.${accessKey}`;
  await writeFile(aside, JSON.stringify(address), { mode: 0o600 });
  await rename(aside, note);
  return {
    ...address,
    owned: true,
    async close() {
      await rm(note, { force: true });
      await emulator.close();
    },
  };
}

function readNote(text: string): StoreAddress | null {
  const parts = /^\{"endpoint":"(http:\/\/127\.0\.0\.1:\d{1,5})","accessKey":"([0-9a-f]{32})"\}$/.exec(text);
  const [, endpoint, accessKey] = parts ?? [];
  return endpoint === undefined || accessKey === undefined ? null : { endpoint, accessKey };
}
