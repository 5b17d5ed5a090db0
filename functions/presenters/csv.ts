/**
 * Rows for a spreadsheet: RFC 4180 section 2, with a byte order mark, by which spreadsheets know UTF-8. A cell
 * that begins like a formula is run as one when the file is opened, and names and banners come from strangers:
 * such a cell gets an apostrophe before it, which spreadsheets do not show.
 */

const BYTE_ORDER_MARK = '\ufeff';
/** What a formula begins with, after white space too; with the full-width forms, which some spreadsheets take. */
const FORMULA = /^[\s\u00a0]*[=+\-@\uff1d\uff0b\uff0d\uff20]/u;
const CONTROL = /[\p{Cc}\u2028\u2029]+/gu;

type Cell = string | number | boolean | null;

/** @returns every row with as many cells as it has, lines ended by CRLF, every text quoted */
export function presentCsv(rows: readonly (readonly Cell[])[]): string {
  return BYTE_ORDER_MARK + rows.map((row) => `${row.map(cell).join(',')}\r\n`).join('');
}

function cell(value: Cell): string {
  if (value === null) return '';
  if (typeof value !== 'string') return String(value);
  const line = value.replace(CONTROL, ' ');
  return `"${(FORMULA.test(line) ? `'${line}` : line).replaceAll('"', '""')}"`;
}
