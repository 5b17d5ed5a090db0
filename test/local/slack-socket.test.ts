/** `npm start` with Slack's two tokens: the bot by Socket Mode, in a process of its own, with the lab behind it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { directMessage, slashCommand } from '../slack/events.ts';
import { expectNoFaults } from '../slack/limits.ts';
import { startSlackApi } from '../slack/slack-api.ts';
import type { SlackApi } from '../slack/slack-api.ts';

const MAILTLS = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));
const HEADER =
  'Received: from mx.vendor.example (mx.vendor.example [192.0.2.10]) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa for <ann@us.example>; Sun, 22 Nov 2026 00:08:00 +0000\r\nSubject: qzx7-marker\r\n\r\n';

interface Served {
  readonly url: string;
  readonly log: string[];
  /** @returns the exit status; null: killed */
  readonly end: (signal: NodeJS.Signals) => Promise<number | null>;
}

let lab: Lab;
let slack: SlackApi;
let folder: string;
let served: Served | null = null;
beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
});
afterAll(() => lab?.close());
beforeEach(async () => {
  [slack, folder] = await Promise.all([startSlackApi(), mkdtemp(join(tmpdir(), 'mailtls-slack-'))]);
});
afterEach(async () => {
  await served?.end('SIGKILL');
  served = null;
  expectNoFaults(slack.calls.flatMap(({ faults }) => faults));
  await slack.close();
  await rm(folder, { recursive: true, force: true });
});

async function serve(environment: Readonly<Record<string, string>> = {}): Promise<Served> {
  const child = spawn(process.execPath, [MAILTLS, 'serve'], {
    env: {
      ...process.env,
      ...lab.environment,
      ...slack.environment('socket'),
      MAILTLS_DATA_DIR: folder,
      MAILTLS_PORT: '0',
      ...environment,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const log: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  served = {
    url: /(http:\/\/\S+)/.exec(String(line))?.[1] ?? '',
    log,
    async end(signal) {
      if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
      const exited = once(child, 'exit');
      child.kill(signal);
      await exited;
      return child.exitCode;
    },
  };
  return served;
}
const told = ({ log }: Served): readonly unknown[] => log.map((line): unknown => JSON.parse(line));

test('a domain: "checking" at once, the answer once, and from then on at once; an orderly end', async () => {
  const there = await serve();
  const first = slack.deed();
  const { payload } = await slack.socket.send(slashCommand(first, 'modern.example'));
  expect([slack.acknowledged(payload), JSON.stringify(payload)]).toEqual([
    [],
    expect.stringContaining('checking'),
  ]);
  const [answer] = await slack.waitFor('response_url');
  expect(JSON.stringify(answer?.payload)).toContain('modern.example: encrypted');
  const second = await slack.socket.send(slashCommand(slack.deed(), 'modern.example'));
  expect(JSON.stringify(second.payload)).toContain('modern.example: encrypted');
  expect(await there.end('SIGTERM')).toBe(0);
  expect(slack.posts(first)).toHaveLength(1);
  expect(told(there)).toContainEqual(expect.objectContaining({ level: 'info', event: 'slack-connected' }));
});

test('a mail as a file in a direct message is read, answered, and in no log and no store', async () => {
  const there = await serve();
  const file = slack.upload({ name: 'qzx7-marker.eml', content: HEADER });
  await slack.socket.send(directMessage({ user: 'U0ANN', channel: 'D0ANN' }, { text: '', files: [file] }));
  const [answer] = await slack.waitFor('chat.postMessage');
  expect(JSON.stringify(answer?.payload)).toContain('mx.us.example');
  expect(there.log.join('\n')).not.toContain('qzx7');
});

test('Slack takes an answer neither the first time nor the third: it is brought when it does', async () => {
  await serve();
  slack.faults.script('response_url', { fault: 'rate-limited', retryAfterSeconds: 0 }, 3);
  const deed = slack.deed();
  await slack.socket.send(slashCommand(deed, 'modern.example'));
  const posts = await slack.waitFor('response_url', 4);
  expect(posts.map(({ status }) => status)).toEqual([429, 429, 429, 200]);
  expect(JSON.stringify(posts.at(-1)?.payload)).toContain('modern.example: encrypted');
});

test('Slack asks to connect anew: the next command comes over the new connection', async () => {
  await serve();
  await slack.socket.connected();
  slack.socket.disconnect('refresh_requested');
  const { payload } = await slack.socket.send(slashCommand(slack.deed(), 'help'));
  expect([slack.socket.connections(), JSON.stringify(payload)]).toEqual([
    2,
    expect.stringContaining('/mailtls'),
  ]);
});

test('a token that Slack refuses: that is told, and everything else is served', async () => {
  const there = await serve({ SLACK_APP_TOKEN: 'xapp-another' });
  await expect
    .poll(() => told(there))
    .toContainEqual(
      expect.objectContaining({
        level: 'error',
        event: 'slack-not-connected',
        code: 'invalid_auth',
        again: 'no',
      }),
    );
  expect((await fetch(`${there.url}/healthz`)).status).toBe(200);
  expect(there.log.join('\n')).not.toContain('xapp-another');
  expect(await there.end('SIGTERM')).toBe(0);
});

test('with one of the two tokens alone there is no bot', async () => {
  const there = await serve({ SLACK_BOT_TOKEN: '' });
  expect((await fetch(`${there.url}/healthz`)).status).toBe(200);
  expect([slack.calls, slack.socket.connections()]).toEqual([[], 0]);
});
