/**
 * How much longer a check takes than the longest chain of round trips that any client has to wait for, at 50 ms
 * a round trip. The chain, and where it is written: MX, then A (RFC 5321 section 5.1); TCP; the greeting; EHLO
 * (RFC 5321 section 4.3.1); STARTTLS; one for TLS 1.3 (RFC 8446 section 2); EHLO again (RFC 3207 section 4.2).
 * Everything else has a place beside it. A new connection to a resolver over HTTPS is two more, TCP and TLS; the
 * reply to QUIT is one more for whoever waits for it (RFC 5321 section 4.1.1.10).
 */
import { fileURLToPath } from 'node:url';
import { assessDomain } from '../../functions/assessment/domain.ts';
import { checkDomain } from '../../functions/check-domain.ts';
import { createCheckTools } from '../../functions/check-tools.ts';
import { readSettings } from '../../functions/environment.ts';
import type { Settings } from '../../functions/environment.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import { bareCheck, bareResolver } from './bare-check.ts';
import { MAILTLS, run } from './child.ts';
import type { Bench, Compared, Figure } from './figure.ts';
import { startLabProcess, trust } from './lab-process.ts';
import type { LabProcess } from './lab-process.ts';

const ROUND_TRIP_MS = 50;
const CHECK_ROUND_TRIPS = 8;
const WARM_CHAIN = 'MX, A, TCP, greeting, EHLO, STARTTLS, TLS, EHLO';
const WARM_RUNS = 12;
const COLD_RUNS = 9;
const BARE_CHECK = fileURLToPath(new URL('bare-check.ts', import.meta.url));

const chain = (roundTrips: number, aim: number): Compared => ({
  name: `${roundTrips} round trips of ${ROUND_TRIP_MS} ms`,
  samples: [roundTrips * ROUND_TRIP_MS],
  unit: 'ms',
  aim: { ratio: aim, is: 'at-most' },
});

export const roundTrips: Bench = {
  title: 'wall time over the round trips that must be waited for',
  async run(tell, signal) {
    const lab = await startLabProcess(['--delay', String(ROUND_TRIP_MS / 2)]);
    try {
      trust(lab);
      tell(await warm('one-server.example', 'one server of one address, warm', 1.15, lab, signal));
      tell(await warm('four-servers.example', 'four servers of two addresses, warm', 1.25, lab, signal));
      const [overUdp = '', overHttps = ''] = lab.environment['MAILTLS_RESOLVERS']?.split(',') ?? [];
      for (const figure of await cold('a resolver over HTTPS', overHttps, 2, lab, signal)) tell(figure);
      for (const figure of await cold('a resolver over UDP', overUdp, 0, lab, signal)) tell(figure);
    } finally {
      await lab.stop();
    }
  },
};

/** Each run has caches of its own, so that nothing is remembered; connections to resolvers are open. */
async function warm(
  domain: string,
  title: string,
  aim: number,
  lab: LabProcess,
  signal: AbortSignal,
): Promise<Figure> {
  const read = readSettings(lab.environment);
  if (!read.ok) throw new Error('the lab’s settings are wrong');
  const { settings } = read;
  const [ours, bare]: [number[], number[]] = [[], []];
  await ourCheck(domain, settings, signal);
  for (let index = 0; index < WARM_RUNS; index += 1) {
    ours.push(await ourCheck(domain, settings, signal));
    bare.push(await bareWarmCheck(domain, lab));
  }
  return {
    title,
    about: `waits for ${WARM_CHAIN}`,
    ours: { name: 'mailtls, from question to report', samples: ours, unit: 'ms' },
    beside: [chain(CHECK_ROUND_TRIPS, aim), { name: 'a bare client', samples: bare, unit: 'ms' }],
  };
}

async function ourCheck(domain: string, settings: Settings, signal: AbortSignal): Promise<number> {
  const tools = { ...createCheckTools(settings), progress: () => {} };
  try {
    await tools.resolver.lookUp('modern.example', 'MX', signal);
    const started = performance.now();
    const evidence = await checkDomain(domain, tools, signal);
    presentReport({ domain, displayDomain: domain }, evidence, assessDomain(evidence), '');
    return performance.now() - started;
  } finally {
    tools.close();
  }
}

async function bareWarmCheck(domain: string, { environment }: LabProcess): Promise<number> {
  const [, overHttps = ''] = environment['MAILTLS_RESOLVERS']?.split(',') ?? [];
  const resolver = bareResolver(overHttps);
  try {
    await resolver.lookUp('modern.example', 'MX');
    const started = performance.now();
    const { gone } = await bareCheck(domain, resolver.lookUp, Number(environment['MAILTLS_SMTP_PORT']));
    const tookMs = performance.now() - started;
    await gone;
    return tookMs;
  } finally {
    resolver.close();
  }
}

/** The whole command, from the start of its process: until its answer is there, and until it has gone. */
async function cold(
  title: string,
  resolver: string,
  moreRoundTrips: number,
  lab: LabProcess,
  signal: AbortSignal,
): Promise<readonly Figure[]> {
  const domain = 'one-server.example';
  const environment: Record<string, string> = { ...lab.environment, MAILTLS_RESOLVERS: resolver };
  const node = process.execPath;
  const ours = () => run(node, [MAILTLS, 'check', domain], environment, signal);
  // As a person has it: `npx` and `npm` put the folder of this Node on the path, and the file names its own.
  const fromPath = () => run(MAILTLS, ['check', domain], environment, signal);
  const port = environment['MAILTLS_SMTP_PORT'] ?? '';
  const bare = () => run(node, [BARE_CHECK, resolver, domain, port], environment, signal);
  const empty = () => run(node, ['-e', '0'], environment, signal);
  await ours();
  const answered = { ours: [] as number[], fromPath: [] as number[], bare: [] as number[] };
  const exited = { ours: [] as number[], bare: [] as number[], empty: [] as number[] };
  for (let index = 0; index < COLD_RUNS; index += 1) {
    const [one, two, three, four] = [await ours(), await fromPath(), await bare(), await empty()];
    answered.ours.push(one.answeredMs);
    answered.fromPath.push(two.answeredMs);
    answered.bare.push(three.answeredMs);
    exited.ours.push(one.exitedMs);
    exited.bare.push(three.exitedMs);
    exited.empty.push(four.exitedMs);
  }
  const trips = CHECK_ROUND_TRIPS + moreRoundTrips;
  const awaited = moreRoundTrips === 0 ? WARM_CHAIN : `TCP and TLS to the resolver, ${WARM_CHAIN}`;
  return [
    {
      title: `whole command, cold, ${title}: until the answer is there`,
      about: `waits for ${awaited}`,
      ours: { name: 'mailtls check', samples: answered.ours, unit: 'ms' },
      beside: [
        chain(trips, 1.4),
        { name: 'a bare client as a process', samples: answered.bare, unit: 'ms' },
        { name: 'mailtls check, found on the path', samples: answered.fromPath, unit: 'ms' },
      ],
    },
    {
      title: `whole command, cold, ${title}: until the process has ended`,
      about: `waits for ${awaited}, QUIT`,
      ours: { name: 'mailtls check', samples: exited.ours, unit: 'ms' },
      beside: [
        chain(trips + 1, 1.4),
        { name: 'a bare client as a process', samples: exited.bare, unit: 'ms' },
        { name: 'node -e 0', samples: exited.empty, unit: 'ms' },
      ],
    },
  ];
}
