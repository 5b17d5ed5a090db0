/** What is left out of libraries: what is bundled without it still works, and an upgrade that changes it is told. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { buildSync } from 'esbuild';
import type { Metafile } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { requireForCommonJs } from '../../infra/door-bundle.ts';
import { externalsOf, leftOutMistakes, packagesOf } from '../../infra/left-out.ts';
import { startFunction } from '../lambda/lambda-function.ts';
import { slashCommand } from '../slack/events.ts';
import { gatewayEvent, signedRequest } from '../slack/signed-request.ts';
import { SIGNING_SECRET } from '../slack/slack-api.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const DEED = { user: 'U0ANN', channel: 'C0GENERAL', triggerId: '1.2.3', responseUrl: 'http://127.0.0.1:9/' };

const BOT = `
  import { App, AwsLambdaReceiver } from '@slack/bolt';
  const receiver = new AwsLambdaReceiver({ signingSecret: '${SIGNING_SECRET}' });
  const app = new App({ receiver, authorize: async () => ({ botToken: 'none' }) });
  app.command('/mailtls', async ({ ack, command }) => ack('asked: ' + command.text));
  export const handler = receiver.toHandler();
`;

function bundle(outfile: string, contents = BOT): Metafile {
  return buildSync({
    stdin: { contents, resolveDir: root },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: requireForCommonJs },
    metafile: true,
    external: externalsOf('slack'),
    logLevel: 'error',
  }).metafile;
}

function folder(): string {
  const name = mkdtempSync(join(tmpdir(), 'mailtls-slack-bundle-'));
  onTestFinished(() => rmSync(name, { recursive: true }));
  return name;
}

test('Bolt without its other receivers answers a signed command, and refuses one that is not', async () => {
  const taskRoot = folder();
  const metafile = bundle(join(taskRoot, 'index.mjs'));
  expect(leftOutMistakes('slack', metafile).filter((mistake) => /receivers|oauth/.test(mistake))).toEqual([]);
  const { invoke, close } = await startFunction({
    taskRoot,
    handler: 'index.handler',
    timeoutSeconds: 3,
    environment: {},
  });
  onTestFinished(close);
  const ask = (secret: string) =>
    invoke(
      gatewayEvent(signedRequest('/slack/events', slashCommand(DEED, 'vendor.example'), secret, Date.now())),
    );
  expect(await ask(SIGNING_SECRET)).toEqual({
    outcome: 'response',
    payload: { statusCode: 200, body: 'asked: vendor.example' },
  });
  expect(await ask('another')).toMatchObject({ payload: { statusCode: 401 } });
});

test('what Bolt brings with it is known: a new package is read before it is shipped', () => {
  const metafile = bundle(join(folder(), 'index.mjs'));
  expect([...packagesOf(Object.keys(metafile.inputs))].toSorted()).toEqual([
    '@slack/bolt',
    '@slack/logger',
    '@slack/types',
    '@slack/web-api',
    'eventemitter3',
    'p-finally',
    'p-queue',
    'p-retry',
    'p-timeout',
    'retry',
    'tsscmp',
  ]);
});

test('what Amazon’s parts bring with them is known as well', () => {
  const metafile = bundle(
    join(folder(), 'index.mjs'),
    "export * from './functions/amazon/signed-service.ts';",
  );
  expect([...packagesOf(Object.keys(metafile.inputs))].toSorted()).toEqual([
    '@aws-sdk/core',
    '@aws-sdk/credential-provider-env',
    '@aws-sdk/credential-provider-node',
    '@aws/lambda-invoke-store',
    '@smithy/core',
    '@smithy/node-http-handler',
    '@smithy/signature-v4',
    '@smithy/types',
  ]);
});

test('what nobody asks for is told by name: a library has been made anew', () => {
  const nothing = bundle(join(folder(), 'index.mjs'), 'export const handler = () => {};');
  expect(leftOutMistakes('slack', nothing)).toEqual(
    expect.arrayContaining([
      './receivers/HTTPReceiver is to be left out, and nothing asks for it',
      'bowser is to be left out, and nothing asks for it',
    ]),
  );
  expect(leftOutMistakes('probe', nothing)).toEqual([]);
});
