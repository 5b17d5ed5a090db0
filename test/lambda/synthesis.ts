/** `npm run synth` as on a machine that has no credentials, no settings, no home and no network. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import type { FunctionCode } from './lambda-function.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const guard = pathToFileURL(fileURLToPath(new URL('network-guard.mjs', import.meta.url))).href;

export interface Synthesis {
  /** The function whose description begins so, as its asset and the template have it. */
  readonly functionCode: (description: string) => FunctionCode;
  readonly remove: () => Promise<void>;
}

interface Template {
  readonly Resources: Readonly<Record<string, Resource>>;
}
interface Resource {
  readonly Type: string;
  readonly Metadata?: Readonly<Record<string, string>>;
  readonly Properties: {
    readonly Description: string;
    readonly Handler: string;
    readonly Timeout: number;
    readonly Environment: { readonly Variables: Readonly<Record<string, string>> };
  };
}

export async function synthesise(): Promise<Synthesis> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-synth-'));
  const output = join(folder, 'cdk.out');
  await promisify(execFile)('npm', ['run', 'synth', '--', '--output', output], {
    cwd: root,
    env: {
      PATH: `${dirname(process.execPath)}:${process.env['PATH']}`,
      HOME: folder,
      NODE_OPTIONS: `--import=${guard}`,
      // npm's own look for a newer npm.
      npm_config_update_notifier: 'false',
    },
  });
  const template: Template = JSON.parse(await readFile(join(output, 'Mailtls.template.json'), 'utf8'));
  return {
    functionCode: (description) => {
      const found = Object.values(template.Resources).find(
        ({ Type, Properties }) =>
          Type === 'AWS::Lambda::Function' && Properties.Description.startsWith(description),
      );
      if (found === undefined) throw new Error(`no function is described as "${description}"`);
      return {
        taskRoot: resolve(output, found.Metadata?.['aws:asset:path'] ?? ''),
        handler: found.Properties.Handler,
        timeoutSeconds: found.Properties.Timeout,
        environment: found.Properties.Environment.Variables,
      };
    },
    remove: async () => rm(folder, { recursive: true }),
  };
}
