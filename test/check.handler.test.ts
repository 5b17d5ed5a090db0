/**
 * The check function as it would be deployed: synthesised with nothing but the checkout, its bundle run by a
 * stand-in for Lambda, asked about domains of the lab.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { SETTINGS } from '../functions/environment.ts';
import { CREDENTIALS } from './aws/aws-services.ts';
import { startTableService, type TestTableService } from './aws/table-service.ts';
import { type Lab, startLab } from './lab/start-lab.ts';
import { type LambdaFunction, startFunction } from './lambda/lambda-function.ts';
import { type Synthesis, synthesise } from './lambda/synthesis.ts';

let lab: Lab;
let synthesis: Synthesis;
let table: TestTableService;
let environment: Readonly<Record<string, string>>;
let check: LambdaFunction;

beforeAll(async () => {
  [lab, synthesis] = await Promise.all([startLab({ secondMs: 20 }), synthesise()]);
  const code = synthesis.functionCode('Checks one domain');
  table = await startTableService();
  environment = {
    ...code.environment,
    ...lab.environment,
    ...CREDENTIALS,
    MAILTLS_TABLE: table.tableName,
    MAILTLS_STORE_ENDPOINT: table.endpoint,
    MAILTLS_PROBER: 'local',
  };
  check = await startFunction({ ...code, environment });
});

afterAll(async () => {
  await check?.close();
  await Promise.all([lab?.close(), synthesis?.remove(), table?.close()]);
});

test('what the lab sets for the function are settings, and Node’s own', () => {
  expect([...Object.keys(SETTINGS), 'NODE_EXTRA_CA_CERTS']).toEqual(
    expect.arrayContaining(Object.keys(lab.environment)),
  );
});

test('a domain whose one server encrypts is answered with its report', async () => {
  const { payload } = await check.invoke({ domain: 'Someone@Modern.example' });
  expect(payload).toMatchObject({
    outcome: 'report',
    report: {
      schema: 'mailtls.report/1',
      domain: 'modern.example',
      verdict: {
        answer: 'opportunistic',
        encryptedNow: 'always',
        coverage: { hosts: { tested: 1, total: 1 } },
      },
      mailServers: [
        {
          host: 'mx.modern.example',
          addresses: [
            { ip: lab.addresses('mx.modern.example')[0], outcome: 'encrypted', tls: { version: 'TLSv1.3' } },
          ],
        },
      ],
    },
  });
});

test('a domain whose server does not offer STARTTLS is answered so by the same process', async () => {
  const { payload } = await check.invoke({ domain: 'no-starttls.example' });
  expect(payload).toMatchObject({
    outcome: 'report',
    report: {
      verdict: { answer: 'plaintext' },
      mailServers: [{ addresses: [{ outcome: 'not-offered', tls: null }] }],
    },
  });
});

test('a domain that does not exist and a text that is none are answered with a sentence', async () => {
  expect(await check.invoke({ domain: 'no-such.example' })).toEqual({
    outcome: 'response',
    payload: { outcome: 'no-such-domain', sentence: expect.stringContaining('no-such.example') },
  });
  expect(await check.invoke({ domain: '192.0.2.1' })).toEqual({
    outcome: 'response',
    payload: { outcome: 'not-a-domain', sentence: expect.stringContaining('IP address') },
  });
});

test('a function that was given a setting of no form does not start, and says which', async () => {
  const code = synthesis.functionCode('Checks one domain');
  const broken = await startFunction({
    ...code,
    environment: { ...environment, MAILTLS_SMTP_PORT: 'smtp' },
  });
  try {
    expect(await broken.invoke({ domain: 'modern.example' })).toMatchObject({
      outcome: 'error',
      at: 'init',
      payload: {
        errorMessage: expect.stringContaining('MAILTLS_SMTP_PORT'),
        // The source map is in the asset and in use.
        trace: expect.arrayContaining([expect.stringContaining('functions/check.handler.ts')]),
      },
    });
  } finally {
    await broken.close();
  }
});

test('what the function logs names no domain', () => {
  expect(check.log()).not.toContain('.example');
});
