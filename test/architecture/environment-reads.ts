/** Only doors read the process's environment, and hand it to `environment.ts`; rooms get values. */
import { importsOf, nodesOf } from './imports.ts';
import type { SourceFiles } from './source-files.ts';

const isDoor = (path: string): boolean =>
  path.startsWith('functions/local/') || /^functions\/[^/]+\.handler\.ts$/.test(path);

const named = (value: unknown): boolean => {
  const { name, value: text } = (value ?? {}) as { name?: unknown; value?: unknown };
  return name === 'env' || text === 'env';
};

/** Hono's context, always called `c`: its `env` is what the door handed over with the request. */
const isContext = (value: unknown): boolean => {
  const { type, name } = (value ?? {}) as { type?: unknown; name?: unknown };
  return type === 'Identifier' && name === 'c';
};

/** Any `….env` or `…['env']`, `const { env } = …`, and any import of `node:process`, which has no other use here. */
function readsEnvironment(path: string, text: string): boolean {
  for (const node of nodesOf(path, text)) {
    if (node.type === 'MemberExpression' && named(node['property']) && !isContext(node['object']))
      return true;
    if (node.type === 'ObjectPattern') {
      const { properties } = node;
      if (
        Array.isArray(properties) &&
        properties.some((property: { key?: unknown }) => named(property.key))
      ) {
        return true;
      }
    }
  }
  return importsOf(path, text).some(({ specifier }) => /^(node:)?process$/.test(specifier));
}

/** One sentence for each file of `functions/` that reads the environment and is no door. */
export function environmentReads(files: SourceFiles): readonly string[] {
  return [...files]
    .filter(([path]) => path.startsWith('functions/') && !isDoor(path))
    .filter(([path, text]) => readsEnvironment(path, text))
    .map(([path]) => `${path} reads the environment; only doors do`);
}
