/** Files that import each other in a circle can't be understood, tested or moved one at a time. */
import { importGraph } from './imports.ts';
import type { SourceFiles } from './source-files.ts';

/** Every circle that a walk along the imports comes upon, as `a -> b -> a`. */
export function importCycles(files: SourceFiles): readonly string[] {
  const graph = importGraph(files);
  const done = new Set<string>();
  const cycles: string[] = [];
  const walk = (path: string, way: readonly string[]): void => {
    const met = way.indexOf(path);
    if (met !== -1) cycles.push([...way.slice(met), path].join(' -> '));
    if (met !== -1 || done.has(path)) return;
    for (const next of graph.get(path) ?? []) {
      if (next.path !== null) walk(next.path, [...way, path]);
    }
    done.add(path);
  };
  for (const path of graph.keys()) walk(path, []);
  return cycles;
}
