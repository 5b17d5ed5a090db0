/**
 * What a file imports, read from its syntax tree: declarations, re-exports, `import()` and `import('…')` in a
 * type. An import of nothing but types ties two files together as well, so it counts.
 */
import { posix } from 'node:path';
import { parseAst } from 'vitest/node';
import type { SourceFiles } from './source-files.ts';

export interface Import {
  /** As it is written: `./answer.ts`, `node:tls`, `zod`. Empty for an `import()` of something computed. */
  readonly specifier: string;
  /** The file it means, counted from the project's root; null for a package or a module of Node. */
  readonly path: string | null;
  /** Types alone, which are gone before anything runs. */
  readonly typesOnly: boolean;
}

interface SyntaxNode {
  readonly type: string;
  readonly [property: string]: unknown;
}

const isNode = (value: unknown): value is SyntaxNode =>
  typeof value === 'object' && value !== null && typeof (value as { type?: unknown }).type === 'string';

/** Every node of a file's syntax tree, outermost first. */
export function* nodesOf(path: string, text: string): Generator<SyntaxNode> {
  const waiting: unknown[] = [parseAst(text, { lang: path.endsWith('.ts') ? 'ts' : 'js' }, path)];
  while (waiting.length > 0) {
    const value = waiting.pop();
    if (isNode(value)) yield value;
    if (Array.isArray(value)) waiting.push(...value.toReversed());
    else if (isNode(value)) waiting.push(...Object.values(value).toReversed());
  }
}

const importing = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
]);

export function importsOf(path: string, text: string): readonly Import[] {
  const imports: Import[] = [];
  for (const node of nodesOf(path, text)) {
    const source = node['source'];
    if (!importing.has(node.type) || !isNode(source)) continue;
    const specifier = typeof source['value'] === 'string' ? source['value'] : '';
    const own = specifier.startsWith('.');
    const typesOnly =
      node['importKind'] === 'type' || node['exportKind'] === 'type' || node.type === 'TSImportType';
    imports.push({ specifier, path: own ? posix.join(posix.dirname(path), specifier) : null, typesOnly });
  }
  return imports;
}

/** Every file's imports, by path. */
export function importGraph(files: SourceFiles): ReadonlyMap<string, readonly Import[]> {
  return new Map([...files].map(([path, text]) => [path, importsOf(path, text)]));
}
