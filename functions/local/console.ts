/** What a command needs of the terminal it runs in: passed in, so that a test can be the terminal. */
import type { Terminal } from '../presenters/terminal-style.ts';

export interface Console extends Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether a person is watching, who would like to see progress. */
  readonly watched: boolean;
  /** `isTTY`: a person types it, who has to be told that it is waited for. */
  readonly input: AsyncIterable<Uint8Array> & { readonly isTTY?: boolean };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

const DEFAULT_COLUMNS = 80;

/** A signal comes to a whole group of processes, and is handed on as well by the one that started this. */
const SAME_SIGNAL_MS = 500;

/** One that comes again, later than it would for that, ends the process at once, as it ends any. */
export function onSignal(signal: 'SIGINT' | 'SIGTERM', told: () => void): void {
  const onTold = (): void => {
    told();
    setTimeout(() => process.off(signal, onTold), SAME_SIGNAL_MS).unref();
  };
  process.on(signal, onTold);
}

/** @returns the console of this process. `NO_COLOR` (https://no-color.org) and pipes switch colour off. */
export function processConsole(): Console {
  const interruption = new AbortController();
  onSignal('SIGINT', () => interruption.abort());
  // A reader that has seen enough (`| head`) closes the pipe; that is no error of ours.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  const { NO_COLOR: noColour, FORCE_COLOR: forceColour } = process.env;
  const colour =
    forceColour !== undefined && forceColour !== '' && forceColour !== '0'
      ? true
      : process.stdout.isTTY && (noColour === undefined || noColour === '') && process.env['TERM'] !== 'dumb';
  return {
    out: (text) => process.stdout.write(text),
    error: (text) => process.stderr.write(text),
    colour,
    columns: process.stdout.columns ?? DEFAULT_COLUMNS,
    watched: process.stderr.isTTY && process.stdout.isTTY,
    input: process.stdin,
    environment: process.env,
    interrupted: interruption.signal,
  };
}
