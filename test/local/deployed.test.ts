/** `mailtls doctor --deployed`: a deployment looked at from a person's machine, with its outputs and its table. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { CanaryEvidence } from '../../functions/probe/egress-evidence.ts';
import { createEgressRecord } from '../../functions/store/egress-record.ts';
import { CREDENTIALS } from '../aws/aws-services.ts';
import { startTableService } from '../aws/table-service.ts';
import type { TestTableService } from '../aws/table-service.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let table: TestTableService;
let folder: string;
beforeAll(async () => {
  [lab, table, folder] = await Promise.all([
    startLab({ secondMs: 20 }),
    startTableService(),
    mkdtemp(join(tmpdir(), 'mailtls-deployed-')),
  ]);
});
afterAll(async () => {
  await Promise.all([lab?.close(), table?.close()]);
  await rm(folder, { recursive: true, force: true });
});

const doctor = (...args: readonly string[]) =>
  runMailtls(['doctor', '--deployed', ...args], {
    environment: { ...lab.environment, ...CREDENTIALS, MAILTLS_STORE_ENDPOINT: table.endpoint },
  });

async function outputs(stack: Readonly<Record<string, string>>): Promise<string> {
  const file = join(folder, 'outputs.json');
  const known = { TableName: table.tableName, Prober: 'vpc', EhloName: 'mx.modern.example' };
  await writeFile(file, JSON.stringify({ Mailtls: { ...known, ...stack } }));
  return file;
}

const record = (outcome: CanaryEvidence['outcome'], minutesAgo = 1) =>
  createEgressRecord(table.open(), Date.now).put({
    vantage: 'lambda',
    ehloName: 'mx.modern.example',
    evidence: {
      observedAt: new Date(Date.now() - minutesAgo * 60_000).toISOString(),
      canaries: ['one', 'two', 'three'].map((name) => ({
        host: `mx.${name}.example`,
        ip: '203.0.113.7',
        outcome,
        detail: outcome === 'clear' ? '' : 'connect: timeout',
      })),
    },
  });

const codes = (out: string) => [...out.matchAll(/"code":"([a-z0-9-]+)"/g)].map(([, code]) => code);

test('before the first round of canaries nothing is known of port 25', async () => {
  const { status, out } = await doctor('--json', '--outputs', await outputs({}));
  expect({ status, first: codes(out)[0] }).toEqual({ status: 1, first: 'canaries-unasked' });
});

test('port 25 that is blocked is said with the request to AWS filled in', async () => {
  await record('no-connection');
  const { status, out } = await doctor('--outputs', await outputs({ ProbeAddress: '198.51.100.9' }));
  expect(status).toBe(1);
  expect(out).toContain('Port 25 is blocked');
  expect(out).toContain('Elastic IP address: 198.51.100.9');
  expect(out).toContain('Reverse DNS record for it: mx.modern.example');
});

test('an address that was made beforehand is found by the name', async () => {
  const { out } = await doctor('--outputs', await outputs({}));
  expect(out).toContain(`Elastic IP address: ${lab.addresses('mx.modern.example')[0]}`);
});

test('a name that leads elsewhere than to the address of the probes is told', async () => {
  await record('clear');
  const { status, out } = await doctor(
    '--json',
    '--outputs',
    await outputs({ ProbeAddress: '198.51.100.9' }),
  );
  expect({ status, codes: codes(out) }).toEqual({
    status: 1,
    codes: ['port-25-open', 'nothing-interferes', 'ehlo-name-elsewhere'],
  });
});

test('canaries that were asked long ago say little of now', async () => {
  await record('clear', 40);
  const { out } = await doctor('--outputs', await outputs({}));
  expect(out).toContain('The canaries were last asked 40 minutes ago.');
});

test('canaries that nobody could ask are not canaries that did not answer', async () => {
  await record('not-tested');
  const { out } = await doctor('--json', '--outputs', await outputs({ Prober: 'agent' }));
  expect(codes(out)[0]).toBe('canaries-unasked');
});

test('a deployment that connects to no mail server has nothing to be blocked', async () => {
  const { status, out } = await doctor('--outputs', await outputs({ Prober: 'none' }));
  expect({ status, out }).toEqual({ status: 0, out: expect.stringContaining('published policies alone') });
});

test('a table that cannot be read, and outputs that are not there, are said', async () => {
  const { status, out } = await doctor('--json', '--outputs', await outputs({ TableName: 'other' }));
  expect({ status, first: codes(out)[0] }).toEqual({ status: 1, first: 'record-unreadable' });
  expect(await doctor('--outputs', join(folder, 'nowhere.json'))).toMatchObject({
    status: 64,
    error: expect.stringContaining('has no outputs of a deployment'),
  });
});
