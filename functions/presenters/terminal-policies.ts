/** What the domain publishes, and what becomes of each sender's mail, on a terminal. */
import { SENDER_LOOKS } from './answer-look.ts';
import { alike, policyStates, sendersOursFirst } from './policy-summary.ts';
import type { Report } from './report-schema.ts';
import { terminalStyle } from './terminal-style.ts';
import type { Terminal } from './terminal-style.ts';
import { presentTable } from './terminal-table.ts';
import { listed } from './terminal-text.ts';

/** How narrow sender, outcome and reason may become. */
const READABLE_COLUMNS = [26, 24, 40];

/** @returns a line for each kind of policy; empty where the domain surely publishes none */
export function presentPoliciesOnTerminal(
  report: Pick<Report, 'displayDomain' | 'policy'> & {
    readonly verdict: Pick<Report['verdict'], 'answer'>;
  },
  terminal: Terminal,
): string {
  if (report.verdict.answer === 'no-mail' || !publishes(report)) return '';
  const texts = policyStates(report.policy).map(({ name, state }) => `${name}: ${state}`);
  return listed(`What ${report.displayDomain} publishes`, texts, terminal);
}

/** @returns every sender where a policy tells them apart; without one at least ours, when it is known */
export function presentSendersOnTerminal(
  report: Pick<Report, 'policy' | 'senders' | 'ours'>,
  terminal: Terminal,
): string {
  const { ours } = report;
  const shown = publishes(report) ? report.senders : [];
  const senders = sendersOursFirst(shown, ours);
  if (senders.length === 0) return '';
  const { heading, tone } = terminalStyle(terminal);
  const rows = alike(senders, ours).map(({ names, outcome, because }) => {
    const look = SENDER_LOOKS[outcome];
    return [names.join('; '), tone(look.tone, `${look.icon} ${look.word}`), because] as const;
  });
  const titled = [['What senders do', 'Outcome', 'Because'].map(heading), ...rows];
  const table = presentTable(titled, READABLE_COLUMNS, terminal);
  if (table !== null) return table;
  const texts = rows.map(([names, outcome, because]) => `${names}: ${outcome}, because ${because}`);
  return listed('What senders do', texts, terminal);
}

/** What could not be looked up may be there, and is told. */
const publishes = ({ policy: { mtaSts, dane, tlsReporting } }: Pick<Report, 'policy'>): boolean =>
  [mtaSts, dane, tlsReporting].some(({ status }) => status !== 'none');
