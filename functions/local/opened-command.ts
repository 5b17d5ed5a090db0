/** What a command begins with: its options, its help, and how it says what is wrong with them. */
import type { ParseArgsOptionsConfig } from 'node:util';
import type { Console } from './console.ts';
import { WRONG_USAGE } from './exit-status.ts';
import { parseOptions } from './options.ts';

export interface CommandForm<Options extends ParseArgsOptionsConfig> {
  /** As it is called, e.g. `records`. */
  readonly name: string;
  readonly help: string;
  /** Those beside `--help`. */
  readonly options: Options;
}

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/**
 * Reads a command's arguments.
 * @returns its options, the words beside them, and `wrong`, which says a sentence and gives the exit status; or the
 *   exit status alone when there is no more to do
 */
export function openCommand<const Options extends ParseArgsOptionsConfig>(
  { name, help, options }: CommandForm<Options>,
  args: readonly string[],
  console: Console,
) {
  const wrong = (sentence: string): number => {
    console.error(`mailtls ${name}: ${sentence}\n`);
    return WRONG_USAGE;
  };
  const parsed = parseOptions(args, { ...options, ...HELP });
  if (typeof parsed === 'string') return wrong(parsed);
  const { values, positionals } = parsed;
  if (Object.entries(values).some(([option, value]) => option === 'help' && value === true)) {
    console.out(help);
    return 0;
  }
  return { values, positionals, wrong };
}
