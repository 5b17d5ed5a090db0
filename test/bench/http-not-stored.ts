/** Many at once for what is not stored: how often the servers are asked, and what it takes of this machine. */
import { readFile, readdir, readlink } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LabService } from '../lab/lab-service.ts';
import { run } from './child.ts';
import type { CountingLab } from './counting-lab.ts';
import type { Figure } from './figure.ts';
import { load } from './http-load.ts';

const BARE_CHECKS = fileURLToPath(new URL('bare-checks.ts', import.meta.url));
const AT_ONCE = 500;
export const DIFFERENT = 200;
const MEMORY_RATIO = 3;
/** What `MAILTLS_CHECKS_AT_ONCE` is by default; each of these domains has one address. */
const CHECKS_AT_ONCE = 64;
const LOOK_MS = 20;

const timed = async (work: Promise<unknown>): Promise<number> => {
  const started = performance.now();
  await work;
  return performance.now() - started;
};

/** Four servers of two addresses each; every one of the clients is answered, or the bench fails. */
export async function askedTogether(service: LabService, lab: CountingLab): Promise<readonly Figure[]> {
  const ask = (domain: string, clients: number): Promise<number> =>
    timed(load(`${service.url}/v1/domains/${domain}`, clients, clients));
  const alone = await ask('dual-stack.example', 1);
  const aloneHad = await lab.connections(['mx.dual-stack.example']);
  const many = await ask('four-servers.example', AT_ONCE);
  const manyHad = await lab.connections([1, 2, 3, 4].map((server) => `mx${server}.four-servers.example`));
  return [
    {
      title: `${AT_ONCE} clients at once ask about one domain that is not stored, all answered`,
      ours: { name: `${AT_ONCE} clients`, note: 'eight addresses', samples: [many], unit: 'ms' },
      beside: [{ name: 'one client', note: 'another domain, two addresses', samples: [alone], unit: 'ms' }],
    },
    {
      title: 'probes of each address for that',
      ours: { name: `${AT_ONCE} clients`, samples: manyHad.had, unit: 'an address', below: 2 },
      beside: [{ name: 'one client', samples: aloneHad.had, unit: 'an address' }],
    },
  ];
}

export async function askedApart(
  service: LabService,
  lab: CountingLab,
  signal: AbortSignal,
): Promise<readonly Figure[]> {
  const numbers = Array.from({ length: DIFFERENT }, (_, n) => String(n).padStart(4, '0'));
  const domains = numbers.map((number) => `d${number}.bulk.example`);
  const hosts = numbers.map((number) => `mx.operator-${number}.example`);
  const { MAILTLS_RESOLVERS: resolvers = '', MAILTLS_SMTP_PORT: port = '' } = lab.environment;
  const [overUdp = ''] = resolvers.split(',');

  const before = await memoryOf(service.pid);
  const sockets = countSockets(service.pid);
  const took = await timed(
    Promise.all(domains.map((domain) => load(`${service.url}/v1/domains/${domain}`, 1, 1))),
  );
  const mostSockets = await sockets.stop();
  const after = await memoryOf(service.pid);
  const ours = await lab.connections(hosts);
  const bare = await run(process.execPath, [BARE_CHECKS, overUdp, port, ...domains], lab.environment, signal);
  const bareHad = await lab.connections(hosts);
  if (bare.stdout.trim() !== String(DIFFERENT)) throw new Error('the bare checks did not come through');
  const all = `${DIFFERENT} domains at once that are not stored, all answered`;
  const bareName = 'bare sessions, all at once';
  return [
    {
      title: `${all}: most memory`,
      about: `in ${Math.round(took)} ms; bare in ${Math.round(bare.answeredMs)} ms, with nothing kept or judged`,
      ours: { name: 'peak after them', note: 'store included', samples: [after], unit: 'MiB' },
      beside: [
        {
          name: 'peak before them',
          samples: [before],
          unit: 'MiB',
          aim: { ratio: MEMORY_RATIO, is: 'at-most' },
        },
        { name: bareName, samples: [bare.peakBytes / 2 ** 20], unit: 'MiB' },
      ],
    },
    {
      title: `${all}: most connections to mail servers open at once`,
      about: `each server had ${String(Math.max(...ours.had))}; sockets of all kinds at most ${mostSockets}`,
      ours: { name: 'the service', samples: [ours.mostOpen], unit: 'open', below: CHECKS_AT_ONCE + 1 },
      beside: [{ name: bareName, samples: [bareHad.mostOpen], unit: 'open' }],
    },
  ];
}

/** The most memory a process ever had (VmHWM), in MiB; not a number where there is no /proc. */
async function memoryOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'latin1').catch(() => '');
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? Number.NaN) / 1024;
}

/** Clients, mail servers, resolvers and the store, looked at now and then; 0 where there is no /proc. */
function countSockets(pid: number): { readonly stop: () => Promise<number> } {
  const end = new AbortController();
  const counting = (async () => {
    let most = 0;
    while (!end.signal.aborted) {
      const names = await readdir(`/proc/${pid}/fd`).catch(() => []);
      const targets = names.map((name) => readlink(`/proc/${pid}/fd/${name}`).catch(() => ''));
      const sockets = (await Promise.all(targets)).filter((target) => target.startsWith('socket:'));
      most = Math.max(most, sockets.length);
      await wait(LOOK_MS);
    }
    return most;
  })();
  return {
    async stop() {
      end.abort();
      return counting;
    },
  };
}
