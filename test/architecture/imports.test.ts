import { expect, test } from 'vitest';
import { importsOf } from './imports.ts';

const specifiers = (text: string): readonly string[] =>
  importsOf('functions/dns/answer.ts', text).map(({ specifier }) => specifier);

test('every way to import is seen, those of types alone too', () => {
  const text = `
    import tls from 'node:tls';
    import { z } from 'zod';
    import type { A } from './a.ts';
    import './b.ts';
    export { c } from './c.ts';
    export type { D } from './d.ts';
    export * from './e.ts';
    const f = async () => import('./f.ts');
    type G = import('./g.ts').G;
  `;
  expect(specifiers(text)).toEqual([
    'node:tls',
    'zod',
    './a.ts',
    './b.ts',
    './c.ts',
    './d.ts',
    './e.ts',
    './f.ts',
    './g.ts',
  ]);
});

test('what only looks like an import is none', () => {
  expect(
    specifiers("// import './a.ts';\nconst text = `\nimport './b.ts';\n`; export const c = text;"),
  ).toEqual([]);
});

test('an import of something computed is seen', () => {
  expect(specifiers('export const load = async (name: string) => import(name);')).toEqual(['']);
});

test('a path is told from a package, and counts from the root', () => {
  const paths = importsOf(
    'functions/dns/answer.ts',
    "import '../environment.ts'; import './mx.ts'; import 'zod';",
  );
  expect(paths.map(({ path }) => path)).toEqual(['functions/environment.ts', 'functions/dns/mx.ts', null]);
});
