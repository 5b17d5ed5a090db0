/** The service in a process of its own that lives in the lab, its evidence in a folder that goes away with it. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

export interface LabService {
  /** Its first line: where it answers, or why it does not. */
  readonly said: string;
  /** Empty when it does not answer. */
  readonly url: string;
  readonly pid: number;
  readonly stop: () => Promise<void>;
}

const MAILTLS = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));

/** @param environment the lab's; other settings of this process count more */
export async function startLabService(environment: Readonly<Record<string, string>>): Promise<LabService> {
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-lab-'));
  const child = spawn(process.execPath, [MAILTLS, 'serve'], {
    env: {
      MAILTLS_DATA_DIR: folder,
      ...environment,
      ...process.env,
      NODE_EXTRA_CA_CERTS: environment['NODE_EXTRA_CA_CERTS'],
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = once(child, 'exit');
  const said = await Promise.race([
    firstLine(child.stdout),
    exited.then(() => 'The service could not be started; MAILTLS_PORT may have to be another.'),
  ]);
  child.stderr.resume();
  return {
    said,
    url: /http:\/\/\S+/.exec(said)?.[0] ?? '',
    pid: child.pid ?? 0,
    async stop() {
      if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function firstLine(stream: NodeJS.ReadableStream): Promise<string> {
  const [said]: unknown[] = await once(createInterface({ input: stream }), 'line');
  return String(said);
}
