/** The lab in a process of its own, so that neither its work nor its memory counts as ours. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { fileURLToPath } from 'node:url';

export interface LabProcess {
  /** The settings of a mailtls process that lives there. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
}

const LAB = fileURLToPath(new URL('../lab/lab.ts', import.meta.url));
const machineRoots = getCACertificates('default');

/** @param args as `npm run lab` takes them */
export async function startLabProcess(args: readonly string[]): Promise<LabProcess> {
  const child = spawn(process.execPath, [LAB, '--json', ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  const stop = async (): Promise<void> => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill('SIGTERM');
    await exited;
  };
  const lines = createInterface({ input: child.stdout });
  const said = await Promise.race([once(lines, 'line'), once(child, 'exit').then(() => [])]);
  const [line] = said as unknown[];
  if (typeof line !== 'string') throw new Error('the lab did not start');
  const environment: Record<string, string> = JSON.parse(line);
  return { environment, stop };
}

/** Makes this process trust the lab's root, as `NODE_EXTRA_CA_CERTS` does for one that starts. */
export function trust({ environment }: LabProcess): void {
  const file = environment['NODE_EXTRA_CA_CERTS'] ?? '';
  setDefaultCACertificates([...machineRoots, readFileSync(file, 'utf8')]);
}
