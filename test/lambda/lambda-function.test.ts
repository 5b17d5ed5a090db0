/** The stand-in for Lambda itself, with small handlers: what it takes for a failure must be one. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { startFunction } from './lambda-function.ts';

async function functionOf(source: string, handler = 'index.handler') {
  const taskRoot = mkdtempSync(join(tmpdir(), 'mailtls-function-'));
  writeFileSync(join(taskRoot, 'index.mjs'), source);
  const started = await startFunction({
    taskRoot,
    handler,
    timeoutSeconds: 3,
    environment: { MAILTLS_PORT: '8025' },
  });
  onTestFinished(async () => {
    await started.close();
    rmSync(taskRoot, { recursive: true });
  });
  return started;
}

test('one process answers one event after another, with its own environment and nobody else’s', async () => {
  const { invoke, log } = await functionOf(`
    let calls = 0;
    export const handler = async (event, context) => {
      console.log('asked for ' + event.domain);
      return {
        domain: event.domain, calls: ++calls, port: process.env.MAILTLS_PORT, home: process.env.HOME ?? null,
        inTime: context.getRemainingTimeInMillis() > 0 && context.getRemainingTimeInMillis() <= 3000,
      };
    };`);
  const answer = { port: '8025', home: null, inTime: true };
  expect(await invoke({ domain: 'a.example' })).toEqual({
    outcome: 'response',
    payload: { domain: 'a.example', calls: 1, ...answer },
  });
  expect(await invoke({ domain: 'b.example' })).toEqual({
    outcome: 'response',
    payload: { domain: 'b.example', calls: 2, ...answer },
  });
  expect(log()).toContain('asked for b.example');
});

test('a handler that throws is an error of the invocation, and the next event is taken', async () => {
  const { invoke } = await functionOf(`
    export const handler = async ({ fail }) => { if (fail) throw new TypeError('no'); return 'yes'; };`);
  expect(await invoke({ fail: true })).toMatchObject({
    outcome: 'error',
    at: 'invoke',
    payload: { errorType: 'TypeError', errorMessage: 'no' },
  });
  expect(await invoke({})).toEqual({ outcome: 'response', payload: 'yes' });
});

test.each([
  ["export const handler = () => { throw new Error('never called') }; throw new Error('broken');", 'broken'],
  ['export const other = () => {};', 'index.handler is not a function'],
  ['export const handler = (event, context, callback) => callback();', 'Runtime.CallbackHandlerDeprecated'],
  ['const value = require("node:os"); export const handler = () => value;', 'require is not defined'],
])('a module that gives no handler is an error of the start: %s', async (source, message) => {
  const { invoke } = await functionOf(source);
  expect(await invoke({})).toMatchObject({
    outcome: 'error',
    at: 'init',
    payload: { errorMessage: expect.stringContaining(message) },
  });
});

test('a function whose process ends does not keep its caller waiting', async () => {
  const { invoke } = await functionOf('export const handler = () => process.exit(7);');
  await expect(invoke({})).rejects.toThrow('ended with status 7');
});
