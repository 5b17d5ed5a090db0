/**
 * What a domain's policies cost its check: round trips, CPU and a fetch. Their lookups and the fetch run beside the
 * probe, which is the longer chain, so they add nothing to it; only an exchange that is an alias waits for its TLSA
 * records, one round trip, as they decide the name that is sent in the handshake (RFC 7672 section 8.1).
 */
import { X509Certificate, createHash } from 'node:crypto';
import { get } from 'node:https';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { lastTls } from '../../functions/assessment/host-name-look.ts';
import { checkDomain } from '../../functions/check-domain.ts';
import { createCheckTools } from '../../functions/check-tools.ts';
import type { OwnedCheckTools } from '../../functions/check-tools.ts';
import type { AbsentAnswer, Resolver } from '../../functions/dns/answer.ts';
import { lookUpHostAddresses } from '../../functions/dns/host-addresses.ts';
import { readSettings } from '../../functions/environment.ts';
import type { Settings } from '../../functions/environment.ts';
import { fetchMtaStsPolicy } from '../../functions/policy/mta-sts/fetch.ts';
import type { Bench, Figure } from './figure.ts';
import { startLabProcess, trust } from './lab-process.ts';
import type { LabProcess } from './lab-process.ts';

const ROUND_TRIP_MS = 50;
const CHECK_RUNS = 12;
const FETCH_RUNS = 60;
const JUDGED_A_ROUND = 40;
const JUDGE_ROUNDS = 9;

export const policy: Bench = {
  title: 'what policies add to a check',
  async run(tell, signal) {
    const far = await startLabProcess(['--delay', String(ROUND_TRIP_MS / 2)]);
    try {
      trust(far);
      tell(await withAndWithout('dane-and-sts.example', 'TLSA, MTA-STS and its policy host', 0, far, signal));
      const alias = 'the same for an exchange that is an alias';
      tell(await withAndWithout('dane-alias-sts-wildcard.example', alias, 1, far, signal));
    } finally {
      await far.stop();
    }
    const near = await startLabProcess([]);
    try {
      trust(near);
      for (const [domain, what] of JUDGED) tell(await judging(domain, what, near, signal));
      tell(await fetching('sts-enforce.example', near, signal));
    } finally {
      await near.stop();
    }
  },
};

const JUDGED = [
  ['dane-both.example', 'DANE-EE and DANE-TA, two servers'],
  ['dane-and-sts.example', 'DANE-EE and MTA-STS'],
  ['sts-server-expired.example', 'MTA-STS that refuses the server'],
] as const;

function settingsOf({ environment }: LabProcess): Settings {
  const read = readSettings(environment);
  if (!read.ok) throw new Error('the lab’s settings are wrong');
  return read.settings;
}

/** Tools of a check with caches of their own and an open connection to the resolver. */
async function openTools(lab: LabProcess, signal: AbortSignal): Promise<OwnedCheckTools> {
  const tools = createCheckTools(settingsOf(lab));
  await tools.resolver.lookUp('modern.example', 'MX', signal);
  return tools;
}

const NOTHING: AbsentAnswer = {
  outcome: 'no-data',
  securityStatus: 'secure',
  resolver: 'none',
  extendedErrors: [],
  disagreement: null,
  cname: [],
  ttlSeconds: 0,
};

/** As if nothing were published: whatever only a policy needs is answered at once. */
const withoutPolicies = (resolver: Resolver): Resolver => ({
  lookUp: (name, type, signal) =>
    type === 'TLSA' || type === 'TXT' || name.startsWith('mta-sts.')
      ? Promise.resolve(NOTHING)
      : resolver.lookUp(name, type, signal),
});

async function withAndWithout(
  domain: string,
  title: string,
  roundTrips: number,
  lab: LabProcess,
  signal: AbortSignal,
): Promise<Figure> {
  const check = async (published: boolean): Promise<number> => {
    const tools = await openTools(lab, signal);
    const resolver = published ? tools.resolver : withoutPolicies(tools.resolver);
    try {
      const started = performance.now();
      assessDomain(await checkDomain(domain, { ...tools, resolver, progress: () => {} }, signal));
      return performance.now() - started;
    } finally {
      await tools.allClosed();
      tools.close();
    }
  };
  const samples: { with: number[]; without: number[] } = { with: [], without: [] };
  for (const published of [true, false]) await check(published);
  for (let index = 0; index < CHECK_RUNS; index += 1) {
    signal.throwIfAborted();
    samples.without.push(await check(false));
    samples.with.push(await check(true));
  }
  const added = samples.without.map((ms) => ms + roundTrips * ROUND_TRIP_MS);
  return {
    title: `${title}, at ${ROUND_TRIP_MS} ms a round trip`,
    ours: { name: 'a check with policies', samples: samples.with, unit: 'ms' },
    beside: [
      { name: 'the same without', samples: samples.without, unit: 'ms' },
      {
        name: `the same without, and ${roundTrips === 0 ? 'no round trip' : 'a round trip'} more`,
        samples: added,
        unit: 'ms',
        aim: { ratio: 1.05, is: 'at-most' },
      },
    ],
  };
}

async function judging(domain: string, what: string, lab: LabProcess, signal: AbortSignal): Promise<Figure> {
  const tools = await openTools(lab, signal);
  try {
    const evidence = await checkDomain(domain, { ...tools, progress: () => {} }, signal);
    const servers = evidence.hosts.length;
    const cpuMs = (work: () => void): number => {
      const before = process.cpuUsage();
      for (let index = 0; index < JUDGED_A_ROUND; index += 1) work();
      const { user, system } = process.cpuUsage(before);
      return (user + system) / 1000 / JUDGED_A_ROUND / servers;
    };
    const samples: { whole: number[]; bare: number[]; library: number[] } = {
      whole: [],
      bare: [],
      library: [],
    };
    const bare = { ...evidence, policy: NO_POLICY(evidence) };
    const works = [
      () => assessDomain(evidence),
      () => assessDomain(bare),
      () => readChains(evidence),
    ] as const;
    for (const work of works) cpuMs(work);
    for (let round = 0; round < JUDGE_ROUNDS; round += 1) {
      signal.throwIfAborted();
      samples.whole.push(cpuMs(works[0]));
      samples.bare.push(cpuMs(works[1]));
      samples.library.push(cpuMs(works[2]));
    }
    return {
      title: `judging a server: ${what}`,
      ours: { name: 'the whole judgement', samples: samples.whole, unit: 'ms CPU', below: 1 },
      beside: [
        { name: 'the same without policies', samples: samples.bare, unit: 'ms CPU' },
        { name: 'reading its certificates, one name, one digest', samples: samples.library, unit: 'ms CPU' },
      ],
    };
  } finally {
    await tools.allClosed();
    tools.close();
  }
}

const NO_POLICY = ({ policy: { tlsa } }: DomainEvidence): DomainEvidence['policy'] => ({
  mtaSts: { record: NOTHING, fetch: null },
  tlsReporting: NOTHING,
  tlsa: tlsa.map(({ host }) => ({
    host,
    notAsked: null,
    initialAlias: null,
    lookUps: [{ baseDomain: host, answer: NOTHING }],
  })),
});

/** The least that any judge of a certificate does. */
function readChains({ hosts }: DomainEvidence): void {
  for (const host of hosts) {
    for (const { ip } of host.addresses?.addresses ?? []) {
      for (const { derBase64 } of lastTls(ip, host)?.chain ?? []) {
        const certificate = new X509Certificate(Buffer.from(derBase64, 'base64'));
        certificate.checkHost(host.exchanger.host, { subject: 'never' });
        createHash('sha256')
          .update(certificate.publicKey.export({ type: 'spki', format: 'der' }))
          .digest();
      }
    }
  }
}

async function fetching(domain: string, lab: LabProcess, signal: AbortSignal): Promise<Figure> {
  const tools = await openTools(lab, signal);
  try {
    const host = `mta-sts.${domain}`;
    const found = await lookUpHostAddresses(host, tools.resolver, signal);
    const [address] = found.addresses;
    if (address === undefined) throw new Error('the policy host has no address');
    const { port } = tools.policyFetch;
    const fetchTools = { ...tools.policyFetch, resolver: tools.resolver, now: tools.now };
    const ours = async (): Promise<void> => {
      const fetched = await fetchMtaStsPolicy(domain, fetchTools, signal);
      if (fetched.outcome !== 'fetched') throw new Error(fetched.because);
    };
    const bare = () => bareGet(address.ip, port, host);
    const samples: { ours: number[]; bare: number[] } = { ours: [], bare: [] };
    for (const work of [ours, bare, ours, bare]) await work();
    for (let index = 0; index < FETCH_RUNS; index += 1) {
      signal.throwIfAborted();
      samples.ours.push(await wallMs(ours));
      samples.bare.push(await wallMs(bare));
    }
    return {
      title: 'fetching a policy over a new connection, its address known',
      ours: { name: 'mailtls', samples: samples.ours, unit: 'ms', below: 5 },
      beside: [{ name: 'a bare node:https GET', samples: samples.bare, unit: 'ms' }],
    };
  } finally {
    tools.close();
  }
}

async function wallMs(work: () => Promise<void>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

function bareGet(ip: string, port: number, servername: string): Promise<void> {
  const path = '/.well-known/mta-sts.txt';
  return new Promise((resolve, reject) => {
    get({ host: ip, port, servername, path, agent: false, headers: { host: servername } }, (response) => {
      response.on('error', reject).on('end', resolve).resume();
    }).on('error', reject);
  });
}
