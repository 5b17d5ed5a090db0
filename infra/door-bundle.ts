/**
 * A door of `functions/` as files for Lambda: bundled by the esbuild that is installed here, called as a
 * library, so that synthesis starts no container and no package manager and needs no network. What the source
 * imports late is a file of its own and is loaded late there too.
 */
import { fileURLToPath } from 'node:url';
import { AssetHashType, DockerImage } from 'aws-cdk-lib';
import { Code } from 'aws-cdk-lib/aws-lambda';
import { buildSync, type Metafile } from 'esbuild';
import { externalsOf, leftOutMistakes } from './left-out.ts';

const root = fileURLToPath(new URL('..', import.meta.url));

/**
 * esbuild turns a CommonJS package's `require` of what is not bundled into a call that an ESM file does not have. That
 * is Node's own modules, which this gives, and what is left out on purpose, for which it gives nothing.
 */
export const requireForCommonJs = 'const require = process.getBuiltinModule;';

/**
 * Bundles `functions/<door>.handler.ts` into `index.mjs`, its later parts and their source maps.
 * @param folder where the files go
 * @returns what went in and how large each part is
 * @throws when esbuild finds a mistake in the source, or when a library no longer fits what is left out of it
 */
export function bundleDoor(door: string, folder: string): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: root,
    entryPoints: [{ in: `functions/${door}.handler.ts`, out: 'index' }],
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    chunkNames: 'later-[hash]',
    bundle: true,
    splitting: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    external: externalsOf(door),
    banner: { js: requireForCommonJs },
    minify: true,
    // Errors in logs have the places and names of the source from its map: Lambda starts with --enable-source-maps.
    sourcemap: true,
    sourcesContent: false,
    metafile: true,
    logLevel: 'warning',
  });
  const mistakes = leftOutMistakes(door, metafile);
  if (mistakes.length > 0) throw new Error(`infra/left-out.ts: ${mistakes.join('; ')}.`);
  return metafile;
}

/** A door's bundle as an asset, whose hash is that of the files bundled: the same source is never uploaded twice. */
export function doorCode(door: string): Code {
  return Code.fromAsset(root, {
    assetHashType: AssetHashType.OUTPUT,
    bundling: {
      // Asked for by the type and never pulled: bundling here either ends well or throws.
      image: DockerImage.fromRegistry('none'),
      // Two assets of one folder are told apart by it.
      command: [door],
      local: {
        tryBundle: (folder) => {
          bundleDoor(door, folder);
          return true;
        },
      },
    },
  });
}
