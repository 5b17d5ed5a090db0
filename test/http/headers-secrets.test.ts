/**
 * A planted secret in every place of a message, sent to the whole service and to the command beside it. It must be
 * nowhere afterwards: not in what the service logs, not in the files of its store, not in a link. That the search
 * would find it is shown by the domain that was checked before, which is in all of them.
 */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from '../local/run-mailtls.ts';

const MAILTLS = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));
const DATE = 'Sun, 22 Nov 2026 01:02:03 +0000';
/** Encoded as well as plain: an address of a recipient's domain, a host, ids, a comment, another field, the body. */
const MESSAGE = [
  'Received: from planted-host.sender.example (planted-reverse.sender.example [192.0.2.7])',
  '\t(using TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits))',
  '\tby mx.modern.example (Postfix) with ESMTPS id PLANTED1234',
  `\tfor <planted-person@planted-domain.example>; ${DATE}`,
  'Received: from a.planted-first.example ([192.0.2.8]) by planted-server.planted-other.example',
  `\twith ESMTP id planted7; ${DATE}`,
  'X-Planted: planted-secret',
  'Subject: planted-secret',
  '',
  'planted-secret in the text',
].join('\r\n');
const TODAY = /this server offers encryption \(TLS 1\.3\); then it was TLS 1\.2\./;

let lab: Lab;
let folder: string;
let url = '';
const log: string[] = [];
let service: ReturnType<typeof spawn>;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  folder = await mkdtemp(join(tmpdir(), 'mailtls-secrets-'));
  const child = spawn(process.execPath, [MAILTLS, 'serve'], {
    env: { ...process.env, ...environment() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  service = child;
  createInterface({ input: child.stderr }).on('line', (line) => log.push(line));
  const [line]: unknown[] = await once(createInterface({ input: child.stdout }), 'line');
  url = /(http:\/\/\S+)/.exec(String(line))?.[1] ?? '';
  await fetch(`${url}/v1/domains/modern.example`, { headers: { Prefer: 'wait=20' } });
});
afterAll(async () => {
  const exited = once(service, 'exit');
  service.kill('SIGTERM');
  await exited;
  await lab.close();
  await rm(folder, { recursive: true, force: true });
});

const environment = (): Record<string, string> => ({
  ...lab.environment,
  MAILTLS_DATA_DIR: folder,
  MAILTLS_PORT: '0',
});

/** Everything below the data folder, as bytes one could read. */
async function kept(): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async (file) => readFile(join(file.parentPath, file.name), 'latin1'));
  return (await Promise.all(texts)).join('\n');
}

async function expectNothingPlanted(): Promise<void> {
  const [logged, stored] = [log.join('\n'), await kept()];
  expect(logged).toContain('/v1/headers');
  expect(stored).toContain('modern.example');
  for (const text of [logged, stored]) expect(text).not.toMatch(/planted/i);
}

test('over HTTP', async () => {
  const headers = { 'Content-Type': 'message/rfc822' };
  const response = await fetch(`${url}/v1/headers`, { method: 'POST', body: MESSAGE, headers });
  expect(await response.text()).toMatch(TODAY);
  expect([...response.headers].join('\n')).not.toMatch(/planted/i);
  await fetch(`${url}/v1/headers`, { method: 'PUT', body: MESSAGE });
  await expectNothingPlanted();
});

test('on the page', async () => {
  const form = new FormData();
  form.set('text', MESSAGE);
  const response = await fetch(`${url}/headers`, { method: 'POST', body: form, redirect: 'manual' });
  const page = await response.text();
  expect([response.status, response.headers.get('location')]).toEqual([200, null]);
  expect(page).toMatch(TODAY);
  const links = [...page.matchAll(/(?:href|action|src)="([^"]*)"/g)].map(([, link]) => link);
  expect(links.length).toBeGreaterThan(0);
  expect(links.join('\n')).not.toMatch(/planted/i);
  expect(page).not.toMatch(/planted-(?:secret|person)/);
  await expectNothingPlanted();
});

test('on the command line, beside the running service', async () => {
  const { out, error } = await runMailtls(['headers'], { input: MESSAGE, environment: environment() });
  expect(out).toMatch(/offers encryption\s+(?:\S\s+)?\(TLS 1\.3\)/);
  expect(error).toBe('');
  await expectNothingPlanted();
});
