/**
 * Undoes what mail clients and chat programs do to a pasted header: quote marks before each line, an indent, a
 * fence of backquotes, doubled line ends.
 */

const QUOTE_MARKS = /^[ \t]{0,40}[>|]/;
/** A field's name (RFC 5322 section 2.2) and its colon, after whatever a paste put before it. */
const FIELD_AT_INDENT = /^([ \t]+)[A-Za-z][A-Za-z0-9_-]{0,76}[ \t]{0,4}:/;
const FENCE = /^[ \t]*(?:```|~~~)[a-z]{0,10}[ \t]*$/;

/** A field that a header begins with, in whatever layout; what stands above it may be somebody's words. */
const TRACE_FIELD = /^[ \t>|]{0,40}(?:x-)?(?:received|return-path|delivered-to)[ \t]{0,4}:/i;

/** How much of the beginning of a line is the quoting of the first field's line. */
function layoutOf(lines: readonly string[]): { quoted: boolean; indent: string } {
  const first =
    lines.find((line) => TRACE_FIELD.test(line)) ?? lines.find((line) => line.trim() !== '') ?? '';
  return { quoted: QUOTE_MARKS.test(first), indent: FIELD_AT_INDENT.exec(first)?.[1] ?? '' };
}

/** How many lines from the first are looked at to see whether a paste doubled its line ends. */
const LINES_SEEN = 12;

/**
 * Whether a blank line follows each of the first lines and a fold is among them: a paste from a web page. In a
 * message no fold follows a blank line, because the body begins there.
 */
function isDoubled(lines: readonly string[]): boolean {
  const start = lines.findIndex((line) => line.trim() !== '');
  const seen = lines.slice(start, start + LINES_SEEN);
  const isEveryOtherBlank = seen.every((line, at) => (line.trim() === '') === (at % 2 === 1));
  return seen.length >= 5 && isEveryOtherBlank && seen.some((line) => /^[ \t]+\S/.test(line));
}

/** One blank belongs to the mark, the rest to the fold: `> \tby mx.example.org`. */
const withoutMarks = (line: string): string => line.slice(/^[ \t]*(?:[>|] ?)+/.exec(line)?.[0].length ?? 0);

/**
 * The lines of `text` as they were before the paste: the quote marks or the indent of the first line taken off
 * every line that has them, fences blank, doubled line ends halved.
 */
export function undoLayout(text: string): readonly string[] {
  const pasted = text.split('\n');
  let lines: readonly string[] = pasted;
  if (text.includes('```') || text.includes('~~~')) {
    lines = lines.map((line) => (FENCE.test(line) ? '' : line));
  }
  const { quoted, indent } = layoutOf(lines);
  if (quoted) lines = lines.map(withoutMarks);
  else if (indent !== '') {
    lines = lines.map((line) => (line.startsWith(indent) ? line.slice(indent.length) : line));
  }
  if (!isDoubled(lines)) return lines;
  return lines.filter((line, at) => line.trim() !== '' || lines[at - 1]?.trim() === '');
}
