/** White space around what a stranger published: a space or a tab, in records and policies alike. */

/**
 * The fields of a record behind its version. RFC 8461 section 3.1 and RFC 8460 section 3 have the same delimiter: a
 * semicolon with white space around it. One may stand at the end, white space alone may not and belongs to the field.
 */
export function recordFields(record: string): readonly string[] {
  const [, ...parts] = record.split(';');
  const last = withoutWhiteSpaceBefore(parts.pop() ?? '');
  const fields = parts.map((part) => withoutWhiteSpaceAround(part));
  return last === '' ? fields : [...fields, last];
}

const isWhiteSpace = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/**
 * States a text without white space around it, in one walk from each end: a pattern that looks for the end behind
 * every run of spaces takes the square of their number, and a record or a policy may have 64 KiB of them.
 */
export function withoutWhiteSpaceAround(text: string): string {
  const rest = withoutWhiteSpaceBefore(text);
  let end = rest.length;
  while (end > 0 && isWhiteSpace(rest, end - 1)) end -= 1;
  return rest.slice(0, end);
}

function withoutWhiteSpaceBefore(text: string): string {
  let start = 0;
  while (start < text.length && isWhiteSpace(text, start)) start += 1;
  return text.slice(start);
}
