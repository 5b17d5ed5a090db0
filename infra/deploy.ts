/**
 * `npm run deploy`: looks before it leaps, deploys, and says what is left to do. The context of `cdk.json` is read
 * here as the application reads it; what only the account knows is asked of the account.
 */
import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { type AccountLimit, type AccountTools, lambdaTools, OUTPUTS_FILE, stackOutputs } from './account.ts';
import { type Deployed, readContext } from './context.ts';

export interface DeployTools extends AccountTools {
  readonly context: () => Promise<{ readonly settings?: unknown; readonly deployment?: unknown }>;
  /** Runs a program of this project; @returns its exit status */
  readonly run: (command: string, args: readonly string[]) => Promise<number>;
  readonly say: (text: string) => void;
}

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

if (import.meta.main) {
  process.exitCode = await deploy(process.argv.slice(2), {
    ...lambdaTools(process.env['MAILTLS_AWS_ENDPOINT'] ?? '', stackOutputs),
    context: async () => JSON.parse(await readFile(new URL('../cdk.json', import.meta.url), 'utf8')).context,
    run: runHere,
    say: (text) => process.stdout.write(`${text}\n`),
  });
}
