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
  readonly functionCode: (description: string) => SynthesisedCode;
  readonly remove: () => Promise<void>;
}

export interface SynthesisedCode extends FunctionCode {
  /** Names of its environment whose values are known only once it is deployed; they are not in `environment`. */
  readonly knownLater: readonly string[];
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
    /** An object stands for what is known once it is deployed. */
    readonly Environment: { readonly Variables: Readonly<Record<string, string | object>> };
  };
}

const isText = (entry: [string, string | object]): entry is [string, string] => typeof entry[1] === 'string';

/** @param context of `cdk.json` in other words: `-c` arguments of the CDK */
export async function synthesise(context: readonly string[] = []): Promise<Synthesis> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-synth-'));
  const output = join(folder, 'cdk.out');
  const given = context.flatMap((pair) => ['--context', pair]);
  await promisify(execFile)('npm', ['run', 'synth', '--', '--output', output, ...given], {
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
      const variables = Object.entries(found.Properties.Environment.Variables);
      return {
        taskRoot: resolve(output, found.Metadata?.['aws:asset:path'] ?? ''),
        handler: found.Properties.Handler,
        timeoutSeconds: found.Properties.Timeout,
        environment: Object.fromEntries(variables.filter(isText)),
        knownLater: variables.filter((entry) => !isText(entry)).map(([name]) => name),
      };
    },
    remove: async () => rm(folder, { recursive: true }),
  };
}
