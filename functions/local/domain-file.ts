/** A file of domains, one a line. */
import { readFileSync, statSync } from 'node:fs';

const LARGEST_FILE_BYTES = 16 * 1024 * 1024;

/**
 * The entries of a list: one a line, the first field of a CSV line; blank lines and `#` comments are left out.
 * @param file a path, or `-` for standard input
 * @returns what each line asks, as it stands; or the sentence that says why the file cannot be read
 */
export function readDomainFile(file: string): readonly string[] | string {
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
    return wordUnreadable(file, error);
  }
}

const CAUSES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'it may not be read by this user',
  EISDIR: 'it is a folder',
};

/** @returns which file cannot be read and why, in a sentence */
export function wordUnreadable(file: string, error: unknown): string {
  return `${file} cannot be read: ${whyUnreadable(error)}.`;
}

function whyUnreadable(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return ('code' in error ? CAUSES[String(error.code)] : undefined) ?? error.message;
}

/**
 * What a command was asked about: words first, then the files' entries.
 * @returns the sentence that says which file cannot be read, or that nothing was given
 */
export function gatherDomains(
  words: readonly string[],
  files: readonly string[],
  example: string,
): readonly string[] | string {
  const asked = [...words];
  for (const file of files) {
    const entries = readDomainFile(file);
    if (typeof entries === 'string') return entries;
    // One by one: a spread of so many would not fit the stack.
    for (const entry of entries) asked.push(entry);
  }
  return asked.length === 0 ? `No domain was given. Try: ${example}` : asked;
}
