/** The shape of the house, held on the source as it stands. That each rule can fail is shown in `architecture/`. */
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { importCycles } from './architecture/cycles.ts';
import {
  dependencyReasonMistakes,
  type Manifest,
  undeclaredImports,
  unusedDependencies,
} from './architecture/dependencies.ts';
import { environmentReads } from './architecture/environment-reads.ts';
import { namesThatSayNothing } from './architecture/names.ts';
import { misspeltCitations, rfcIndexMistakes } from './architecture/rfc-citations.ts';
import { importsAgainstTheArrow } from './architecture/rooms.ts';
import { readSourceFiles, root } from './architecture/source-files.ts';

const files = readSourceFiles();
const read = (path: string): string => readFileSync(resolve(root, path), 'utf8');
const manifest: Manifest = JSON.parse(read('package.json'));

test('the rules look at the whole source', () => {
  expect([...files.keys()]).toEqual(
    expect.arrayContaining(['functions/environment.ts', 'functions/check.handler.ts', 'infra/app.ts']),
  );
});

test('imports go one way through the rooms', () => {
  expect(importsAgainstTheArrow(files)).toEqual([]);
});

test('no files import each other in a circle', () => {
  expect(importCycles(files)).toEqual([]);
});

test('no barrel, and no drawer for anything', () => {
  expect(namesThatSayNothing(files)).toEqual([]);
});

test("only doors read the process's environment", () => {
  expect(environmentReads(files)).toEqual([]);
});

test('an RFC is cited in the form that a search finds', () => {
  expect(misspeltCitations(files)).toEqual([]);
});

test('the RFC index and the citations in the code tell the same story', () => {
  expect(rfcIndexMistakes(files, read('docs/rfc-index.md'))).toEqual([]);
});

test('every package that runs in production has one line of reason', () => {
  expect(dependencyReasonMistakes(manifest, read('docs/dependencies.md'))).toEqual([]);
});

test('what production imports is what production installs', () => {
  expect(undeclaredImports(files, manifest)).toEqual([]);
  expect(unusedDependencies(files, manifest)).toEqual([]);
});
