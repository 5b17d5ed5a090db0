/**
 * The Slack door: Slack waits three seconds for an acknowledgement, and a function that starts cold has to load
 * everything in that time. Beside it, in the same run, what Bolt alone and Bolt with DynamoDB's client cost.
 */
import { assessDomain } from '../../functions/assessment/domain.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import { connection, domain, host, made } from '../assessment/observed.ts';
import { startAwsServices } from '../aws/aws-services.ts';
import { secretsService } from '../aws/secrets-service.ts';
import { startLabService } from '../lab/lab-service.ts';
import { startFunction } from '../lambda/lambda-function.ts';
import { slashCommand } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import { BOT_TOKEN, SIGNING_SECRET, startSlackApi } from '../slack/slack-api.ts';
import type { SlackApi } from '../slack/slack-api.ts';
import { openTestTable } from '../store/test-table.ts';
import type { TestTable } from '../store/test-table.ts';
import { run } from './child.ts';
import type { Bench, Figure } from './figure.ts';
import { percentile } from './http-load.ts';
import { startLabProcess } from './lab-process.ts';
import { bundleBots, lacksSlackDoor } from './slack-bots.ts';
import type { Bot, Bots } from './slack-bots.ts';

const DOMAIN = 'vendor.example';
const LAB_DOMAIN = 'modern.example';
const A_THIRD = 0.333;
const LOADS = 9;
const COLD = 30;
const COLD_MS = 400;
const AT_ONCE = 200;
const SLACK_WAITS_MS = 3_000;
const DAY_SECONDS = 86_400;
const SECRET = 'mailtls/slack';

const NAMES = ['ours', 'stock', 'bare'] as const;
type Name = (typeof NAMES)[number];
type Samples = Record<Name, number[]>;

export const slack: Bench = {
  title: 'the Slack door: its bundle, a cold start, many commands at once',
  lack: lacksSlackDoor,
  async run(tell, signal) {
    const bots = await bundleBots();
    try {
      for (const figure of await bundled(bots, signal)) tell(figure);
      for (const figure of await acknowledged(bots, signal)) tell(figure);
    } finally {
      await bots.remove();
    }
    for (const figure of await atOnce()) tell(figure);
  },
};

async function bundled(bots: Bots, signal: AbortSignal): Promise<readonly Figure[]> {
  const samples: Samples = { ours: [], stock: [], bare: [] };
  for (let round = -1; round < LOADS; round += 1) {
    for (const name of NAMES) {
      const took = await loadMs(bots[name], signal);
      if (round >= 0) samples[name].push(took);
    }
  }
  const aim = { ratio: A_THIRD, is: 'at-most' } as const;
  const { ours, stock, bare } = bots;
  return [
    {
      title: 'size of what is loaded at start',
      about: 'ours: what asks services of AWS is in another file, which is loaded meanwhile',
      ours: { name: ours.name, samples: [ours.startKb], unit: 'KB' },
      beside: [
        { name: stock.name, samples: [stock.startKb], unit: 'KB', aim },
        { name: bare.name, samples: [bare.startKb], unit: 'KB' },
      ],
    },
    {
      title: 'size of everything in the bundle',
      about: 'ours speaks with DynamoDB, SQS, Secrets Manager and Lambda',
      ours: { name: ours.name, samples: [ours.sizeKb], unit: 'KB' },
      beside: [
        { name: stock.name, samples: [stock.sizeKb], unit: 'KB', aim },
        { name: bare.name, samples: [bare.sizeKb], unit: 'KB' },
      ],
    },
    {
      title: 'loading it, in a fresh process',
      about: 'ours begins to fetch its secret meanwhile',
      ours: { name: ours.name, samples: samples.ours, unit: 'ms' },
      beside: [
        { name: stock.name, samples: samples.stock, unit: 'ms', aim },
        { name: bare.name, samples: samples.bare, unit: 'ms' },
      ],
    },
  ];
}

const LOAD = `
  const started = performance.now();
  import(process.argv[1]).then(() => process.stdout.write(String(performance.now() - started)), (error) => {
    process.stderr.write(String(error));
    process.exit(1);
  });`;

async function loadMs({ module }: Bot, signal: AbortSignal): Promise<number> {
  const { stdout, code } = await run(process.execPath, ['-e', LOAD, module], environmentOf(null), signal);
  if (code !== 0) throw new Error(`${module} could not be loaded`);
  return Number(stdout);
}

/** What is needed to load, and with a table to answer. */
function environmentOf(
  parts: { readonly table: TestTable; readonly aws: string; readonly api: SlackApi } | null,
) {
  return {
    SLACK_SIGNING_SECRET: SIGNING_SECRET,
    MAILTLS_SLACK_SECRET: SECRET,
    AWS_REGION: 'us-east-1',
    AWS_SECRET_ACCESS_KEY: 'test',
    AWS_ACCESS_KEY_ID: parts?.table.options.accessKey ?? 'test',
    MAILTLS_TABLE: parts?.table.options.tableName ?? 'mailtls',
    MAILTLS_STORE_ENDPOINT: parts?.table.options.endpoint ?? 'http://127.0.0.1:9/',
    MAILTLS_AWS_ENDPOINT: parts?.aws ?? 'http://127.0.0.1:9/',
    MAILTLS_CHECK_QUEUE: 'https://sqs.us-east-1.amazonaws.com/123456789012/checks',
    ...parts?.api.environment(),
  };
}

async function acknowledged(bots: Bots, signal: AbortSignal): Promise<readonly Figure[]> {
  const table = await openTestTable();
  const secret = JSON.stringify({ signingSecret: SIGNING_SECRET, botToken: BOT_TOKEN });
  const aws = await startAwsServices([secretsService(new Map([[SECRET, secret]]))]);
  const api = await startSlackApi();
  const samples: Samples = { ours: [], stock: [], bare: [] };
  try {
    await keepAnswer(table);
    const environment = environmentOf({ table, aws: aws.endpoint, api });
    for (let round = -1; round < COLD; round += 1) {
      signal.throwIfAborted();
      for (const name of NAMES) {
        const took = await coldMs(bots[name], environment, api);
        if (round >= 0) samples[name].push(took);
      }
    }
  } finally {
    await Promise.all([table.close(), aws.close(), api.close()]);
  }
  const measures = (of: (samples: readonly number[]) => readonly number[]) => ({
    ours: { name: bots.ours.name, samples: of(samples.ours), unit: 'ms', below: COLD_MS },
    beside: [
      { name: bots.stock.name, samples: of(samples.stock), unit: 'ms' },
      { name: bots.bare.name, samples: of(samples.bare), unit: 'ms' },
    ],
  });
  const title = `from a signed command to its acknowledgement, each in a process that starts for it`;
  return [
    { title, about: `${COLD} processes; the answer is in the store`, ...measures((all) => all) },
    { title: `the same, p99`, ...measures((all) => [percentile(all, 0.99)]) },
  ];
}

async function keepAnswer({ table }: TestTable): Promise<void> {
  const evidence = {
    ...domain([host([made('192.0.2.1', connection())])]),
    domain: DOMAIN,
    observedAt: new Date().toISOString(),
  };
  const store = createEvidenceStore({
    table,
    now: Date.now,
    keepSeconds: DAY_SECONDS,
    serveSeconds: DAY_SECONDS,
    judge: assessDomain,
  });
  const kept = await store.keep(evidence, assessDomain(evidence));
  if (!kept.ok) throw new Error('the answer could not be kept');
}

/** From before the process starts. */
async function coldMs(
  bot: Bot,
  environment: Readonly<Record<string, string>>,
  api: SlackApi,
): Promise<number> {
  const command = slashCommand(api.deed(), DOMAIN);
  const event = gatewayEvent(signedRequest('/slack/events', command, SIGNING_SECRET, Date.now()));
  const started = performance.now();
  const { invoke, close, log } = await startFunction({
    taskRoot: bot.taskRoot,
    handler: 'index.handler',
    timeoutSeconds: 10,
    environment,
  });
  try {
    const { payload } = await invoke(event);
    const took = performance.now() - started;
    if (!JSON.stringify(payload).includes('"statusCode":200')) {
      throw new Error(`${bot.name}: ${JSON.stringify(payload)} ${log()}`);
    }
    return took;
  } finally {
    await close();
  }
}

/** Slack's side is in this process, and takes its part of the time. */
async function atOnce(): Promise<readonly Figure[]> {
  const lab = await startLabProcess(['--bulk', `${AT_ONCE}/${AT_ONCE}`]);
  const api = await startSlackApi();
  const service = await startLabService({
    ...lab.environment,
    ...api.environment('socket'),
    MAILTLS_PORT: '0',
    MAILTLS_CHECKS_PER_MINUTE: '10000',
    MAILTLS_CLIENT_CHECKS_PER_MINUTE: '10000',
  });
  const ask = async (name: string): Promise<number> =>
    (await api.socket.send(slashCommand(api.deed(), name), { timeoutMs: 2 * SLACK_WAITS_MS })).tookMs;
  const slowest = async (title: string, names: readonly string[], alone: number): Promise<Figure> => ({
    title: `${AT_ONCE} commands at once on one process, ${title}: the slowest`,
    about: 'over Socket Mode, in one process with the store and the checks',
    ours: {
      name: 'acknowledged',
      samples: [Math.max(...(await Promise.all(names.map(ask))))],
      unit: 'ms',
      below: SLACK_WAITS_MS,
    },
    beside: [{ name: 'one command alone', samples: [alone], unit: 'ms' }],
  });
  try {
    await ask(LAB_DOMAIN);
    await api.waitFor('response_url');
    const known = await ask(LAB_DOMAIN);
    const stored = await slowest('about a stored answer', Array<string>(AT_ONCE).fill(LAB_DOMAIN), known);
    const names = Array.from({ length: AT_ONCE }, (_, n) => `d${String(n).padStart(4, '0')}.bulk.example`);
    const unknown = await ask('tls13.example');
    return [stored, await slowest('each about another domain that is not stored', names, unknown)];
  } finally {
    await service.stop();
    await Promise.all([api.close(), lab.stop()]);
  }
}
