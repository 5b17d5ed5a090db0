/** A table on a terminal without rules between its cells, as wide as it must be. */
import Table from 'cli-table3';
import stringWidth from 'fast-string-width';
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Terminal } from './terminal-style.ts';

const WIDEST_TABLE = 150;
const COLUMN_GAP = 2;

/**
 * @param rows cells, perhaps of several lines; all rows have as many
 * @param readableColumns how narrow each column may become, its gap included
 * @returns null where the terminal is too narrow for that: what would be in a table is to be listed instead
 */
export function presentTable(
  rows: readonly (readonly string[])[],
  readableColumns: readonly number[],
  terminal: Terminal,
): string | null {
  const widths = columnWidths(rows, readableColumns, Math.min(terminal.columns, WIDEST_TABLE));
  if (widths === null) return null;
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
 * @returns widths in characters, the gap included; null when all of them broken are still too much
 */
function columnWidths(
  rows: readonly (readonly string[])[],
  readableColumns: readonly number[],
  columns: number,
): number[] | null {
  const widths = (rows[0] ?? []).map((_, column) => {
    const lines = rows.flatMap((row) => (row[column] ?? '').split('\n'));
    return COLUMN_GAP + Math.max(...lines.map((line) => stringWidth(line)));
  });
  const spareOf = (column: number): number => (widths[column] ?? 0) - (readableColumns[column] ?? 0);
  let excess = widths.reduce((sum, width) => sum + width, 0) - columns;
  for (const column of [...widths.keys()].toSorted((one, other) => spareOf(other) - spareOf(one))) {
    const less = Math.min(excess, spareOf(column));
    if (less <= 0) break;
    widths[column] = (widths[column] ?? 0) - less;
    excess -= less;
  }
  return excess > 0 ? null : widths;
}

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
