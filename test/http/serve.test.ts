/** The whole service as `npm start` has it, in a process of its own, asked about domains of the lab. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { runMailtls } from '../local/run-mailtls.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';

const MAILTLS = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));

let lab: Lab;
let folder: string;
const running = new Set<Served>();

beforeAll(async () => {
  lab = await startLab({ secondMs: 20, bulk: { domains: 2, servers: 1 } });
  folder = await mkdtemp(join(tmpdir(), 'mailtls-serve-'));
});
afterEach(async () => {
  await Promise.all([...running].map(({ end }) => end('SIGKILL')));
});
afterAll(async () => {
  await lab?.close();
  if (folder !== undefined) await rm(folder, { recursive: true, force: true });
});

interface Served {
  readonly url: string;
  readonly log: string[];
  /** @returns the exit status; null: killed */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

async function serve(environment: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [MAILTLS, 'serve'], {
    env: { ...process.env, ...lab.environment, MAILTLS_DATA_DIR: folder, MAILTLS_PORT: '0', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  const [, url = ''] = /(http:\/\/\S+)/.exec(String(line)) ?? [];
  const served: Served = { url, log, end: (signal) => ended(child, signal, served) };
  running.add(served);
  return served;
}

async function ended(child: ChildProcess, signal: NodeJS.Signals, served: Served): Promise<number | null> {
  running.delete(served);
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exited = once(child, 'exit');
  child.kill(signal);
  await exited;
  return child.exitCode;
}

test.each([
  ['SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'],
  ['SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'],
])('%s alone puts nobody into Slack: the one that is missing is named', async (there, missing) => {
  const served = await serve({ SLACK_APP_TOKEN: '', SLACK_BOT_TOKEN: '', [there]: 'x-1' });
  expect(await served.end('SIGTERM')).toBe(0);
  expect(served.log).toEqual([
    `mailtls serve: not in Slack: ${missing} is not set. docs/slack.md says where it comes from.`,
  ]);
});

test('a domain is checked, kept, found again after a restart, and its page says the same', async () => {
  const first = await serve();
  const made = await fetch(`${first.url}/v1/domains/modern.example`);
  expect([made.status, made.headers.get('cache-status')]).toEqual([200, expect.stringContaining('fwd=miss')]);
  const report = reportSchema.parse(await made.json());
  expect(report.verdict.answer).toBe('opportunistic');
  expect(await first.end('SIGTERM')).toBe(0);

  const second = await serve();
  const seen = lab.connections(lab.addresses('mx.modern.example')[0] ?? '').length;
  const found = await fetch(`${second.url}/v1/domains/modern.example`);
  expect(found.headers.get('cache-status')).toMatch(/^mailtls; hit; ttl=\d+; stored$/);
  expect(reportSchema.parse(await found.json()).checkedAt).toBe(report.checkedAt);
  const page = await (await fetch(`${second.url}/d/modern.example`)).text();
  expect(page).toContain(report.verdict.sentence);
  expect(page).toMatch(/✔ \d+ ms/);
  expect(lab.connections(lab.addresses('mx.modern.example')[0] ?? '')).toHaveLength(seen);
  const changed = await fetch(`${second.url}/v1/domains/modern.example`, {
    headers: { 'If-None-Match': found.headers.get('etag') ?? '' },
  });
  expect(changed.status).toBe(304);
  expect(await second.end('SIGINT')).toBe(0);
});

test('two domains on one mail server are one connection to it, whichever process asks', async () => {
  for (const domain of ['d0000.bulk.example', 'd0001.bulk.example']) {
    const service = await serve();
    const made = await fetch(`${service.url}/v1/domains/${domain}`);
    expect(made.headers.get('cache-status')).toContain('fwd=miss');
    expect(reportSchema.parse(await made.json())).toMatchObject({
      domain,
      verdict: { answer: 'opportunistic' },
    });
    expect(await service.end('SIGTERM')).toBe(0);
  }
  const [address = ''] = lab.addresses('mx.operator-0000.example');
  expect(lab.connections(address)).toHaveLength(1);
});

test('two hundred requests for one domain make one connection to each of its addresses', async () => {
  const service = await serve();
  const answers = await Promise.all(
    Array.from({ length: 200 }, () => fetch(`${service.url}/v1/domains/dual-stack.example`)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  await Promise.all(answers.map((answer) => answer.text()));
  const [ipv4 = ''] = lab.addresses('mx.dual-stack.example');
  expect(lab.connections(ipv4)).toHaveLength(1);
});

test('a missing offer is looked at a second time by itself, and is then no longer provisional', async () => {
  const service = await serve({ MAILTLS_SECOND_LOOK_MS: '200' });
  const ask = async () => {
    const answer = await fetch(`${service.url}/v1/domains/no-starttls.example`);
    return reportSchema.parse(await answer.json());
  };
  expect(await ask()).toMatchObject({ provisional: true, verdict: { answer: 'plaintext' } });
  await expect.poll(async () => (await ask()).provisional, { timeout: 10_000 }).toBe(false);
  expect((await ask()).verdict.answer).toBe('plaintext');
  expect(lab.connections(lab.addresses('mx.no-starttls.example')[0] ?? '')).toHaveLength(2);
});

test('the command line beside a running service neither hangs on its store nor harms it', async () => {
  const service = await serve();
  const kept = await fetch(`${service.url}/v1/domains/exim.example`);
  const { checkedAt } = reportSchema.parse(await kept.json());
  const environment = { ...lab.environment, MAILTLS_DATA_DIR: folder };
  const runs = ['exim.example', 'exchange.example'].map((domain) =>
    runMailtls(['check', domain], { environment }),
  );
  expect((await Promise.all(runs)).map(({ status }) => status)).toEqual([0, 0]);
  const again = await fetch(`${service.url}/v1/domains/exim.example`);
  expect(again.headers.get('cache-status')).toContain('hit');
  expect(reportSchema.parse(await again.json()).checkedAt).toBe(checkedAt);
  const other = await fetch(`${service.url}/v1/domains/exchange.example`);
  expect(other.headers.get('cache-status')).toMatch(/; stored$/);
});

test('told to end while a check runs, it answers who waits, takes nobody new, and ends with status 0', async () => {
  const service = await serve({ MAILTLS_CLOSE_MS: '300' });
  const waiting = fetch(`${service.url}/v1/domains/handshake-hang.example`);
  let progress = '';
  while (!progress.includes('id="progress"')) {
    progress = await (await fetch(`${service.url}/d/handshake-hang.example`)).text();
  }
  const end = service.end('SIGTERM');
  const answer = await waiting;
  expect(answer.status).toBe(503);
  expect(await answer.json()).toMatchObject({ type: '/problems/busy' });
  expect(await end).toBe(0);
  await expect(fetch(`${service.url}/healthz`)).rejects.toThrow('fetch failed');
});

test('its log has a line of JSON for each request, with the domain and nothing else of the address', async () => {
  const service = await serve();
  await fetch(`${service.url}/d/modern.example?planted=secret`, { headers: { 'User-Agent': 'secret' } });
  await fetch(`${service.url}/v1/headers`, {
    method: 'POST',
    headers: { 'Content-Type': 'text/plain' },
    body: 'Received: from secret by secret; x',
  });
  await service.end('SIGTERM');
  const lines = service.log.map((line): Record<string, unknown> => JSON.parse(line));
  expect(lines).toMatchObject([
    { event: 'request', route: '/d/:domain', domain: 'modern.example', status: 200 },
    { event: 'request', route: '/v1/headers', status: 200 },
  ]);
  expect(service.log.join('')).not.toContain('secret');
});

test('on a port that is taken it says so, and ends with status 1', async () => {
  const service = await serve();
  const child = spawn(process.execPath, [MAILTLS, 'serve'], {
    env: {
      ...process.env,
      ...lab.environment,
      MAILTLS_DATA_DIR: folder,
      MAILTLS_PORT: new URL(service.url).port,
    },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const said: string[] = [];
  child.stderr.setEncoding('utf8').on('data', (text: string) => said.push(text));
  await once(child, 'close');
  expect([child.exitCode, said.join('')]).toEqual([1, expect.stringContaining('another program listens on')]);
});

test('without a store it answers, says that the answer is not kept, and logs why', async () => {
  const service = await serve({ MAILTLS_DATA_DIR: join(MAILTLS, 'no-folder') });
  const answer = await fetch(`${service.url}/v1/domains/tls13.example`);
  expect([answer.status, answer.headers.get('cache-status')]).toEqual([
    200,
    expect.stringContaining('stored=?0'),
  ]);
  expect(reportSchema.parse(await answer.json()).verdict.answer).toBe('opportunistic');
  expect(await (await fetch(`${service.url}/d/tls13.example`)).text()).toContain('This answer is not kept');
  expect(await service.end('SIGTERM')).toBe(0);
  expect(service.log.filter((line) => line.includes('"event":"store-failed"'))).toHaveLength(1);
});

test.each(['SIGINT', 'SIGTERM'] as const)(
  'ends in order when %s comes twice: to all of its group, and from the process that started it',
  async (signal) => {
    const service = await serve({ MAILTLS_CLOSE_MS: '1000' });
    void fetch(`${service.url}/v1/domains/slow-20s.example`).catch(() => {});
    const host = lab.addresses('mx.slow-20s.example')[0] ?? '';
    while (lab.connections(host).length === 0) await wait(20);
    const statuses = [service.end(signal), wait(50).then(() => service.end(signal))];
    expect(await Promise.all(statuses)).toEqual([0, 0]);
  },
);
