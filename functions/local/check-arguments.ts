/** The words after `mailtls check`, understood. */
import { readFileSync, statSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { REQUIREMENTS } from './exit-status.ts';
import type { Requirement } from './exit-status.ts';

export interface CheckArguments {
  /** What was asked, as typed: one entry a domain. */
  readonly asked: readonly string[];
  readonly json: boolean;
  readonly transcript: boolean;
  readonly confirm: boolean;
  readonly required: Requirement | null;
  /** The service to ask instead of the mail servers, as typed; null: none. */
  readonly via: string | null;
}

export type ReadArguments =
  | { readonly outcome: 'check'; readonly check: CheckArguments }
  | { readonly outcome: 'help' }
  | { readonly outcome: 'mistake'; readonly sentence: string };

export const CHECK_HELP = `mailtls check: is mail to this domain encrypted?

  mailtls check vendor.com                      the answer, the servers, why, and what to do
  mailtls check alice@vendor.com bücher.example several at once, one line each
  mailtls check --file vendors.txt              a file of domains, one a line ("-": standard input)
  mailtls check --file vendors.txt --json       one report a line (mailtls.report/1), as each is done
  mailtls check --transcript vendor.com         with the dialogue, as one would type it by hand
  mailtls check --confirm vendor.com            take the second look that a refusal or a bare "no" calls for
  mailtls check --require encrypted vendor.com  exit 0 only if mail is encrypted now
  mailtls check --require enforced vendor.com   exit 0 only if nobody on the way can switch that off
  mailtls check --via https://host vendor.com   ask a mailtls service, where port 25 is blocked from here
                                                (MAILTLS_VIA_TOKEN holds its token)

Exit status: 0 encrypted, 1 partly or not, 2 could not be tested, 3 takes no mail, 4 undeliverable or no such
domain, 64 wrong usage, 130 interrupted; of a list the worst, in the order 1, 4, 2, 64, 3, 0.
`;

const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

const OPTIONS = {
  file: { type: 'string', multiple: true },
  json: { type: 'boolean' },
  transcript: { type: 'boolean' },
  confirm: { type: 'boolean' },
  require: { type: 'string' },
  via: { type: 'string' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** @returns what to check, or the sentence that says what is wrong with the words */
export function readCheckArguments(args: readonly string[]): ReadArguments {
  const parsed = parse(args);
  if (typeof parsed === 'string') return { outcome: 'mistake', sentence: parsed };
  const { values, positionals } = parsed;
  if (values.help === true) return { outcome: 'help' };
  const required = values.require ?? null;
  if (required !== null && !isRequirement(required)) {
    return { outcome: 'mistake', sentence: '--require takes "enforced" or "encrypted".' };
  }
  const asked = [...positionals];
  for (const file of values.file ?? []) {
    const lines = readLines(file);
    if (typeof lines === 'string') return { outcome: 'mistake', sentence: lines };
    for (const line of lines) asked.push(line);
  }
  if (asked.length === 0) {
    return { outcome: 'mistake', sentence: 'No domain was given. Try: mailtls check vendor.com' };
  }
  return {
    outcome: 'check',
    check: {
      asked,
      json: values.json === true,
      transcript: values.transcript === true,
      confirm: values.confirm === true,
      required,
      via: values.via ?? null,
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const isRequirement = (word: string): word is Requirement => Object.hasOwn(REQUIREMENTS, word);

/** The entries of a list: one a line, the first field of a CSV line; blank lines and `#` comments are left out. */
function readLines(file: string): string[] | string {
  const path = file === '-' ? 0 : file;
  try {
    if (path !== 0 && statSync(path).size > LARGEST_FILE_BYTES) {
      return `${file} is larger than 16 MiB. Split the list and check the parts.`;
    }
    return readFileSync(path, 'utf8')
      .replace(/^\uFEFF/, '')
      .split(/\r\n|\n|\r/)
      .map((line) => (line.split(/[,;\t]/, 1)[0] ?? '').trim().replace(/^"(.*)"$/, '$1'))
      .filter((entry) => entry !== '' && !entry.startsWith('#'));
  } catch (error) {
    return `${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}
