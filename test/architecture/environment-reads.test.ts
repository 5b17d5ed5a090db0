import { expect, test } from 'vitest';
import { environmentReads } from './environment-reads.ts';

const reads = (path: string, text: string): readonly string[] => environmentReads(new Map([[path, text]]));

test.each([
  'export const port = process.env.PORT;',
  "export const port = process['env']['PORT'];",
  'export const { env } = process;',
  'export const { env: ours } = globalThis.process;',
  "import process from 'node:process'; export const p = process;",
  "import { env } from 'node:process'; export const p = env;",
  "export const p = import('process');",
])('a room that reads the environment is found: %s', (text) => {
  expect(reads('functions/dns/resolver.ts', text)).toEqual([
    'functions/dns/resolver.ts reads the environment; only doors do',
  ]);
});

test('doors may read it', () => {
  expect(reads('functions/check.handler.ts', 'export const e = process.env;')).toEqual([]);
  expect(reads('functions/local/console.ts', 'export const e = process.env;')).toEqual([]);
});

test('a comment that speaks of process.env reads nothing', () => {
  expect(reads('functions/environment.ts', '/** as `process.env` gives them */ export const a = 1;')).toEqual(
    [],
  );
});
