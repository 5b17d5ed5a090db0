/** Several processes on one data folder, some of which die: real ones, asking about domains of the lab. */
import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { latestKey } from '../../functions/store/keys.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { openTestTable } from './test-table.ts';

const PROCESS = fileURLToPath(new URL('./asking-process.ts', import.meta.url));

interface Line {
  readonly store?: string;
  readonly asked?: string;
  readonly outcome?: string;
  readonly kept?: boolean;
  readonly observedAt?: string;
  readonly closed?: true;
  readonly log?: unknown;
}
interface Asking {
  readonly child: ChildProcess;
  readonly say: (command: string) => void;
  /** The next line that has this in it; lines before it are passed over. */
  readonly next: (what: keyof Line) => Promise<Line>;
}

let lab: Lab;
let folder: string;
const running: ChildProcess[] = [];

beforeAll(async () => {
  lab = await startLab({ secondMs: 100, bulk: { domains: 40, servers: 40 } });
});
afterAll(async () => lab?.close());
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'mailtls-processes-'));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map(kill));
  await rm(folder, { recursive: true, force: true });
});

async function kill(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  child.kill('SIGKILL');
  await gone;
}

function start(
  settings: Readonly<Record<string, string>> = {},
  command: readonly [string, ...string[]] = [process.execPath, PROCESS],
): Asking {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    env: {
      ...process.env,
      ...lab.environment,
      MAILTLS_DATA_DIR: folder,
      MAILTLS_STORE_ENDPOINT: '',
      MAILTLS_LOCK_MS: '1500',
      ...settings,
    },
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  running.push(child);
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    child,
    say: (command) => child.stdin.write(`${command}\n`),
    async next(what) {
      for (;;) {
        const { value, done } = await lines.next();
        if (done === true) throw new Error('the process ended');
        const line: Line = JSON.parse(value);
        if (line[what] !== undefined) return line;
      }
    },
  };
}

const address = (host: string): string => lab.addresses(host)[0] ?? '';

test('one process owns the folder, a second one is its guest, and both find what either kept', async () => {
  const owner = start();
  expect(await owner.next('store')).toEqual({ store: 'own' });
  const guest = start();
  expect(await guest.next('store')).toEqual({ store: 'shared' });
  guest.say('ask modern.example');
  const first = await guest.next('asked');
  expect(first).toMatchObject({ outcome: 'answer', kept: true, answer: 'opportunistic' });
  owner.say('ask modern.example');
  expect(await owner.next('asked')).toEqual(first);
  expect(lab.connections(address('mx.modern.example'))).toHaveLength(1);
});

test('two processes asked at once about one domain make one check', async () => {
  const one = start();
  await one.next('store');
  const other = start();
  await other.next('store');
  one.say('ask postfix.example');
  other.say('ask postfix.example');
  const [mine, theirs] = await Promise.all([one.next('asked'), other.next('asked')]);
  expect(mine).toMatchObject({ outcome: 'answer', kept: true });
  expect(theirs).toEqual(mine);
  expect(lab.connections(address('mx.postfix.example'))).toHaveLength(1);
});

test('a process that dies while it checks is replaced by one that waits', async () => {
  const owner = start();
  await owner.next('store');
  const dying = start();
  await dying.next('store');
  const before = lab.connections(address('mx.slow-20s.example')).length;
  dying.say('ask slow-20s.example');
  while (lab.connections(address('mx.slow-20s.example')).length === before) {
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
  owner.say('ask slow-20s.example');
  await kill(dying.child);
  expect(await owner.next('asked')).toMatchObject({
    asked: 'slow-20s.example',
    outcome: 'answer',
    kept: true,
  });
});

test('what was answered as kept is there after the owner was killed, ten times over', async () => {
  const kept = new Map<string, Line>();
  for (let round = 0; round < 10; round += 1) {
    const owner = start();
    expect(await owner.next('store')).toEqual({ store: 'own' });
    for (const [domain, line] of kept) {
      owner.say(`ask ${domain}`);
      expect(await owner.next('asked')).toEqual(line);
    }
    const domains = [0, 1, 2, 3].map(
      (number) => `d${String(round * 4 + number).padStart(4, '0')}.bulk.example`,
    );
    for (const domain of domains) owner.say(`ask ${domain}`);
    // The others are under way when the owner dies.
    for (const _ of [1, 2]) {
      const line = await owner.next('asked');
      expect(line).toMatchObject({ outcome: 'answer', kept: true });
      kept.set(line.asked ?? '', line);
    }
    await kill(owner.child);
  }
  expect(kept.size).toBe(20);
}, 60_000);

test('an owner that closes takes its note with it, and the next one opens the folder', async () => {
  const owner = start();
  await owner.next('store');
  expect(await readFile(join(folder, 'store.json'), 'utf8')).toContain('127.0.0.1');
  owner.say('close');
  await owner.next('closed');
  await expect(readFile(join(folder, 'store.json'))).rejects.toThrow('ENOENT');
  expect(await start().next('store')).toEqual({ store: 'own' });
});

/** Long enough for a machine under load: what is held up by a succession waits as long as for any answer. */
const PATIENT = { MAILTLS_STORE_TIMEOUT_MS: '20000' };

async function storeOf(asking: Asking): Promise<string | undefined> {
  asking.say('store');
  return (await asking.next('store')).store;
}

test('of the guests of an owner that dies one takes the store over, three times, and nothing is lost', async () => {
  const owner = start(PATIENT);
  await owner.next('store');
  const kept = new Map<string, Line>();
  let processes = [owner];
  for (let round = 0; round < 3; round += 1) {
    const guests = [start(PATIENT), start(PATIENT)];
    for (const guest of guests) expect(await guest.next('store')).toEqual({ store: 'shared' });
    processes.push(...guests);
    const stores = await Promise.all(processes.map(storeOf));
    const owners = processes.filter((_, index) => stores[index] === 'own');
    expect(owners).toHaveLength(1);
    await Promise.all(owners.map(async ({ child }) => kill(child)));
    processes = processes.filter((one) => !owners.includes(one));

    // All find out at once, each with a domain of its own, so each has to keep something.
    const answers = processes.map(async (one, index) => {
      one.say(`ask d${String(round * 8 + index).padStart(4, '0')}.bulk.example`);
      return one.next('asked');
    });
    for (const line of await Promise.all(answers)) {
      expect(line).toMatchObject({ outcome: 'answer', kept: true });
      kept.set(line.asked ?? '', line);
    }
    for (const [domain, line] of kept) {
      const [one] = processes;
      one?.say(`ask ${domain}`);
      expect(await one?.next('asked')).toEqual(line);
    }
  }
  expect(kept.size).toBe(2 + 3 + 4);
}, 60_000);

test('the guest of an owner that ends in order takes the store over too', async () => {
  const owner = start();
  await owner.next('store');
  const guest = start();
  await guest.next('store');
  owner.say('close');
  await owner.next('closed');
  guest.say('ask exim.example');
  expect(await guest.next('asked')).toMatchObject({ outcome: 'answer', kept: true });
  expect(await storeOf(guest)).toBe('own');
});

test('the guest of an owner that is silent still answers, says that it keeps nothing, and keeps again when it may', async () => {
  const owner = start();
  await owner.next('store');
  const guest = start({ MAILTLS_STORE_TIMEOUT_MS: '200' });
  await guest.next('store');
  owner.child.kill('SIGSTOP');
  guest.say('ask exim.example');
  expect(await guest.next('log')).toMatchObject({ log: { event: 'store-failed', because: 'out-of-time' } });
  expect(await guest.next('asked')).toMatchObject({ outcome: 'answer', kept: false });
  owner.child.kill('SIGCONT');
  await expect
    .poll(async () => {
      guest.say('ask modern.example');
      return (await guest.next('asked')).kept;
    })
    .toBe(true);
  expect(await storeOf(owner)).toBe('own');
});

test('a process that came while the owner was silent finds the store when it speaks again', async () => {
  const owner = start();
  await owner.next('store');
  owner.child.kill('SIGSTOP');
  const late = start();
  expect(await late.next('store')).toEqual({ store: 'none' });
  owner.child.kill('SIGCONT');
  await expect
    .poll(
      async () => {
        late.say('ask modern.example');
        await late.next('asked');
        return storeOf(late);
      },
      { timeout: 10_000, interval: 200 },
    )
    .toBe('shared');
}, 30_000);

test('processes with a store at an endpoint own none of it, and one makes the check for both', async () => {
  const there = await openTestTable();
  const { endpoint, accessKey, tableName } = there.options;
  const settings = {
    MAILTLS_STORE_ENDPOINT: endpoint ?? '',
    MAILTLS_TABLE: tableName,
    MAILTLS_PROBE_SHARE_SECONDS: '0',
    ...(accessKey === null ? {} : { AWS_ACCESS_KEY_ID: accessKey, AWS_SECRET_ACCESS_KEY: 'local' }),
  };
  // A table that stays has the answer from the last time.
  await there.table.remove(latestKey('sendmail.example'), { expression: 'attribute_exists(pk)', values: {} });
  const processes = [start(settings), start(settings)];
  for (const one of processes) expect(await one.next('store')).toEqual({ store: 'endpoint' });
  for (const one of processes) one.say('ask sendmail.example');
  const [mine, theirs] = await Promise.all(processes.map(async (one) => one.next('asked')));
  expect(mine).toMatchObject({ outcome: 'answer', kept: true });
  expect(theirs).toEqual(mine);
  expect(lab.connections(address('mx.sendmail.example'))).toHaveLength(1);
  await there.close();
});

test('a folder that cannot be written is done without', async () => {
  const none = start({ MAILTLS_DATA_DIR: '/dev/null/nowhere' });
  expect(await none.next('store')).toEqual({ store: 'none' });
  none.say('ask modern.example');
  expect(await none.next('asked')).toMatchObject({ outcome: 'answer', kept: false });
});

test('a disk that is full loses no answer, ends no process, and is used again when it has room', async () => {
  // No file may grow beyond 16 KiB: writing more is an error, as on a full disk, once the signal is ignored.
  const limited = `trap '' XFSZ; ulimit -S -f 16; exec '${process.execPath}' '${PROCESS}'`;
  const full = start({}, ['/bin/bash', '-c', limited]);
  expect(await full.next('store')).toEqual({ store: 'own' });
  const asked: Line[] = [];
  const ask = async (): Promise<Line> => {
    full.say(`ask d${String(asked.length).padStart(4, '0')}.bulk.example`);
    const line = await full.next('asked');
    asked.push(line);
    return line;
  };
  while (asked.length < 10) await ask();
  expect(asked.map(({ outcome }) => outcome)).toEqual(asked.map(() => 'answer'));
  expect(asked[0]).toMatchObject({ kept: true });
  expect(asked.some(({ kept }) => kept === false)).toBe(true);
  spawnSync('prlimit', ['--pid', String(full.child.pid), '--fsize=unlimited:']);
  await expect.poll(async () => (await ask()).kept, { timeout: 20_000, interval: 500 }).toBe(true);
  expect(await storeOf(full)).toBe('own');
}, 30_000);
