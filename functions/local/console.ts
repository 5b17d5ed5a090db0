/** What a command needs of the terminal it runs in: passed in, so that a test can be the terminal. */
import type { Terminal } from '../presenters/terminal-style.ts';

export interface Console extends Terminal {
  readonly out: (text: string) => void;
  readonly error: (text: string) => void;
  /** Whether a person is watching, who would like to see progress. */
  readonly watched: boolean;
  readonly input: AsyncIterable<Uint8Array>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Aborted when the person presses Ctrl-C. */
  readonly interrupted: AbortSignal;
}

const DEFAULT_COLUMNS = 80;

/** @returns the console of this process. `NO_COLOR` (https://no-color.org) and pipes switch colour off. */
export function processConsole(): Console {
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
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
