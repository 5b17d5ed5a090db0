import { expect, test } from 'vitest';
import { importCycles } from './cycles.ts';

test('a circle is named by the files on it', () => {
  const files = new Map([
    ['functions/dns/a.ts', "import './b.ts';"],
    ['functions/dns/b.ts', "import type { C } from './c.ts';"],
    ['functions/dns/c.ts', "export * from './b.ts';"],
  ]);
  expect(importCycles(files)).toEqual(['functions/dns/b.ts -> functions/dns/c.ts -> functions/dns/b.ts']);
});

test('a file that imports itself is a circle', () => {
  expect(importCycles(new Map([['a.ts', "import './a.ts';"]]))).toEqual(['a.ts -> a.ts']);
});

test('two ways to one file are no circle', () => {
  const files = new Map([
    ['a.ts', "import './b.ts'; import './c.ts';"],
    ['b.ts', "import './d.ts';"],
    ['c.ts', "import './d.ts';"],
    ['d.ts', ''],
  ]);
  expect(importCycles(files)).toEqual([]);
});
