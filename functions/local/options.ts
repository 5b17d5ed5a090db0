/** The options after a command, parsed: nothing unknown is passed over in silence. */
import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';

/** @returns options and the words beside them, or the sentence that says what is wrong */
export function parseOptions<const Options extends ParseArgsOptionsConfig>(
  args: readonly string[],
  options: Options,
) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch {
    return mistakeIn(args, options);
  }
}

function mistakeIn(args: readonly string[], options: ParseArgsOptionsConfig): string {
  const { tokens } = parseArgs({
    args: [...args],
    options,
    allowPositionals: true,
    strict: false,
    tokens: true,
  });
  for (const token of tokens) {
    if (token.kind !== 'option') continue;
    const { name, rawName, value, inlineValue } = token;
    const option = Object.hasOwn(options, name) ? options[name] : undefined;
    if (option === undefined) return `There is no option ${JSON.stringify(rawName)}; --help lists them.`;
    if (option.type === 'boolean' && value !== undefined) return `${rawName} takes no value.`;
    if (option.type === 'string' && value === undefined) return `${rawName} needs a value behind it.`;
    if (option.type === 'string' && !inlineValue && value?.startsWith('-'))
      return `${rawName} needs a value behind it; one that starts with a hyphen is written ${rawName}=${value}.`;
  }
  return 'These options cannot be read; --help lists them.';
}
