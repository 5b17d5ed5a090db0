/** Runs the command as a person would, in its own process. */
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const COMMAND = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));

export interface Run {
  readonly status: number | null;
  readonly out: string;
  readonly error: string;
}

export interface RunOptions {
  readonly environment?: Readonly<Record<string, string>>;
  readonly input?: string;
  /** Which Node runs it; default the one that runs the tests. */
  readonly node?: string;
  /** Ctrl-C, once the text has been printed. */
  readonly interruptAfter?: string;
}

/** @returns what it printed and its exit status, once it has ended by itself or by the interruption */
export function runMailtls(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const { environment = {}, input = '', node = process.execPath, interruptAfter } = options;
  const child = spawn(node, [COMMAND, ...args], {
    env: { PATH: process.env['PATH'] ?? '', HOME: process.env['HOME'] ?? '', ...environment },
  });
  let out = '';
  let error = '';
  // Once: a second Ctrl-C would end it at once.
  let interruptsAt = interruptAfter ?? null;
  const interruptAt = (printed: string): void => {
    if (interruptsAt === null || !printed.includes(interruptsAt)) return;
    interruptsAt = null;
    child.kill('SIGINT');
  };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
    interruptAt(out);
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    error += text;
    interruptAt(error);
  });
  child.stdin.on('error', () => {}).end(input);
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (status) => resolve({ status, out, error }));
  });
}
