/** A process that is timed from the outside, as whoever typed it would. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  /** When the last byte of its answer had come. */
  readonly answeredMs: number;
  readonly exitedMs: number;
  /** The most memory it ever had (VmHWM); 0 where there is no /proc. */
  readonly peakBytes: number;
}

export const MAILTLS = fileURLToPath(new URL('../../functions/local/mailtls.js', import.meta.url));

const PEAK_LOOKS_MS = 20;

export async function run(
  command: string,
  args: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<Ran> {
  const started = performance.now();
  const child = spawn(command, args, {
    stdio: ['ignore', 'pipe', 'ignore'],
    env: { ...process.env, ...environment },
    signal,
  });
  let answeredMs = 0;
  let peakBytes = 0;
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => {
    chunks.push(chunk);
    answeredMs = performance.now() - started;
  });
  const look = setInterval(() => {
    peakBytes = Math.max(peakBytes, peakOf(child.pid));
  }, PEAK_LOOKS_MS);
  try {
    const exited = once(child, 'exit').then(() => performance.now() - started);
    await once(child, 'close');
    const stdout = Buffer.concat(chunks).toString();
    return { code: child.exitCode, stdout, answeredMs, exitedMs: await exited, peakBytes };
  } finally {
    clearInterval(look);
  }
}

function peakOf(pid: number | undefined): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'latin1');
    return Number(/^VmHWM:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024;
  } catch {
    return 0;
  }
}

/** What one process used, as bash's `time` tells it: wall and CPU (user and system). */
export async function timed(
  command: readonly string[],
  environment: Readonly<Record<string, string>>,
  signal: AbortSignal,
): Promise<{ readonly wallMs: number; readonly cpuMs: number }> {
  const script = 'TIMEFORMAT="%3R %3U %3S"; { time "$@" >/dev/null 2>&1 </dev/null; } 2>&1';
  const { stdout } = await run('bash', ['-c', script, 'bash', ...command], environment, signal);
  const [wall = Number.NaN, user = Number.NaN, system = Number.NaN] = stdout.trim().split(' ').map(Number);
  return { wallMs: wall * 1000, cpuMs: (user + system) * 1000 };
}
