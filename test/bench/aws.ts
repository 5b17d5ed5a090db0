/**
 * The functions of a deployment: what a cold start reads and takes, and a question's way through the emulated
 * functions beside the service on one machine. The emulation has no network between its parts, so that what is left
 * is what our own code and its processes cost.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { BUNDLE_BUDGETS, bundleSize } from '../../infra/bundle-budget.ts';
import { bundleDoor } from '../../infra/door-bundle.ts';
import type { DoorName } from '../aws/deployed-doors.ts';
import { startStack } from '../aws/emulated-stack.ts';
import type { EmulatedStack } from '../aws/emulated-stack.ts';
import { httpEvent, resultIn } from '../aws/http-events.ts';
import { startLabService } from '../lab/lab-service.ts';
import { run } from './child.ts';
import type { Bench, Figure } from './figure.ts';
import { startLabProcess } from './lab-process.ts';

const DOORS: readonly DoorName[] = ['http', 'slack', 'check', 'probe'];
const IMPORTS = 9;
const DOMAINS = 20;
const COLD_STARTS = 5;
const KIB = 1024;

export const aws: Bench = {
  title: 'four functions as bundles, emulated: no network lies between them',
  async run(tell, signal) {
    for (const door of DOORS) for (const figure of await coldStart(door, signal)) tell(figure);
    const lab = await startLabProcess(['--bulk', `${2 * DOMAINS + COLD_STARTS}/${DOMAINS}`]);
    const limits = { MAILTLS_CLIENT_CHECKS_PER_MINUTE: '10000', MAILTLS_CHECKS_PER_MINUTE: '10000' };
    const stack = await startStack({ lab, doors: DOORS, settings: limits });
    const service = await startLabService({ ...lab.environment, ...limits, MAILTLS_PORT: '0' });
    try {
      for (const figure of await wayOfAQuestion(stack, service.url)) tell(figure);
    } finally {
      await service.stop();
      await stack.close();
      await lab.stop();
    }
  },
};

async function coldStart(door: DoorName, signal: AbortSignal): Promise<readonly Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), `mailtls-${door}-`));
  try {
    const { start, all } = bundleSize(bundleDoor(door, folder));
    const took = { bundle: [] as number[], client: [] as number[] };
    const client = import.meta.resolve('@aws-sdk/client-dynamodb');
    const index = pathToFileURL(join(folder, 'index.mjs')).href;
    for (let round = -1; round < IMPORTS; round += 1) {
      const bundle = await importTime(index, signal);
      const alone = await importTime(client, signal);
      if (round < 0) continue;
      took.bundle.push(bundle);
      took.client.push(alone);
    }
    return [
      {
        title: `${door}: read at a cold start`,
        about: `${(all / KIB).toFixed(0)} KiB with what is read later`,
        ours: { name: 'bundle', samples: [start / KIB], unit: 'KiB' },
        beside: [
          {
            name: 'budget',
            samples: [BUNDLE_BUDGETS[door].start / KIB],
            unit: 'KiB',
            aim: { ratio: 1, is: 'at-most' },
          },
        ],
      },
      {
        title: `${door}: loaded at a cold start`,
        ours: { name: 'import of the bundle', samples: took.bundle, unit: 'ms' },
        beside: [
          { name: 'import of Amazon’s DynamoDB client alone, not bundled', samples: took.client, unit: 'ms' },
        ],
      },
    ];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Within the process: what Node itself takes to start is none of ours. */
async function importTime(url: string, signal: AbortSignal): Promise<number> {
  const script = `const t = performance.now(); await import('${url}'); console.log(performance.now() - t); process.exit()`;
  const environment = { AWS_REGION: 'us-east-1', MAILTLS_AWS_ENDPOINT: 'http://127.0.0.1:9' };
  const { stdout } = await run(
    process.execPath,
    ['--input-type=module', '--eval', script],
    environment,
    signal,
  );
  return Number(stdout);
}

const nameOf = (index: number): string => `d${String(index).padStart(4, '0')}.bulk.example`;

async function wayOfAQuestion(stack: EmulatedStack, local: string): Promise<readonly Figure[]> {
  const throughFunctions = (name: string) => async (): Promise<number> => {
    const came = await stack.functions.http.invoke(httpEvent('GET', `/v1/domains/${name}`));
    return resultIn(came.payload).statusCode;
  };
  const onOneMachine = (name: string) => async (): Promise<number> => {
    const response = await fetch(`${local}/v1/domains/${name}`);
    await response.text();
    return response.status;
  };
  const cold: number[] = [];
  for (let index = 0; index < COLD_STARTS; index += 1) {
    await Promise.all(Object.values(stack.functions).map(({ restart }) => restart()));
    cold.push(await timed(throughFunctions(nameOf(2 * DOMAINS + index))));
  }
  const samples = { fresh: pair(), stored: pair() };
  for (let index = 0; index < DOMAINS; index += 1) {
    for (const [kind, ours, other] of [
      ['fresh', index, DOMAINS + index],
      ['stored', index, DOMAINS + index],
    ] as const) {
      samples[kind].functions.push(await timed(throughFunctions(nameOf(ours))));
      samples[kind].machine.push(await timed(onOneMachine(nameOf(other))));
    }
  }
  return [
    ...(['fresh', 'stored'] as const).map((kind): Figure => ({
      title:
        kind === 'fresh'
          ? 'a domain that is not stored, over HTTP'
          : 'a domain whose answer is stored, over HTTP',
      ours: { name: 'functions', note: 'warm', samples: samples[kind].functions, unit: 'ms' },
      beside: [{ name: 'service on one machine', samples: samples[kind].machine, unit: 'ms' }],
    })),
    {
      title: 'a domain that is not stored, all functions cold',
      ours: { name: 'functions', note: 'http, check and probe start', samples: cold, unit: 'ms' },
      beside: [{ name: 'functions', note: 'warm', samples: samples.fresh.functions, unit: 'ms' }],
    },
  ];
}

const pair = () => ({ functions: [] as number[], machine: [] as number[] });

async function timed(ask: () => Promise<number>): Promise<number> {
  const started = performance.now();
  const status = await ask();
  if (status !== 200) throw new Error(`answered with ${status}`);
  return performance.now() - started;
}
