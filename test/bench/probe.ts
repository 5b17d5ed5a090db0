/** What a probe costs this machine: CPU per address, warm, beside a loop that does the same commands and nothing else. */
import { createResolver } from '../../functions/dns/resolver.ts';
import { readSettings } from '../../functions/environment.ts';
import { createProber } from '../../functions/check-tools.ts';
import type { Settings } from '../../functions/environment.ts';
import { bareSession } from './bare-session.ts';
import type { Bench, Figure } from './figure.ts';
import { startLabProcess, trust } from './lab-process.ts';

const ADDRESSES = 64;
const ROUNDS = 9;
const PASSES_A_ROUND = 3;
const AT_ONCE = 16;
const MOST_MS = 5;
const MOST_RATIO = 2;

interface Address {
  readonly ip: string;
  readonly host: string;
}

export const probe: Bench = {
  title: 'CPU of a probed address, warm; the servers in another process',
  async run(tell, signal) {
    const lab = await startLabProcess(['--bulk', `0/${ADDRESSES}`]);
    try {
      trust(lab);
      const read = readSettings(lab.environment);
      if (!read.ok) throw new Error('the lab’s settings are wrong');
      // Second looks are made afresh; without a least time between them no result is shared.
      const settings: Settings = { ...read.settings, MAILTLS_SECOND_LOOK_MS: 0 };
      const addresses = await findAddresses(settings, signal);
      tell(await compare('one after the other', 1, addresses, settings, signal));
      tell(await compare(`${AT_ONCE} side by side`, AT_ONCE, addresses, settings, signal));
    } finally {
      await lab.stop();
    }
  },
};

async function findAddresses(settings: Settings, signal: AbortSignal): Promise<readonly Address[]> {
  const resolver = createResolver(settings, () => performance.now());
  try {
    const hosts = Array.from(
      { length: ADDRESSES },
      (_, n) => `mx.operator-${String(n).padStart(4, '0')}.example`,
    );
    const found = await Promise.all(
      hosts.map(async (host) => {
        const answer = await resolver.lookUp(host, 'A', signal);
        return answer.outcome === 'records' ? answer.records.map((ip) => ({ ip, host })) : [];
      }),
    );
    return found.flat();
  } finally {
    resolver.close();
  }
}

async function compare(
  title: string,
  atOnce: number,
  addresses: readonly Address[],
  settings: Settings,
  signal: AbortSignal,
): Promise<Figure> {
  const port = settings.MAILTLS_SMTP_PORT;
  const prober = createProber(settings);
  const ours = async ({ ip, host }: Address): Promise<void> => {
    const result = await prober.probe({ ip, port, serverName: host, host, look: 'second' }, signal);
    if (result.attempt !== 'made' || result.evidence.connections[0].tls === null) throw new Error('no TLS');
  };
  const bare = async ({ ip, host }: Address): Promise<void> => {
    const { gone } = await bareSession(ip, port, host);
    await gone;
  };
  const samples: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
  for (const work of [ours, bare, ours, bare]) await cpuMs(work, addresses, atOnce);
  for (let round = 0; round < ROUNDS; round += 1) {
    signal.throwIfAborted();
    samples.ours.push(await cpuMs(ours, addresses, atOnce));
    samples.bare.push(await cpuMs(bare, addresses, atOnce));
  }
  return {
    title,
    ours: { name: 'mailtls, a probe', samples: samples.ours, unit: 'ms CPU', below: MOST_MS },
    beside: [
      {
        name: 'a bare STARTTLS loop',
        samples: samples.bare,
        unit: 'ms CPU',
        aim: { ratio: MOST_RATIO, is: 'at-most' },
      },
    ],
  };
}

/** CPU of this process, user and system, for one address. */
async function cpuMs(
  work: (address: Address) => Promise<void>,
  addresses: readonly Address[],
  atOnce: number,
): Promise<number> {
  const all = Array.from({ length: PASSES_A_ROUND }, () => addresses).flat();
  const before = process.cpuUsage();
  const queue = all.values();
  await Promise.all(
    Array.from({ length: atOnce }, async () => {
      for (const address of queue) await work(address);
    }),
  );
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000 / all.length;
}
