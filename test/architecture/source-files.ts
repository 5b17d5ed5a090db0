/** The project's own source as data: the rules about its shape are functions over this map, and nothing else. */
import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Text by path; paths count from the project's root and are written with `/`. */
export type SourceFiles = ReadonlyMap<string, string>;

export const root = fileURLToPath(new URL('../..', import.meta.url));

/** States the source as it stands on disk. */
export function readSourceFiles(): SourceFiles {
  const paths = globSync('{functions,infra,test}/**/*.{ts,js,mjs,cjs}', { cwd: root });
  return new Map(
    paths
      .map((path) => path.replaceAll('\\', '/'))
      .toSorted()
      .map((path) => [path, readFileSync(resolve(root, path), 'utf8')]),
  );
}
