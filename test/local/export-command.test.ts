import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let folder: string;
let environment: Record<string, string>;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  folder = mkdtempSync(join(tmpdir(), 'mailtls-export-'));
  environment = {
    ...lab.environment,
    MAILTLS_GREETING_TIMEOUT_MS: '1000',
    MAILTLS_DNS_TIMEOUT_MS: '1000',
    MAILTLS_SECOND_LOOK_MS: '50',
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await lab.close();
});

const exported = (args: readonly string[], more: Readonly<Record<string, string>> = {}) =>
  runMailtls(['export', ...args], { environment: { ...environment, ...more } });

const rulesOf = (out: string): readonly string[] =>
  out.split('\n').filter((line) => line !== '' && !line.startsWith('#'));

function vendors(): string {
  const path = join(folder, 'vendors.txt');
  const lines = ['# our vendors', 'self-signed.example', 'modern.example', 'no-starttls.example,partner'];
  writeFileSync(path, [...lines, 'MODERN.example.', 'null-mx.example', ''].join('\r\n'));
  return path;
}

describe('rules for our own mail server', () => {
  test('Postfix: what is safe today in the order of the list, once, the rest left out with the reason', async () => {
    const run = await exported(['--postfix', '--file', vendors()]);
    expect(run).toMatchObject({ status: 1, error: '' });
    expect(rulesOf(run.out)).toEqual([
      'self-signed.example encrypt',
      'modern.example secure match=mx.modern.example servername=hostname',
    ]);
    expect(run.out.match(/^# checked 2\d{3}-\d\d-\d\dT/gm)).toHaveLength(2);
    expect(run.out).toMatch(/^# no-starttls\.example left out: a server may take mail in clear/m);
    expect(run.out).toMatch(/^# null-mx\.example left out: no mail can be delivered to it/m);
  });

  test('Exchange Online and Exchange Server: a command each', async () => {
    const online = await exported(['--exchange', 'modern.example']);
    expect(online.status).toBe(0);
    expect(rulesOf(online.out)).toEqual([
      "New-OutboundConnector -Name 'TLS to modern.example' -ConnectorType Partner -RecipientDomains 'modern.example' -UseMXRecord $true -TlsSettings DomainValidation -TlsDomain 'mx.modern.example'",
    ]);
    const server = await exported(['--exchange-server', 'modern.example']);
    expect(rulesOf(server.out)).toEqual([expect.stringMatching(/^New-SendConnector .*-RequireTLS \$true/)]);
  });

  test('a server that could not be asked gets no rule', async () => {
    const run = await exported(['--postfix', 'silent.example']);
    expect(run.status).toBe(1);
    expect(rulesOf(run.out)).toEqual([]);
    expect(run.out).toContain('silent.example left out: no server could be tested');
  });

  test('an entry that is no domain, or of which there is none, is told and does not stop the others', async () => {
    const run = await exported(['--postfix', 'nodots', 'no-such-name.example', 'modern.example']);
    expect(run.status).toBe(4);
    expect(rulesOf(run.out)).toHaveLength(1);
    expect(run.error).toContain('"nodots": That is a single word without a dot');
    expect(run.error).toContain('There is no domain no-such-name.example.');
  });

  test('interrupted, it prints no rules: half a list looks like a whole one', async () => {
    const run = await runMailtls(['export', '--postfix', 'no-such-name.example', 'silent.example'], {
      environment: { ...environment, MAILTLS_GREETING_TIMEOUT_MS: '60000' },
      interruptAfter: 'no-such-name.example',
    });
    expect(run).toMatchObject({ status: 130, out: '' });
    expect(run.error).toContain('interrupted; no rules were printed.');
  });
});

test.each([
  [['modern.example'], 'It takes one of --postfix, --exchange and --exchange-server.'],
  [['--postfix', '--exchange', 'modern.example'], 'It takes one of --postfix'],
  [['--postfix'], 'No domain was given. Try: mailtls export --postfix --file vendors.txt'],
  [['--postfix', '--file', '/nowhere/vendors.txt'], '/nowhere/vendors.txt cannot be read'],
  [['--postfix', '--via', 'ftp://host', 'modern.example'], '--via takes the address of a mailtls service'],
  [['--sendmail', 'modern.example'], 'There is no option "--sendmail"'],
])('mailtls export %j is wrong usage, and the sentence says why', async (args, sentence) => {
  const run = await exported(args);
  expect(run).toMatchObject({ status: 64, out: '' });
  expect(run.error).toContain(sentence);
});

test('--help has an example to copy', async () => {
  const run = await exported(['--help']);
  expect(run).toMatchObject({ status: 0, error: '' });
  expect(run.out).toMatch(/^ {2}mailtls export --postfix --file vendors\.txt/m);
});
