/**
 * A report for a person at a terminal: the answer first, then the servers, why, the policies and what senders make of
 * them, what to do, and what was not tested. Every text in a report is already free of control characters.
 */
import { addressLack } from './address-lack.ts';
import { OUTCOME_LOOKS, OUTDATED, verdictLook } from './answer-look.ts';
import type { Look } from './answer-look.ts';
import { wrapAnsi } from 'fast-wrap-ansi';
import { CERTIFICATE_FAULTS } from './certificate-fault-wording.ts';
import { DIALOGUE_MARKS, dialogueOf } from './dialogue.ts';
import type { DialogueLine } from './dialogue.ts';
import { wordDomain } from './question-wording.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';
import { terminalStyle } from './terminal-style.ts';
import type { Terminal } from './terminal-style.ts';
import { presentPoliciesOnTerminal, presentSendersOnTerminal } from './terminal-policies.ts';
import { presentTable } from './terminal-table.ts';
import { indent, listed, wrap } from './terminal-text.ts';
import { wordTlsVersion } from './tls-version-wording.ts';
import { alikeTexts, subjectsOf, wordExpected } from './untested-wording.ts';

/** `readable`: how narrow a column may become. One with nothing in it is left out. */
const COLUMNS = [
  { title: 'Server', readable: 40 },
  { title: 'Address', readable: 17 },
  { title: 'Outcome', readable: 13 },
  { title: 'Protection', readable: 26 },
  { title: 'Certificate', readable: 19 },
] as const;

const BEYOND_TRANSPORT =
  'This is about the way between mail servers. It does not cover the way from your computer to your own mail ' +
  'server, nor the mailbox where the mail is kept.';

/** As wide as a time, the gap behind it, and a mark. */
const MARGIN = 12;
const NARROWEST_DIALOGUE = 40;

/** @returns the whole report, lines ended by `\n` */
export function presentReportOnTerminal(
  report: Report,
  terminal: Terminal,
  options: { readonly transcript: boolean },
): string {
  const parts = [
    headline(report, terminal),
    servers(report, terminal),
    listed('Why', aboutServers(report, report.verdict.reasons), terminal),
    presentPoliciesOnTerminal(report, terminal),
    presentSendersOnTerminal(report, terminal),
    advice(report, terminal),
    options.transcript ? transcripts(report, terminal) : '',
    footer(report, terminal),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** @returns the report in one line: icon, domain, word, and the weightiest reason; no line end */
export function presentReportLine(report: Report, terminal: Terminal): string {
  const { tone } = terminalStyle(terminal);
  const look = verdictLook(report.verdict);
  const reason = report.verdict.reasons[0]?.text ?? report.verdict.sentence;
  return `${tone(look.tone, `${look.icon} ${wordDomain(report)}: ${look.word}.`)} ${reason}`;
}

function headline(report: Report, terminal: Terminal): string {
  const { tone, faint } = terminalStyle(terminal);
  const look = verdictLook(report.verdict);
  const lines = [
    wrap(tone(look.tone, `${look.icon} ${wordDomain(report)}: ${look.word}`), terminal),
    wrap(report.verdict.sentence, terminal),
  ];
  if (report.expected !== null) lines.push(wrap(`Not probed. ${wordExpected(report.expected)}`, terminal));
  if (report.provisional) {
    lines.push(
      wrap(faint('Provisional: a second look is due after a minute (--confirm waits for it).'), terminal),
    );
  }
  return lines.join('\n');
}

/** What holds for several servers alike is said of the first, and of which others. */
function aboutServers(report: Report, said: readonly { readonly text: string }[]): readonly string[] {
  const texts = said.map(({ text }) => text);
  return alikeTexts(texts, subjectsOf(report)).map(({ text, others }) =>
    others.length === 0 ? text : `${text} The same goes for ${others.join(', ')}.`,
  );
}

function servers(report: Report, terminal: Terminal): string {
  if (report.mailServers.length === 0) return '';
  return serverTable(report, terminal) ?? serverList(report, terminal);
}

function serverTable(report: Report, terminal: Terminal): string | null {
  const { heading } = terminalStyle(terminal);
  const rows = report.mailServers.flatMap((server) => serverRows(server, terminal));
  const filled = [...COLUMNS.keys()].filter((column) => rows.some((row) => row[column] !== ''));
  const titled = [COLUMNS.map(({ title }) => heading(title)), ...rows];
  return presentTable(
    titled.map((row) => filled.map((column) => row[column] ?? '')),
    filled.map((column) => COLUMNS[column]?.readable ?? 0),
    terminal,
  );
}

function serverRows(server: ReportServer, terminal: Terminal): string[][] {
  const name = [`${server.preference} ${server.host}`, server.provider ?? ''].filter(Boolean).join('\n');
  if (server.addresses.length === 0) return [[name, '', shown(addressLack(server), terminal), '', '']];
  return server.addresses.map((address, index) => [
    index === 0 ? name : '',
    address.ip,
    outcome(address, terminal),
    protection(address),
    certificate(address),
  ]);
}

function serverList(report: Report, terminal: Terminal): string {
  return report.mailServers
    .map((server) => {
      const lines = [
        `${server.preference} ${server.host}${server.provider === null ? '' : ` (${server.provider})`}`,
      ];
      if (server.addresses.length === 0)
        lines.push(indent(shown(addressLack(server), terminal), 2, terminal));
      for (const address of server.addresses) {
        lines.push(`  ${address.ip}`, `    ${outcome(address, terminal)}`);
        const sent = certificate(address);
        // No heading says here what is in order.
        for (const text of [protection(address), sent === '' ? '' : `certificate: ${sent}`]) {
          for (const line of text.split('\n').filter(Boolean)) lines.push(indent(line, 4, terminal));
        }
      }
      return lines.join('\n');
    })
    .join('\n');
}

/** TLS that most senders no longer speak is no tick beside an answer that has none. */
function outcome({ outcome: code, tls }: ReportAddress, terminal: Terminal): string {
  return shown(tls?.legacyOnly === true ? OUTDATED : OUTCOME_LOOKS[code], terminal);
}

function shown({ icon, word, tone }: Look, terminal: Terminal): string {
  return terminalStyle(terminal).tone(tone, `${icon} ${word}`);
}

/** Empty where there is none: why is told below the servers. */
function protection({ tls }: ReportAddress): string {
  if (tls === null) return '';
  const group = tls.group === null ? '' : `, ${tls.group}`;
  return `${wordTlsVersion(tls.version)}, ${tls.grade}\n${tls.cipher}${group}`;
}

function certificate({ certificate: sent }: ReportAddress): string {
  if (sent === null) return '';
  const fault =
    sent.faults.length === 0
      ? 'in order'
      : sent.faults.map((fault) => CERTIFICATE_FAULTS[fault] ?? fault).join(', ');
  return `${fault}\n${sent.key}, until ${sent.notAfter.slice(0, 10)}`;
}

function advice(report: Report, terminal: Terminal): string {
  const of = (audience: 'sender' | 'receiver'): readonly string[] =>
    aboutServers(
      report,
      report.verdict.advice.filter((entry) => entry.audience === audience),
    );
  return [
    listed('What you can do', of('sender'), terminal),
    listed(`What ${report.displayDomain} can do`, of('receiver'), terminal),
  ]
    .filter((part) => part !== '')
    .join('\n\n');
}

function transcripts(report: Report, terminal: Terminal): string {
  const { heading, faint } = terminalStyle(terminal);
  const dialogues = report.mailServers.flatMap((server) =>
    server.addresses
      .filter(({ transcript }) => transcript.length > 0)
      .map((address) =>
        [
          wrap(heading(`Dialogue with ${server.host} [${address.ip}]`), terminal),
          ...dialogueOf(address.transcript).map((line) => dialogueLine(line, terminal)),
        ].join('\n'),
      ),
  );
  return dialogues.length === 0 ? '' : [wrap(faint(DIALOGUE_MARKS), terminal), ...dialogues].join('\n\n');
}

/** What goes on below a line stands under its text, so that no server can write in our columns. */
function dialogueLine({ time, text }: DialogueLine, terminal: Terminal): string {
  if (text === '') return '';
  const { faint } = terminalStyle(terminal);
  const [first = '', ...rest] = wrapAnsi(text, Math.max(NARROWEST_DIALOGUE, terminal.columns - MARGIN), {
    hard: true,
    trim: false,
  }).split('\n');
  const dress = text.startsWith('(') ? faint : (plain: string): string => plain;
  return [
    `${faint(time)} ${dress(first)}`,
    ...rest.map((line) => `${' '.repeat(MARGIN)}${dress(line)}`),
  ].join('\n');
}

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? '' : 's'}`;

/** A family that has no addresses is not spoken of. */
function addressCoverage({ verdict: { coverage } }: Report): string {
  const families = [
    ['IPv4 address', coverage.ipv4],
    ['IPv6 address', coverage.ipv6],
  ] as const;
  const there = families.filter(([, { total }]) => total > 0);
  return there
    .map(([noun, { tested, total }]) => `, ${tested} of ${total} ${noun}${total === 1 ? '' : 'es'}`)
    .join('');
}

function footer(report: Report, terminal: Terminal): string {
  const { faint } = terminalStyle(terminal);
  const { hosts } = report.verdict.coverage;
  const seconds = (report.tookMs / 1000).toFixed(1);
  const tested = `Tested ${hosts.tested} of ${counted(hosts.total, 'server')}${addressCoverage(report)}.`;
  return [
    ...(hosts.total === 0 ? [] : [tested]),
    `Checked ${report.checkedAt.slice(0, 19)}Z in ${seconds} s.`,
    BEYOND_TRANSPORT,
  ]
    .map((line) => wrap(faint(line), terminal))
    .join('\n');
}
