/** A cold start reads the whole start of a bundle, so its size is held to a budget. */
import { mkdtempSync, rmSync } from 'node:fs';
import { isBuiltin } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Metafile } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';
import { BUNDLE_BUDGETS, bundleSize, startFiles } from '../../infra/bundle-budget.ts';
import { bundleDoor } from '../../infra/door-bundle.ts';
import { leftOutOf } from '../../infra/left-out.ts';

function bundle(door: string): Metafile {
  const folder = mkdtempSync(join(tmpdir(), `mailtls-${door}-`));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return bundleDoor(door, folder);
}

test.each(Object.entries(BUNDLE_BUDGETS))(
  'the bundle of the %s door is no larger than it may be',
  (door, budget) => {
    const { start, all } = bundleSize(bundle(door));
    expect(start).toBeLessThanOrEqual(budget.start);
    expect(all).toBeLessThanOrEqual(budget.all);
    // A budget with too much room in it holds nothing.
    expect(start).toBeGreaterThan(budget.start * 0.75);
  },
);

const OF_AMAZON = /\/@(aws-sdk|smithy)\//;

test.each(['http', 'slack', 'check'])('the %s door starts without what asks services of AWS', (door) => {
  const metafile = bundle(door);
  const inputs = [...startFiles(metafile)].flatMap((path) =>
    Object.keys(metafile.outputs[path]?.inputs ?? {}),
  );
  expect(inputs.filter((path) => OF_AMAZON.test(path))).toEqual([]);
  expect(inputs.some((path) => path.startsWith('functions/'))).toBe(true);
  expect(Object.keys(metafile.inputs).some((path) => OF_AMAZON.test(path))).toBe(true);
});

test.each(Object.keys(BUNDLE_BUDGETS))(
  'the bundle of the %s door is whole: Node has all that is not in it, or it is left out on purpose',
  (door) => {
    const asked = Object.values(bundle(door).inputs).flatMap(({ imports }) => imports);
    const outside = asked.filter(({ external }) => external === true).map(({ path }) => path);
    expect(outside).toContain('node:crypto');
    const given = outside.filter((path) => !isBuiltin(path) && !leftOutOf(door).includes(path));
    expect(given).toEqual([]);
  },
);

test('the probe door has nothing that asks services of AWS: it has no rights to do so', () => {
  expect(Object.keys(bundle('probe').inputs).filter((path) => OF_AMAZON.test(path))).toEqual([]);
});

type Output = Metafile['outputs'][string];
const output = (bytes: number, imports: Output['imports'], entryPoint?: string): Output => ({
  bytes,
  imports,
  exports: [],
  inputs: {},
  ...(entryPoint === undefined ? {} : { entryPoint }),
});

test('what is read at once is told from what is read later', () => {
  const outputs = {
    'index.mjs': output(
      10,
      [
        { path: 'a.mjs', kind: 'import-statement' },
        { path: 'later.mjs', kind: 'dynamic-import' },
        { path: 'node:tls', kind: 'import-statement', external: true },
      ],
      'functions/x.handler.ts',
    ),
    'a.mjs': output(100, [{ path: 'index.mjs', kind: 'import-statement' }]),
    'later.mjs': output(1000, [], 'node_modules/later/index.js'),
    'index.mjs.map': output(10_000, []),
  };
  expect(bundleSize({ inputs: {}, outputs })).toEqual({ start: 110, all: 1110 });
});
