/** Each package that runs in production is somebody else's code in ours: it has a reason, and is declared. */
import { builtinModules } from 'node:module';
import { importGraph } from './imports.ts';
import { tableRows } from './markdown-table.ts';
import type { SourceFiles } from './source-files.ts';

export interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

/** One sentence for each package that `package.json` and `docs/dependencies.md` don't agree on. */
export function dependencyReasonMistakes({ dependencies, optionalDependencies }: Manifest, reasons: string) {
  const declared = [...Object.keys(dependencies ?? {}), ...Object.keys(optionalDependencies ?? {})];
  const rows = tableRows(reasons).map(([name = '', reason = '']) => ({
    name: name.replaceAll('`', ''),
    reason,
  }));
  const counts = declared
    .map((name) => ({ name, count: rows.filter((row) => row.name === name).length }))
    .filter(({ count }) => count !== 1)
    .map(({ name, count }) => `${name} has ${count} lines of reason`);
  const strangers = rows
    .filter(({ name }) => !declared.includes(name))
    .map(({ name }) => `${name} has a reason and is no runtime dependency`);
  const blank = rows.filter(({ reason }) => reason === '').map(({ name }) => `${name}: the reason is empty`);
  return [...counts, ...strangers, ...blank];
}

const packageOf = (specifier: string): string =>
  specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');

/** One sentence for each package `functions/` imports that production would not install, or Node's without `node:`. */
export function undeclaredImports(files: SourceFiles, { dependencies }: Manifest): readonly string[] {
  return [...importGraph(files)]
    .filter(([path]) => path.startsWith('functions/'))
    .flatMap(([path, imports]) =>
      imports
        .filter(
          ({ specifier, path: own, typesOnly }) =>
            own === null && !typesOnly && specifier !== '' && !specifier.startsWith('node:'),
        )
        .map(({ specifier }) => packageOf(specifier))
        .filter((name) => builtinModules.includes(name) || dependencies?.[name] === undefined)
        .map((name) => `${path} imports ${name}, which is not among the dependencies`),
    );
}

/** The runtime dependencies that no file of `functions/` imports. */
export function unusedDependencies(files: SourceFiles, { dependencies }: Manifest): readonly string[] {
  const used = new Set(
    [...importGraph(files)]
      .filter(([path]) => path.startsWith('functions/'))
      .flatMap(([, imports]) => imports.map(({ specifier }) => packageOf(specifier))),
  );
  return Object.keys(dependencies ?? {}).filter((name) => !used.has(name));
}
