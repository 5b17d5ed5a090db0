/** `npm run synth` as on a machine that has no credentials, no settings, no home and no network. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
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

type Texts = Readonly<Record<string, string>>;
export interface Context {
  readonly settings: Texts;
  readonly deployment: Texts;
}

const CDK = join(root, 'node_modules/.bin/cdk');

async function writeCdkJson(folder: string, context: Context): Promise<void> {
  const own: { readonly context: object } = JSON.parse(await readFile(join(root, 'cdk.json'), 'utf8'));
  const app = `node ${join(root, 'infra/app.ts')}`;
  const written = { ...own, app, context: { ...own.context, ...context } };
  await writeFile(join(folder, 'cdk.json'), JSON.stringify(written));
}

const isText = (entry: [string, string | object]): entry is [string, string] => typeof entry[1] === 'string';

/** @param context in place of what stands under the same names in the context of `cdk.json` */
export async function synthesise(context: Context | null = null): Promise<Synthesis> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-synth-'));
  const output = join(folder, 'cdk.out');
  if (context !== null) await writeCdkJson(folder, context);
  const [command, ...given]: readonly [string, ...string[]] =
    context === null ? ['npm', 'run', 'synth', '--'] : [CDK, 'synth', '--quiet', '--no-notices'];
  await promisify(execFile)(command, [...given, '--output', output], {
    cwd: context === null ? root : folder,
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
