/** White space around what a stranger published: a space or a tab, in records and policies alike. */

/**
 * The fields of a record behind its version. RFC 8461 section 3.1 and RFC 8460 section 3 have the same delimiter: a
 * semicolon with white space around it. One may stand at the end, white space alone may not and belongs to the field.
 */
export function recordFields(record: string): readonly string[] {
  const [, ...parts] = record.split(';');
  const last = withoutWhiteSpace(parts.pop() ?? '', 'before');
  const fields = parts.map((part) => withoutWhiteSpaceAround(part));
  return last === '' ? fields : [...fields, last];
}

const isWhiteSpace = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/**
 * States a text without white space around it, in one walk from each end: a pattern that looks for the end behind
 * every run of spaces takes the square of their number, and a record or a policy may have 64 KiB of them.
 */
export const withoutWhiteSpaceAround = (text: string): string => withoutWhiteSpace(text, 'around');

function withoutWhiteSpace(text: string, where: 'before' | 'around'): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text, start)) start += 1;
  while (where === 'around' && end > start && isWhiteSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}
