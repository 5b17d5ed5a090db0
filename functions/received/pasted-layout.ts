/**
 * Undoes what mail clients and chat programs do to a pasted header: quote marks before each line, an indent, a
 * fence of backquotes, doubled line ends.
 */

const QUOTE_MARKS = /^[ \t]*(?:[>|][ \t]?)+/;
/** A field's name (RFC 5322 section 2.2) and its colon, after whatever a paste put before it. */
const FIELD_AT_INDENT = /^([ \t]+)[A-Za-z][A-Za-z0-9_-]{0,76}[ \t]{0,4}:/;
const FENCE = /^[ \t]*(?:```|~~~)[a-z]{0,10}[ \t]*$/;

/** How much of the beginning of a line is the quoting of the first field's line. */
function layoutOf(lines: readonly string[]): { quoted: boolean; indent: string } {
  const first = lines.find((line) => line.trim() !== '' && !FENCE.test(line)) ?? '';
  const marks = QUOTE_MARKS.exec(first)?.[0];
  if (marks !== undefined) return { quoted: true, indent: '' };
  return { quoted: false, indent: FIELD_AT_INDENT.exec(first)?.[1] ?? '' };
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

/** Takes the quote marks or the indent of the first line off every line that has them; fences become blank lines; doubled line ends are halved. */
export function undoLayout(lines: readonly string[]): readonly string[] {
  const { quoted, indent } = layoutOf(lines);
  const undone = lines.map((line) => {
    if (FENCE.test(line)) return '';
    if (quoted) {
      // One blank belongs to the mark, the rest to the fold: `> \tby mx.example.org`.
      const marks = /^[ \t]*(?:[>|] ?)+/.exec(line)?.[0] ?? '';
      return line.slice(marks.length);
    }
    return indent !== '' && line.startsWith(indent) ? line.slice(indent.length) : line;
  });
  if (!isDoubled(undone)) return undone;
  return undone.filter((line, at) => line.trim() !== '' || undone[at - 1]?.trim() === '');
}
