/** Text laid out for a terminal: no line wider than it, and none too wide to read. */
import { wrapAnsi } from 'fast-wrap-ansi';
import { terminalStyle } from './terminal-style.ts';
import type { Terminal } from './terminal-style.ts';

const NARROWEST = 20;
const WIDEST = 100;

export function wrap(text: string, terminal: Terminal): string {
  return wrapAnsi(text, Math.max(NARROWEST, Math.min(terminal.columns, WIDEST)), { hard: true });
}

/** @returns the text with a margin, deeper by `hanging` from its second line on */
export function indent(text: string, by: number, terminal: Terminal, hanging = 2): string {
  const width = Math.max(NARROWEST, Math.min(terminal.columns, WIDEST) - by - hanging);
  const [first = '', ...rest] = wrapAnsi(text, width, { hard: true }).split('\n');
  const margin = ' '.repeat(by);
  return [margin + first, ...rest.map((line) => margin + ' '.repeat(hanging) + line)].join('\n');
}

/** @returns a heading with the texts below it as a list; empty when there are none */
export function listed(title: string, texts: readonly string[], terminal: Terminal): string {
  if (texts.length === 0) return '';
  const { heading } = terminalStyle(terminal);
  return [wrap(heading(title), terminal), ...texts.map((text) => indent(`- ${text}`, 2, terminal))].join(
    '\n',
  );
}
