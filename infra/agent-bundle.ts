/**
 * The agent as one file that runs on any host with Node 24 (`npm run agent:bundle`): nothing to install beside it,
 * and no part that is loaded later from somewhere else.
 */
import { fileURLToPath } from 'node:url';
import { buildSync, type Metafile } from 'esbuild';

const root = fileURLToPath(new URL('..', import.meta.url));

const ENTRY = `
import { agentCommand } from './functions/local/agent-command.ts';
import { processConsole } from './functions/local/console.ts';
process.exitCode = await agentCommand(process.argv.slice(2), processConsole());
`;
const START =
  "#!/usr/bin/env node\nimport { createRequire } from 'node:module'; const require = createRequire(import.meta.url);";

/** @param file where the bundle goes */
export function bundleAgent(file: string): Metafile {
  const { metafile } = buildSync({
    absWorkingDir: root,
    stdin: { contents: ENTRY, resolveDir: root, loader: 'ts' },
    outfile: file,
    bundle: true,
    platform: 'node',
    target: 'node24',
    format: 'esm',
    mainFields: ['module', 'main'],
    banner: { js: START },
    minify: true,
    keepNames: true,
    metafile: true,
    logLevel: 'warning',
  });
  return metafile;
}

if (import.meta.main) {
  const [file = 'dist/mailtls-agent.mjs'] = process.argv.slice(2);
  bundleAgent(file);
  process.stdout.write(
    `${file}: copy it to the host and run it with Node 24; docs/agent/ has a unit and a container.\n`,
  );
}
