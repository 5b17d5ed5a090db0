import { build } from 'esbuild';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** The packages that are loaded with a file, before anybody asks for anything. */
async function loadedWith(path: string): Promise<readonly string[]> {
  const { metafile } = await build({
    entryPoints: [fileURLToPath(new URL(`../../${path}`, import.meta.url))],
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    outdir: 'never-written',
    write: false,
    metafile: true,
  });
  const chunks = Object.keys(metafile.outputs).filter((name) => metafile.outputs[name]?.entryPoint === path);
  const packages = new Set<string>();
  // A list that grows while it is walked: each chunk brings along those it imports.
  for (const chunk of chunks) {
    for (const { kind, path: imported, external } of metafile.outputs[chunk]?.imports ?? []) {
      if (kind !== 'import-statement') continue;
      if (external === true) packages.add(imported);
      else if (!chunks.includes(imported)) chunks.push(imported);
    }
  }
  return [...packages].filter((name) => !name.startsWith('node:')).toSorted();
}

test('the service loads neither the schema library nor what asks DynamoDB until somebody needs them', async () => {
  const packages = await loadedWith('functions/http/service.ts');
  expect(packages).toContain('hono');
  expect(packages.filter((name) => /zod|aws-sdk|smithy|dynalite|dns-packet/.test(name))).toEqual([]);
});
