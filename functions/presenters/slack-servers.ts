/** The mail servers as a table: a row an address, a column a stage of the session, in words. */
import type { TableBlock } from '@slack/types';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { addressLack } from './address-lack.ts';
import { OUTCOME_LOOKS } from './answer-look.ts';
import type { Look, Tone } from './answer-look.ts';
import { stagesOf } from './page-stages.ts';
import type { Report, ReportAddress, ReportServer } from './report-schema.ts';
import { richText } from './slack-blocks.ts';
import type { Part } from './slack-budget.ts';
import { cell, faint, section } from './slack-text.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

const HEADINGS = ['Mail server', 'Answers', 'Offers encryption', 'Encrypts', 'Certificate', 'Policy'];
const NOTHING = '–';
/** Rows of the table in its fuller and briefer forms. Slack takes 100; a person reads a screen. */
const ROWS = [10, 7, 5, 3, 2];

interface Row {
  readonly texts: readonly string[];
  /** What the addresses came to, which is said of rows that are left out. */
  readonly word: string;
  readonly addresses: number;
  readonly weight: number;
}

/** What is wrong or doubtful is left out last. */
const WEIGHTS: Readonly<Record<Tone, number>> = { bad: 0, fair: 1, unknown: 2, good: 3, quiet: 4 };
/** An address that was not asked has nothing to show. */
const NOT_ASKED = 5;

/** @param more where the rows are that are left out, a sentence */
export function serversPart(report: Report, evidence: DomainEvidence, more: string): Part {
  const rows = report.mailServers.flatMap((server) => serverRows(server, evidence));
  if (rows.length === 0) return { importance: 1, forms: [[]] };
  const [most = 0] = ROWS;
  const sizes = [Math.min(rows.length, most), ...ROWS.filter((size) => size < Math.min(rows.length, most))];
  return { importance: 1, forms: [...sizes.map((size) => form(rows, size, more)), leftOut(rows, more)] };
}

function form(rows: readonly Row[], size: number, more: string): Part['forms'][number] {
  const weightiest = new Set(rows.toSorted((a, b) => a.weight - b.weight).slice(0, size));
  const shown = rows.filter((row) => weightiest.has(row));
  const table: TableBlock = {
    type: 'table',
    column_settings: HEADINGS.map(() => ({ is_wrapped: true })),
    rows: [HEADINGS, ...shown.map(({ texts }) => texts)].map((texts) => texts.map((text) => cell(text))),
  };
  return [
    table,
    ...leftOut(
      rows.filter((row) => !weightiest.has(row)),
      more,
    ),
  ];
}

/** Counts the addresses that are not shown, by what they came to. */
function leftOut(rows: readonly Row[], more: string): Part['forms'][number] {
  if (rows.length === 0) return [];
  const counted = (of: readonly Row[]): number => of.reduce((sum, { addresses }) => sum + addresses, 0);
  const counts = [...Map.groupBy(rows, ({ word }) => word)].map(([word, of]) => `${counted(of)} ${word}`);
  const count = counted(rows);
  const what = `And ${count} more ${count === 1 ? 'address' : 'addresses'}: ${counts.join(', ')}.`;
  return [richText(section(faint(`${what} ${more}`)))];
}

/** The addresses of a server, those of which the same is to be said in one row. */
function serverRows(server: ReportServer, evidence: DomainEvidence): readonly Row[] {
  const host = evidence.hosts.find(({ exchanger }) => exchanger.host === server.host);
  if (server.addresses.length === 0) {
    const look = addressLack(server);
    const weight = WEIGHTS[look.tone];
    return [{ texts: [server.host, ...lacking(look)], word: look.word, addresses: 1, weight }];
  }
  const stages = (address: ReportAddress): readonly string[] => {
    const looks = host === undefined ? null : stagesOf(server, address, host);
    return looks === null ? lacking(OUTCOME_LOOKS[address.outcome]) : stageWords(looks, address);
  };
  const alike = Map.groupBy(server.addresses, (address) => `${address.outcome} ${stages(address).join('|')}`);
  return [...alike.values()].flatMap((addresses) => {
    const [first] = addresses;
    if (first === undefined) return [];
    const { word, tone } = OUTCOME_LOOKS[first.outcome];
    const name = `${server.host} ${wordAddresses(addresses)}`;
    const weight = first.outcome === 'not-tested' ? NOT_ASKED : WEIGHTS[tone];
    return [{ texts: [name, ...stages(first)], word, addresses: addresses.length, weight }];
  });
}

const wordAddresses = (addresses: readonly ReportAddress[]): string =>
  addresses.length > 2
    ? `(${addresses.length} addresses)`
    : `[${addresses.map(({ ip }) => ip).join('], [')}]`;

const lacking = ({ icon, word }: Look): readonly string[] => [
  `${icon} ${word}`,
  ...HEADINGS.slice(2).map(() => NOTHING),
];

/** The stages of a session, its times left to the details: whether it answered, offered, encrypted. */
function stageWords(stages: readonly Look[], { tls }: ReportAddress): readonly string[] {
  const [connect, greeting, starttls, handshake, certificate, policy] = stages;
  const answers = connect?.tone === 'good' ? greeting : connect;
  const version = tls === null ? 'yes' : wordTlsVersion(tls.version);
  return [
    said(answers, 'yes'),
    said(starttls, 'yes'),
    said(handshake, version),
    said(certificate),
    said(policy),
  ];
}

/** @param passed what is said where all is well */
function said(look: Look | undefined, passed?: string): string {
  if (look === undefined || look.word === '') return look?.icon ?? NOTHING;
  return `${look.icon} ${look.tone === 'good' && passed !== undefined ? passed : look.word}`;
}
