/**
 * The header report on a terminal: the answer, the route drawn from the first server to the last with a line
 * where the reader's own side begins, a table, the findings. Colour only repeats what words say.
 */
import { wrapAnsi } from 'fast-wrap-ansi';
import type { Tone } from './answer-look.ts';
import type { HeadersReport, HopReport, SendingReport } from './headers-schema.ts';
import { wordDuration, wordSendingRule } from './headers-wording.ts';
import type { Terminal } from './terminal-style.ts';
import { terminalStyle } from './terminal-style.ts';
import { indent, wrap } from './terminal-text.ts';

const ANSWER_TONES: Readonly<Record<HeadersReport['verdict']['answer'], Tone>> = {
  encrypted: 'good',
  partly: 'bad',
  'not-encrypted': 'bad',
  unknown: 'unknown',
};

const ENCRYPTION: Readonly<Record<HopReport['encryption'], { word: string; tone: Tone; line: string }>> = {
  encrypted: { word: 'encrypted', tone: 'good', line: '║' },
  'not-encrypted': { word: 'NOT ENCRYPTED', tone: 'bad', line: '┆' },
  unknown: { word: 'not recorded', tone: 'unknown', line: '│' },
  local: { word: 'same machine', tone: 'quiet', line: '·' },
};

/** Below this width the table is left out; the route says the same. */
const TABLE_COLUMNS = 76;
const NARROWEST = 30;
const WITH_COLUMNS = 12;

const peerOf = (hop: HopReport): string => {
  const { from } = hop;
  if (from === null) return '(not said)';
  const name = from.name ?? from.helo ?? '(no name)';
  return from.ip === null || name.includes(from.ip) ? name : `${name} [${from.ip}]`;
};

const sessionOf = (hop: HopReport): string =>
  [hop.tls?.version ?? hop.tls?.written.version, hop.tls?.cipher, hop.tls?.group]
    .filter((part) => part != null)
    .join(' ');

const delayOf = (hop: HopReport): string => {
  if (hop.delaySeconds === null) return '';
  return hop.delaySeconds < 0 ? `-${wordDuration(hop.delaySeconds)}` : `+${wordDuration(hop.delaySeconds)}`;
};

const NETWORKS: Readonly<Record<HopReport['network'], string>> = {
  public: 'public network',
  private: 'private network',
  none: '',
};

const AS_IT_IS = { trim: false, hard: true };

/** Draws the servers one under the other, each step between them. */
function drawRoute(hops: readonly HopReport[], terminal: Terminal): readonly string[] {
  const style = terminalStyle(terminal);
  const lines: string[] = [];
  let previousBy: string | null = null;
  let wasTrusted = false;
  for (const hop of hops) {
    if (hop.trusted && !wasTrusted && hop.index > 1) {
      lines.push(
        '',
        style.faint('── recorded by your own side from here on; above, anyone could have written it'),
        '',
      );
    }
    wasTrusted = hop.trusted;
    const peer = peerOf(hop);
    if (previousBy === null || !peer.startsWith(previousBy)) lines.push(`  ${style.heading(peer)}`);
    const look = ENCRYPTION[hop.encryption];
    const detail = [sessionOf(hop), NETWORKS[hop.network], delayOf(hop)].filter((part) => part !== '');
    lines.push(
      `  ${style.tone(look.tone, `${look.line}  ${look.word}`)}${detail.length === 0 ? '' : style.faint(` · ${detail.join(' · ')}`)}`,
    );
    const today = hop.today === null ? [] : [hop.today.text];
    for (const said of [...hop.findings.map(({ text }) => `! ${text}`), ...today]) {
      const text = wrapAnsi(said, Math.max(NARROWEST, terminal.columns) - 7, {});
      lines.push(...text.split('\n').map((line, at) => `  ${look.line}  ${at === 0 ? '' : '  '}${line}`));
    }
    lines.push(`  ${style.heading(hop.by ?? '(server not named)')}`);
    previousBy = hop.by;
  }
  return lines;
}

const clip = (text: string, width: number): string =>
  text.length <= width ? text.padEnd(width) : `${text.slice(0, Math.max(0, width - 1))}…`;

/** One row a hop, clipped to the width there is. */
function drawTable(hops: readonly HopReport[], terminal: Terminal): readonly string[] {
  const style = terminalStyle(terminal);
  const spare = terminal.columns - 4 - 14 - WITH_COLUMNS - 2;
  const wide = Math.floor(spare / 2);
  const row = (cells: readonly [string, string, string, string, string]): string =>
    `${clip(cells[0], 3)} ${clip(cells[1], wide)} ${clip(cells[2], wide)} ${clip(cells[3], 13)} ${clip(cells[4], WITH_COLUMNS)}`.trimEnd();
  return [
    style.faint(row(['#', 'from', 'taken by', 'encryption', 'with'])),
    ...hops.map((hop) =>
      row([String(hop.index), peerOf(hop), hop.by ?? '', ENCRYPTION[hop.encryption].word, hop.with ?? '']),
    ),
  ];
}

/** The whole report as text that ends in a line end. */
export function presentHeadersOnTerminal(report: HeadersReport, terminal: Terminal): string {
  const style = terminalStyle(terminal);
  const columns = Math.max(NARROWEST, terminal.columns);
  const { verdict, hops } = report;
  const sentences = [style.tone(ANSWER_TONES[verdict.answer], verdict.sentence)];
  if (hops.some((hop) => !hop.trusted)) sentences.push(verdict.trustedSentence);
  const drawn: string[] = [];
  if (hops.length > 0) {
    drawn.push('', ...drawRoute(hops, terminal));
    if (columns >= TABLE_COLUMNS) drawn.push('', ...drawTable(hops, { ...terminal, columns }));
  }
  const notes = report.notes.map((note) => wrap(style.faint(note.text), terminal));
  return `${[
    ...sentences.map((sentence) => wrap(sentence, terminal)),
    ...drawn.map((line) => wrapAnsi(line, columns, AS_IT_IS)),
    ...(notes.length > 0 ? ['', ...notes] : []),
  ].join('\n')}\n`;
}

const LEVEL_TONES: Readonly<Record<SendingReport['rules'][number]['level'], Tone>> = {
  authenticated: 'good',
  mandatory: 'good',
  opportunistic: 'fair',
  off: 'bad',
  unknown: 'unknown',
};

/** A pasted sending configuration, one paragraph a connector, service or destination. */
export function presentSendingOnTerminal(report: SendingReport, terminal: Terminal): string {
  const style = terminalStyle(terminal);
  const only = report.rules.length === 1;
  const lines = report.rules.flatMap((rule) => [
    wrap(
      style.tone(LEVEL_TONES[rule.level], wordSendingRule(rule, only)) +
        (rule.disabled ? ' (switched off)' : ''),
      terminal,
    ),
    indent(rule.reason.text, 2, terminal),
    ...(rule.decidingLine === null
      ? []
      : [indent(style.faint(`decided by: ${rule.decidingLine}`), 2, terminal)]),
  ]);
  return `${lines.join('\n')}\n`;
}
