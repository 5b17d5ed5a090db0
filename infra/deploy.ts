/**
 * `npm run deploy`: looks before it leaps, deploys, and says what is left to do. The context of `cdk.json` is read
 * here as the application reads it; what only the account knows is asked of the account.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  InvokeCommand,
  LambdaClient,
} from '@aws-sdk/client-lambda';
import { type Deployed, readContext } from './context.ts';

/** What the account lets run at once, in all and beside what is reserved. */
export interface AccountLimit {
  readonly concurrent: number;
  readonly unreserved: number;
  /** What an earlier deployment of this stack has reserved for the probe. */
  readonly reservedByUs: number;
}

export interface DeployTools {
  readonly context: () => Promise<{ readonly settings?: unknown; readonly deployment?: unknown }>;
  /** Rejects when AWS cannot be asked. */
  readonly accountLimit: () => Promise<AccountLimit>;
  /** Runs a program of this project; @returns its exit status */
  readonly run: (command: string, args: readonly string[]) => Promise<number>;
  /** Has the canaries asked at once, by the function that the deployment made. Rejects when that fails. */
  readonly askCanaries: () => Promise<void>;
  readonly say: (text: string) => void;
}

const OUTPUTS_FILE = 'cdk.out/outputs.json';
const WRONG_USAGE = 64;
/** Lambda leaves so many to the functions that have none reserved. */
const LEFT_TO_OTHERS = 100;

/**
 * States why a reservation would fail at deployment, where the whole stack would be rolled back.
 * @returns null when it would not
 */
export function reservationMistake(wanted: number, limit: AccountLimit): string | null {
  if (wanted === 0) return null;
  const left = limit.unreserved + limit.reservedByUs - wanted;
  if (left >= LEFT_TO_OTHERS) return null;
  const most = Math.max(0, limit.unreserved + limit.reservedByUs - LEFT_TO_OTHERS);
  return (
    `probeConcurrency is ${wanted}, and this account can reserve ${most} (it runs ${limit.concurrent} functions at once, ` +
    `of which Lambda leaves ${LEFT_TO_OTHERS} unreserved). Set probeConcurrency to ${most} in cdk.json, or ask AWS to ` +
    'raise "Concurrent executions" of Lambda (console: Service Quotas).'
  );
}

/** @returns the exit status */
export async function deploy(args: readonly string[], tools: DeployTools): Promise<number> {
  const { say, run } = tools;
  let deployed: Deployed;
  try {
    const { settings, deployment } = await tools.context();
    deployed = readContext(settings, deployment);
  } catch (error) {
    say(`Not deployed. ${error instanceof Error ? error.message : String(error)}`);
    return WRONG_USAGE;
  }
  const { prober, probeConcurrency } = deployed.deployment;
  if (probeConcurrency > 0) {
    try {
      const mistake = reservationMistake(probeConcurrency, await tools.accountLimit());
      if (mistake !== null) {
        say(`Not deployed. ${mistake}`);
        return WRONG_USAGE;
      }
    } catch (error) {
      say(`Not deployed. The limits of the account could not be read: ${String(error)}`);
      return 1;
    }
  }
  const status = await run('cdk', ['deploy', '--no-notices', '--outputs-file', OUTPUTS_FILE, ...args]);
  if (status !== 0) return status;
  if (prober !== 'none') {
    say('Deployed. Asking the canaries whether probes get out on port 25 ...');
    await tools.askCanaries().catch((error: unknown) => say(`They could not be asked: ${String(error)}`));
  }
  // What it finds is for whoever reads it; the deployment itself is done.
  await run('node', ['functions/local/mailtls.js', 'doctor', '--deployed', '--outputs', OUTPUTS_FILE]);
  say('What to do next, step by step: docs/operate.md.');
  return 0;
}

const root = fileURLToPath(new URL('..', import.meta.url));

function runHere(command: string, args: readonly string[]): Promise<number> {
  const child = spawn(command, args, { cwd: root, stdio: 'inherit' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve(status ?? 1));
  });
}

async function outputs(): Promise<Readonly<Record<string, string>>> {
  try {
    const all: Readonly<Record<string, Readonly<Record<string, string>>>> = JSON.parse(
      await readFile(new URL(`../${OUTPUTS_FILE}`, import.meta.url), 'utf8'),
    );
    return all['Mailtls'] ?? {};
  } catch {
    return {};
  }
}

/** @param endpoint where Lambda is spoken to; empty: AWS itself */
export function lambdaTools(
  endpoint: string,
  known: () => Promise<Readonly<Record<string, string>>>,
): Pick<DeployTools, 'accountLimit' | 'askCanaries'> {
  const client = new LambdaClient(endpoint === '' ? {} : { endpoint });
  return {
    async accountLimit() {
      const { ProbeFunctionName: ours } = await known();
      const [{ AccountLimit: limit }, reservation] = await Promise.all([
        client.send(new GetAccountSettingsCommand({})),
        ours === undefined
          ? null
          : client.send(new GetFunctionConcurrencyCommand({ FunctionName: ours })).catch(() => null),
      ]);
      return {
        concurrent: limit?.ConcurrentExecutions ?? 0,
        unreserved: limit?.UnreservedConcurrentExecutions ?? 0,
        reservedByUs: reservation?.ReservedConcurrentExecutions ?? 0,
      };
    },
    async askCanaries() {
      const { CheckFunctionName: check } = await known();
      const payload = Buffer.from(JSON.stringify({ source: 'aws.events' }));
      const { FunctionError: failed } = await client.send(
        new InvokeCommand({ FunctionName: check, Payload: payload }),
      );
      if (failed !== undefined) throw new Error('the check function failed; see its log');
    },
  };
}

if (import.meta.main) {
  process.exitCode = await deploy(process.argv.slice(2), {
    ...lambdaTools(process.env['MAILTLS_AWS_ENDPOINT'] ?? '', outputs),
    context: async () => JSON.parse(await readFile(new URL('../cdk.json', import.meta.url), 'utf8')).context,
    run: runHere,
    say: (text) => process.stdout.write(`${text}\n`),
  });
}
