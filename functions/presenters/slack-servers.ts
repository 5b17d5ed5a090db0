/** The mail servers as a table: a row an address, a column a stage of the session, in words. */
import type { TableBlock } from '@slack/types';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { ADDRESS_LACKS } from './address-lack.ts';
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
/** Rows of the table in its fuller and briefer forms; Slack takes 100, and nobody reads them. */
const ROWS = [24, 20, 16, 12, 9, 6, 4, 2];

interface Row {
  readonly texts: readonly string[];
  /** What the address came to, which is said of rows that are left out. */
  readonly word: string;
  readonly tone: Tone;
}

/** Rows that are in order are left out before those that are not. */
const LEFT_OUT_LAST: Readonly<Record<Tone, number>> = { bad: 0, fair: 1, unknown: 2, quiet: 3, good: 4 };

/** @param more where the rows are that are left out, a sentence */
export function serversPart(report: Report, evidence: DomainEvidence, more: string): Part {
  const rows = report.mailServers.flatMap((server) => serverRows(server, evidence));
  const sizes = [rows.length, ...ROWS.filter((size) => size < rows.length)].filter((size) => size <= 24);
  const forms = sizes.map((size) => form(rows, size, more));
  return { importance: 1, forms: rows.length === 0 ? [[]] : [...forms, leftOut(rows, more)] };
}

function form(rows: readonly Row[], size: number, more: string): Part['forms'][number] {
  const weightiest = rows.toSorted((a, b) => LEFT_OUT_LAST[a.tone] - LEFT_OUT_LAST[b.tone]).slice(0, size);
  const shown = rows.filter((row) => weightiest.includes(row));
  const table: TableBlock = {
    type: 'table',
    column_settings: HEADINGS.map(() => ({ is_wrapped: true })),
    rows: [HEADINGS, ...shown.map(({ texts }) => texts)].map((texts) => texts.map((text) => cell(text))),
  };
  return [
    table,
    ...leftOut(
      rows.filter((row) => !shown.includes(row)),
      more,
    ),
  ];
}

/** Counts the rows that are not shown, by what they came to. */
function leftOut(rows: readonly Row[], more: string): Part['forms'][number] {
  if (rows.length === 0) return [];
  const counts = [...Map.groupBy(rows, ({ word }) => word)].map(([word, { length }]) => `${length} ${word}`);
  return [richText(section(faint(`And ${rows.length} more addresses: ${counts.join(', ')}. ${more}`)))];
}

const lacking = (name: string, word: string, tone: Tone): Row => ({
  texts: [name, `? ${word}`, ...HEADINGS.slice(2).map(() => NOTHING)],
  word,
  tone,
});

function serverRows(server: ReportServer, evidence: DomainEvidence): readonly Row[] {
  const host = evidence.hosts.find(({ exchanger }) => exchanger.host === server.host);
  if (server.addresses.length === 0)
    return [lacking(server.host, ADDRESS_LACKS[server.dns.status], 'unknown')];
  return server.addresses.map((address) => {
    const { word, tone } = OUTCOME_LOOKS[address.outcome];
    const name = `${server.host} [${address.ip}]`;
    const stages = host === undefined ? null : stagesOf(server, address, host);
    return stages === null
      ? lacking(name, word, tone)
      : { texts: [name, ...stageWords(stages, address)], word, tone };
  });
}

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
