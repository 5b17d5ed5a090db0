/** A table on a terminal without rules between its cells, as wide as it must be. */
import { stripVTControlCharacters } from 'node:util';
import Table from 'cli-table3';
import wrapAnsi from 'wrap-ansi';
import type { Terminal } from './terminal-style.ts';

/** Below this width a table would break its words: what would be in one is listed instead. */
const TABLE_COLUMNS = 90;
const WIDEST_TABLE = 150;
const COLUMN_GAP = 2;

export const fitsTable = ({ columns }: Terminal): boolean => columns >= TABLE_COLUMNS;

/**
 * @param rows cells, perhaps of several lines; all rows have as many
 * @param readableColumns how narrow each column may become before the others do
 */
export function presentTable(
  rows: readonly (readonly string[])[],
  readableColumns: readonly number[],
  terminal: Terminal,
): string {
  const widths = columnWidths(rows, readableColumns, Math.min(terminal.columns, WIDEST_TABLE));
  const table = new Table({
    colWidths: widths,
    style: { head: [], border: [], compact: true, 'padding-left': 0, 'padding-right': COLUMN_GAP },
    chars: NO_RULES,
  });
  for (const row of rows) {
    table.push(row.map((cell, column) => wrapAnsi(cell, (widths[column] ?? 0) - COLUMN_GAP, { hard: true })));
  }
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

/**
 * Each column as wide as its widest cell. Where that is too much, the one with the most to spare is broken first and
 * as far as it can still be read, so that the others stay whole; then the next.
 * @returns widths in characters, the gap included
 */
function columnWidths(
  rows: readonly (readonly string[])[],
  readableColumns: readonly number[],
  columns: number,
): number[] {
  const widths = (rows[0] ?? []).map((_, column) => {
    const lines = rows.flatMap((row) => stripVTControlCharacters(row[column] ?? '').split('\n'));
    return COLUMN_GAP + Math.max(...lines.map(columnsOf));
  });
  const total = (): number => widths.reduce((sum, width) => sum + width, 0);
  const spareOf = (column: number): number => (widths[column] ?? 0) - (readableColumns[column] ?? 0);
  const most = [...widths.keys()].toSorted((one, other) => spareOf(other) - spareOf(one));
  for (const column of most) {
    const excess = Math.min(total() - columns, spareOf(column));
    if (excess > 0) widths[column] = (widths[column] ?? 0) - excess;
  }
  while (total() > columns) {
    const spare = [...widths.keys()].map(spareOf);
    const widest = spare.indexOf(Math.max(...spare));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

/** A tick may be drawn, and is wrapped, as an emoji: two columns wide. */
const columnsOf = (line: string): number =>
  line.length + (line.match(/[\p{Emoji}--\p{ASCII}]/gv)?.length ?? 0);

const NO_RULES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '',
} as const;
