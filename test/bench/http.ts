/** The service over HTTP: a stored answer beside the least that could give one; many at once for what is not stored. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { findRunningStore } from '../../functions/local/store-owner.ts';
import { startLabService } from '../lab/lab-service.ts';
import type { LabService } from '../lab/lab-service.ts';
import { startCountingLab } from './counting-lab.ts';
import type { Bench, Figure } from './figure.ts';
import { load, percentile } from './http-load.ts';
import { askedApart, askedTogether, DIFFERENT } from './http-not-stored.ts';

const BARE = fileURLToPath(new URL('bare-http.ts', import.meta.url));
const DOMAIN = 'one-server.example';
const TABLE = 'mailtls';
const ROUNDS = 7;
const AIMS = { p50: 1.5, p99: 2 } as const;
const REQUESTS = { 1: 400, 64: 3200 } as const;

export const http: Bench = {
  title: 'the service, its store, the lab and what is compared in processes of their own',
  async run(tell, signal) {
    const lab = await startCountingLab(DIFFERENT);
    const folder = await mkdtemp(join(tmpdir(), 'mailtls-bench-'));
    const settings = {
      MAILTLS_DATA_DIR: folder,
      MAILTLS_PORT: '0',
      MAILTLS_CLIENT_CHECKS_PER_MINUTE: '10000',
      MAILTLS_CHECKS_PER_MINUTE: '10000',
    };
    const service = await startLabService({ ...lab.environment, ...settings });
    try {
      for (const figure of await askedTogether(service, lab)) tell(figure);
      for (const figure of await askedApart(service, lab, signal)) tell(figure);
      for (const figure of await stored(service, folder)) tell(figure);
    } finally {
      await service.stop();
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    }
  },
};

async function stored(service: LabService, folder: string): Promise<readonly Figure[]> {
  const ours = `${service.url}/v1/domains/${DOMAIN}`;
  const answer = await (await fetch(ours)).text();
  const store = await findRunningStore(folder, TABLE);
  if (store === null) throw new Error('the service keeps no store');
  const bare = spawn(
    process.execPath,
    [BARE, store.endpoint, store.accessKey, TABLE, DOMAIN, String(answer.length)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const [port]: unknown[] = await once(createInterface({ input: bare.stdout }), 'line');
    const other = `http://127.0.0.1:${String(port)}/`;
    const figures: Figure[] = [];
    for (const connections of [1, 64] as const) {
      const samples = { ours: { p50: [], p99: [] }, bare: { p50: [], p99: [] } } as Record<
        'ours' | 'bare',
        Record<'p50' | 'p99', number[]>
      >;
      for (let round = -1; round < ROUNDS; round += 1) {
        for (const [who, url] of [
          ['ours', ours],
          ['bare', other],
        ] as const) {
          const took = await load(url, connections, REQUESTS[connections]);
          if (round < 0) continue;
          samples[who].p50.push(percentile(took, 0.5));
          samples[who].p99.push(percentile(took, 0.99));
        }
      }
      for (const share of ['p50', 'p99'] as const) {
        figures.push({
          title: `a stored answer, ${connections} connection${connections === 1 ? '' : 's'}, ${share}`,
          ours: { name: 'GET /v1/domains/{domain}', samples: samples.ours[share], unit: 'ms' },
          beside: [
            {
              name: 'bare Hono route, one GetItem',
              note: 'as many bytes',
              samples: samples.bare[share],
              unit: 'ms',
              aim: { ratio: AIMS[share], is: 'at-most' },
            },
          ],
        });
      }
    }
    return figures;
  } finally {
    const ended = once(bare, 'exit');
    bare.kill();
    await ended;
  }
}
