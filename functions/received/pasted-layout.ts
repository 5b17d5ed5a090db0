/**
 * Undoes what mail clients and chat programs do to a pasted header: quote marks before each line, an indent, a
 * fence of backquotes, doubled line ends.
 */

/** A field that a header begins with, in whatever layout; what stands above it may be somebody's words. */
const TRACE_FIELD = /^[ \t>|]{0,40}(?:x-)?(?:received|return-path|delivered-to)[ \t]{0,4}:/im;
const ANY_LINE = /^.*\S.*$/m;
const QUOTE_MARKS = /^[ \t]{0,40}[>|]/;
/** A field's name (RFC 5322 section 2.2) and its colon, after whatever a paste put before it. */
const FIELD_AT_INDENT = /^([ \t]+)[A-Za-z][A-Za-z0-9_-]{0,76}[ \t]{0,4}:/;
const FENCE = /^[ \t]*(?:```|~~~)[a-z]{0,10}[ \t]*$/gm;

/** How much of the beginning of a line is the quoting of the first field's line. */
function layoutOf(text: string): { quoted: boolean; indent: string } {
  const first = TRACE_FIELD.exec(text)?.[0] ?? ANY_LINE.exec(text)?.[0] ?? '';
  return { quoted: QUOTE_MARKS.test(first), indent: FIELD_AT_INDENT.exec(first)?.[1] ?? '' };
}

const isBlank = (line: string): boolean => line.trim() === '';

/** How many lines from the first are looked at to see whether a paste doubled its line ends. */
const LINES_SEEN = 12;

/**
 * Whether a blank line follows each of the first lines and a fold is among them: a paste from a web page. In a
 * message no fold follows a blank line, because the body begins there.
 */
function isDoubled(text: string): boolean {
  const start = text.search(/\S/);
  if (start < 0) return false;
  const second = text.indexOf('\n', start) + 1;
  const third = second === 0 ? -1 : text.indexOf('\n', second);
  if (third < 0 || !isBlank(text.slice(second, third))) return false;
  const seen = text.slice(start).split('\n', LINES_SEEN);
  const isEveryOtherBlank = seen.every((line, at) => isBlank(line) === (at % 2 === 1));
  return seen.length >= 5 && isEveryOtherBlank && seen.some((line) => /^[ \t]+\S/.test(line));
}

function halveLineEnds(text: string): string {
  const lines = text.split('\n');
  return lines.filter((line, at) => !isBlank(line) || isBlank(lines[at - 1] ?? 'x')).join('\n');
}

/** One blank belongs to the mark, the rest to the fold: `> \tby mx.example.org`. */
const MARKS = /^[ \t]*(?:[>|] ?)+/gm;

/**
 * `text` as it was before the paste: the quote marks or the indent of the first line taken off every line that
 * has them, fences blank, doubled line ends halved.
 */
export function undoLayout(text: string): string {
  const unfenced = text.includes('```') || text.includes('~~~') ? text.replace(FENCE, '') : text;
  const { quoted, indent } = layoutOf(unfenced);
  let bare = unfenced;
  if (quoted) bare = unfenced.replace(MARKS, '');
  else if (indent !== '') bare = `\n${unfenced}`.replaceAll(`\n${indent}`, '\n').slice(1);
  return isDoubled(bare) ? halveLineEnds(bare) : bare;
}
