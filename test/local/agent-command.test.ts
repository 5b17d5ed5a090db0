/** The agent, from its one file, with a queue, a table and the lab around it: another host in short. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { runAgent } from '../../functions/local/agent.ts';
import type { AgentLog, AgentTools } from '../../functions/local/agent.ts';
import { createAgentProber } from '../../functions/probe/agent-prober.ts';
import type { ProbeRequest } from '../../functions/probe/prober.ts';
import { createAgentResults } from '../../functions/store/agent-results.ts';
import { bundleAgent } from '../../infra/agent-bundle.ts';
import { CREDENTIALS, startAwsServices } from '../aws/aws-services.ts';
import type { AwsServices } from '../aws/aws-services.ts';
import { createTestQueue, queueService } from '../aws/queue-service.ts';
import { startTableService } from '../aws/table-service.ts';
import type { TestTableService } from '../aws/table-service.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let table: TestTableService;
let aws: AwsServices;
let folder: string;
const queue = createTestQueue({ name: 'agent', secondMs: 20, visibilitySeconds: 60, mostReceives: 100 });

beforeAll(async () => {
  [lab, table, aws, folder] = await Promise.all([
    startLab({ secondMs: 20 }),
    startTableService(),
    startAwsServices([queueService([queue])]),
    mkdtemp(join(tmpdir(), 'mailtls-agent-')),
  ]);
  bundleAgent(join(folder, 'agent.mjs'));
});
afterAll(async () => {
  await Promise.all([lab?.close(), table?.close(), aws?.close()]);
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const NEVER = new AbortController().signal;
const queueUrl = (): string => `${aws.endpoint}/123456789012/agent`;
const asked = (host: string): ProbeRequest => ({
  ip: lab.addresses(host)[0] ?? '',
  port: lab.smtpPort,
  serverName: host,
  host,
  look: 'first',
});
/** As the check function asks. */
const prober = (patienceMs = 20_000) =>
  createAgentProber({
    queueUrl: queueUrl(),
    endpoint: aws.endpoint,
    resultOf: createAgentResults(table.open(), Date.now).find,
    patienceMs,
    now: Date.now,
  });

function startAgent() {
  const child = spawn(process.execPath, [join(folder, 'agent.mjs')], {
    cwd: folder,
    env: {
      ...lab.environment,
      ...CREDENTIALS,
      MAILTLS_AGENT_QUEUE: queueUrl(),
      MAILTLS_AWS_ENDPOINT: aws.endpoint,
      MAILTLS_STORE_ENDPOINT: table.endpoint,
      MAILTLS_TABLE: table.tableName,
      MAILTLS_EHLO_NAME: 'agent.us.example',
    },
  });
  let log = '';
  child.stdout.resume();
  child.stderr.setEncoding('utf8').on('data', (text: string) => (log += text));
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  });
  return { child, log: () => log };
}

test('an agent of one file probes what the check asks for, under its own name, and ends in order', async () => {
  const agent = startAgent();
  const results = await Promise.all(
    ['mx.modern.example', 'mx.no-starttls.example'].map((host) => prober().probe(asked(host), NEVER)),
  );
  expect(results).toMatchObject([
    { attempt: 'made', evidence: { connections: [{ tls: { version: 'TLSv1.3' } }] } },
    { attempt: 'made', evidence: { connections: [{ tls: null, end: { cause: 'not-offered' } }] } },
  ]);
  expect(lab.connections(asked('mx.modern.example').ip).at(-1)?.commands[0]).toBe('EHLO agent.us.example');
  expect(queue.size()).toBe(0);
  agent.child.kill('SIGTERM');
  expect((await once(agent.child, 'exit'))[0]).toBe(0);
  expect(agent.log()).toContain('"event":"probed"');
  expect(agent.log()).not.toMatch(/modern|starttls\.example|127\.0\.0/);
}, 30_000);

test('all that becomes of a result is one put by the agent, and looks for it by the check', () => {
  const asked = new Set(table.asked);
  expect(asked).toEqual(new Set(['PutItem', 'GetItem']));
});

/** An agent that has nothing to probe and nothing to write: either would reject. */
const idle = (take: AgentTools['queue']['take'], log: AgentTools['log']): AgentTools => ({
  queue: { take },
  prober: {
    vantage: 'local',
    probe: () => Promise.reject(new Error('probed')),
    allClosed: async () => {},
  },
  results: { put: () => Promise.reject(new Error('written')) },
  smtpPort: 25,
  atOnce: 4,
  now: Date.now,
  log,
});

test('work that nobody waits for any more is left, and what is none is passed over', async () => {
  const log: AgentLog[] = [];
  const ending = new AbortController();
  const { ip, serverName, host, look } = asked('mx.exim.example');
  const bodies = [
    'hello',
    JSON.stringify({ id: crypto.randomUUID(), request: { ip, serverName, host, look }, untilMs: 1 }),
  ];
  const take = async () => {
    ending.abort();
    return bodies.splice(0);
  };
  await runAgent(
    idle(take, (entry) => log.push(entry)),
    ending.signal,
  );
  expect(log.map(({ event }) => event)).toEqual(['no-work', 'too-late']);
});

test('a queue that cannot be asked is told of, and asked again later', async () => {
  const log: AgentLog[] = [];
  const ending = new AbortController();
  const tools = idle(
    () => Promise.reject(new Error('no way')),
    (entry) => {
      log.push(entry);
      ending.abort();
    },
  );
  await runAgent(tools, ending.signal);
  expect(log).toEqual([{ event: 'queue-failed', detail: 'Error: no way', nextTryMs: 1000 }]);
});

test('an agent without a queue says what is missing', async () => {
  expect(await runMailtls(['agent'])).toMatchObject({
    status: 64,
    error: expect.stringContaining('MAILTLS_AGENT_QUEUE must be the address of the queue'),
  });
});
