/** White space around what a stranger published: a space or a tab, in records and policies alike. */

const isWhiteSpace = (text: string, at: number): boolean => text[at] === ' ' || text[at] === '\t';

/**
 * States a text without white space around it, in one walk from each end: a pattern that looks for the end behind
 * every run of spaces takes the square of their number, and a record or a policy may have 64 KiB of them.
 */
export function withoutWhiteSpaceAround(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isWhiteSpace(text, start)) start += 1;
  while (end > start && isWhiteSpace(text, end - 1)) end -= 1;
  return text.slice(start, end);
}
