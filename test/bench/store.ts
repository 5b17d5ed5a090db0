/** The evidence store: what keeping and finding cost beside the bare requests, and what survives kill -9. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import type { EvidenceStore } from '../../functions/store/evidence-store.ts';
import { latestKey } from '../../functions/store/keys.ts';
import type { Table } from '../../functions/store/table.ts';
import { connection, domain, host, made } from '../assessment/observed.ts';
import { openTestTable } from '../store/test-table.ts';
import type { Bench, Figure } from './figure.ts';
import { startLabProcess } from './lab-process.ts';

const ASKING = fileURLToPath(new URL('../store/asking-process.ts', import.meta.url));
const TIMES = 200;
const KILLS = 10;
const ASKED_AT_ONCE = 20;
/** So many answers are waited for; the others are under way when the process is killed. */
const WAITED_FOR = 8;
const DAY_SECONDS = 86_400;

export const store: Bench = {
  title: 'the embedded store, on disk; kill -9 under load',
  async run(tell, signal) {
    const { table, close } = await openTestTable();
    try {
      for (const figure of await costs(table)) tell(figure);
    } finally {
      await close();
    }
    tell(await killed(signal));
  },
};

async function costs(table: Table): Promise<readonly Figure[]> {
  const open = (): EvidenceStore =>
    createEvidenceStore({
      table,
      now: Date.now,
      keepSeconds: DAY_SECONDS,
      serveSeconds: DAY_SECONDS,
      judge: assessDomain,
    });
  const kept = open();
  const names = Array.from({ length: TIMES }, (_, index) => `d${index}.vendor.example`);
  const keep = await timed(names, async (name) =>
    kept.keep(evidenceOf(name), assessDomain(evidenceOf(name))),
  );
  const put = await timed(names, async (name) => {
    const found = await table.get(latestKey(name));
    if (found.ok && found.value !== null) await table.put({ ...found.value, pk: `BARE#${name}` });
  });
  const get = await timed(names, async (name) => table.get(latestKey(name)));
  const warm = await timed(names, async (name) => kept.latest(name));
  const cold = await timed(names, async (name) => open().latest(name));
  const bareGet = { name: 'GetItem of the same item', samples: get, unit: 'ms' };
  return [
    {
      title: 'keeping what a check of one server saw',
      about: 'what it refers to first, then what its history begins with, then the latest',
      ours: { name: 'keep', samples: keep, unit: 'ms' },
      beside: [{ name: 'GetItem and PutItem of the latest alone', samples: put, unit: 'ms' }],
    },
    {
      title: 'finding it again',
      ours: { name: 'latest', note: 'this process has seen it', samples: warm, unit: 'ms' },
      beside: [bareGet],
    },
    {
      title: 'finding it again in a process that has never seen it',
      ours: { name: 'latest', note: 'with its probe and certificates', samples: cold, unit: 'ms' },
      beside: [bareGet],
    },
  ];
}

function evidenceOf(name: string): DomainEvidence {
  const probe = made('192.0.2.1', connection());
  return { ...domain([host([probe])]), domain: name, observedAt: new Date().toISOString() };
}

async function timed(names: readonly string[], work: (name: string) => Promise<unknown>): Promise<number[]> {
  const samples: number[] = [];
  for (const name of names) {
    const started = performance.now();
    await work(name);
    samples.push(performance.now() - started);
  }
  return samples;
}

interface Line {
  readonly asked?: string;
  readonly kept?: boolean;
  readonly observedAt?: string;
}

/** Asks, kills, starts again and asks for what was said to be kept: another time of observation is a loss. */
async function killed(signal: AbortSignal): Promise<Figure> {
  const most = KILLS * ASKED_AT_ONCE;
  const lab = await startLabProcess(['--bulk', `${most}/${most}`]);
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-bench-'));
  const observed = new Map<string, string | undefined>();
  let lost = 0;
  try {
    for (let round = 0; round <= KILLS && !signal.aborted; round += 1) {
      const child = spawn(process.execPath, [ASKING], {
        env: { ...process.env, ...lab.environment, MAILTLS_DATA_DIR: folder },
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const ended = once(child, 'exit');
      const before = new Set(observed.keys());
      for (const name of before) child.stdin.write(`ask ${name}\n`);
      const names = Array.from({ length: ASKED_AT_ONCE }, (_, index) =>
        bulkName(round * ASKED_AT_ONCE + index),
      );
      if (round < KILLS) for (const name of names) child.stdin.write(`ask ${name}\n`);
      let left = before.size + (round < KILLS ? WAITED_FOR : 0);
      for await (const text of createInterface({ input: child.stdout })) {
        const line: Line = JSON.parse(text);
        if (line.asked === undefined) continue;
        if (before.has(line.asked)) {
          if (observed.get(line.asked) !== line.observedAt) lost += 1;
        } else if (line.kept === true) observed.set(line.asked, line.observedAt);
        left -= 1;
        if (left <= 0) break;
      }
      child.kill('SIGKILL');
      await ended;
    }
  } finally {
    await lab.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return {
    title: `kill -9 under load, ${KILLS} times: answers that were given as kept and are not there afterwards`,
    ours: { name: 'lost', samples: [lost], unit: 'answers', below: 1 },
    beside: [{ name: 'given as kept', samples: [observed.size], unit: 'answers' }],
  };
}

const bulkName = (index: number): string => `d${String(index).padStart(4, '0')}.bulk.example`;
