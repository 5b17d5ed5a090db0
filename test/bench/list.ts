/** A list of domains through `check --file`, beside as many processes of posttls-finger at once. */
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { readSettings } from '../../functions/environment.ts';
import { createResolver } from '../../functions/dns/resolver.ts';
import { MAILTLS, run } from './child.ts';
import type { Ran } from './child.ts';
import type { Bench, Figure } from './figure.ts';
import { startLabProcess, trust } from './lab-process.ts';
import type { LabProcess } from './lab-process.ts';

const DOMAINS = 2000;
const FEW = 200;
/** Enough for a rate; its memory is not looked at. */
const FINGERED = 1000;
const RUNS = 3;
const AIM = 2;
const FLAT = 1.25;
const FINGER = '/usr/sbin/posttls-finger';

export const list: Bench = {
  title: `${DOMAINS} domains, the servers in another process`,
  lack: () =>
    existsSync(FINGER) ? null : 'posttls-finger is not installed (Debian: apt-get install postfix)',
  async run(tell, signal) {
    for (const servers of [40, DOMAINS]) {
      const lab = await startLabProcess(['--bulk', `${DOMAINS}/${servers}`]);
      const folder = await mkdtemp(join(tmpdir(), 'mailtls-bench-'));
      try {
        trust(lab);
        for (const figure of await measure(servers, lab, folder, signal)) tell(figure);
      } finally {
        await lab.stop();
        await rm(folder, { recursive: true, force: true });
      }
    }
  },
};

async function measure(
  servers: number,
  lab: LabProcess,
  folder: string,
  signal: AbortSignal,
): Promise<readonly Figure[]> {
  const read = readSettings(lab.environment);
  if (!read.ok) throw new Error('the lab’s settings are wrong');
  const { MAILTLS_DOMAINS_AT_ONCE: atOnce, MAILTLS_SMTP_PORT: port } = read.settings;
  const domains = Array.from({ length: DOMAINS }, (_, n) => `d${String(n).padStart(4, '0')}.bulk.example`);
  const ips = await addressesOf(domains.length, servers, lab);
  const [all, few, targets] = ['all', 'few', 'targets'].map((name) => join(folder, name));
  if (all === undefined || few === undefined || targets === undefined) return [];
  await writeFile(all, `${domains.join('\n')}\n`);
  await writeFile(few, `${domains.slice(0, FEW).join('\n')}\n`);
  await writeFile(
    targets,
    `${ips
      .slice(0, FINGERED)
      .map((ip) => `[${ip}]:${port}`)
      .join('\n')}\n`,
  );

  // The lab is servers and resolver in one process. Asking it over HTTPS as well would measure the lab.
  const [overUdp = ''] = lab.environment['MAILTLS_RESOLVERS']?.split(',') ?? [];
  const environment = { ...lab.environment, MAILTLS_RESOLVERS: overUdp };
  const ours = async (file: string, expected: number): Promise<Ran> => {
    const ran = await run(process.execPath, [MAILTLS, 'check', '--file', file], environment, signal);
    const encrypted = ran.stdout.split('\n').filter((line) => line.includes(': encrypted')).length;
    if (encrypted !== expected) throw new Error(`${encrypted} of ${expected} encrypt`);
    return ran;
  };
  const finger = async (): Promise<Ran> => {
    const args = ['-a', targets, '-P', String(atOnce), '-n', '1', FINGER, '-c', '-l', 'may'];
    const ran = await run('sh', ['-c', 'exec xargs "$@" 2>&1', 'sh', ...args], lab.environment, signal);
    const encrypted = ran.stdout.split('TLS connection established').length - 1;
    if (encrypted !== FINGERED) throw new Error(`posttls-finger: ${encrypted} of ${FINGERED} encrypt`);
    return ran;
  };

  // The lab makes a server's certificate when it is first asked for it: nobody's work but the lab's.
  await ours(all, DOMAINS);
  const rates: { ours: number[]; finger: number[] } = { ours: [], finger: [] };
  const peaks: { all: number[]; few: number[] } = { all: [], few: [] };
  for (let index = 0; index < RUNS; index += 1) {
    const whole = await ours(all, DOMAINS);
    rates.ours.push(DOMAINS / seconds(whole));
    peaks.all.push(whole.peakBytes / 2 ** 20);
    peaks.few.push((await ours(few, FEW)).peakBytes / 2 ** 20);
    rates.finger.push(FINGERED / seconds(await finger()));
  }
  const unit = 'domains/s';
  return [
    {
      title: `${DOMAINS} domains on ${servers} servers`,
      ours: {
        name: 'mailtls check --file',
        note: `${atOnce} at once, DNS over UDP`,
        samples: rates.ours,
        unit,
      },
      beside: [
        {
          name: `xargs -P ${atOnce} posttls-finger`,
          note: 'given addresses, no DNS',
          samples: rates.finger,
          unit,
          aim: { ratio: AIM, is: 'at-least' },
        },
      ],
    },
    {
      title: `peak memory, ${servers} servers`,
      ours: { name: `${DOMAINS} domains`, samples: peaks.all, unit: 'MiB' },
      beside: [
        { name: `${FEW} domains`, samples: peaks.few, unit: 'MiB', aim: { ratio: FLAT, is: 'at-most' } },
      ],
    },
  ];
}

const seconds = ({ exitedMs }: Ran): number => exitedMs / 1000;

/** The address of each domain's one server. */
async function addressesOf(domains: number, servers: number, lab: LabProcess): Promise<readonly string[]> {
  const read = readSettings(lab.environment);
  if (!read.ok) throw new Error('the lab’s settings are wrong');
  const resolver = createResolver(read.settings, () => performance.now());
  const byServer: string[] = [];
  try {
    for (let server = 0; server < servers; server += 1) {
      const answer = await resolver.lookUp(`mx.operator-${String(server).padStart(4, '0')}.example`, 'A');
      if (answer.outcome === 'records') byServer.push(answer.records[0] ?? '');
    }
  } finally {
    resolver.close();
  }
  return Array.from({ length: domains }, (_, n) => byServer[n % servers] ?? '');
}
