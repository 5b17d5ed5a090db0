/** `mailtls export`: rules that a sender can enforce today for a list of domains, as its mail server reads them. */
import type { ExportRule } from '../presenters/export.ts';
import { wordQuestionMistake } from '../presenters/question-wording.ts';
import type { Report } from '../presenters/report-schema.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { openAsking } from './asking.ts';
import type { Asking } from './check-answer.ts';
import type { Console } from './console.ts';
import { gatherDomains } from './domain-file.ts';
import { INTERRUPTED, worstStatus, WRONG_USAGE } from './exit-status.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';
import { createProgress } from './progress.ts';
import { workThrough } from './work-list.ts';

const HELP = `mailtls export: where can our own mail server insist on encryption, today?

  mailtls export --postfix --file vendors.txt > tls_policy
                                     a table for smtp_tls_policy_maps
  mailtls export --exchange --file vendors.txt
                                     connectors of Exchange Online
  mailtls export --exchange-server vendor.com
                                     send connectors of Exchange Server

Each rule stands below the date of its evidence. A domain for which a rule
would stop mail, or for which that is not known, is left out, with the reason.
Rules are printed when all domains are done: half a list never looks whole.

  --postfix, --exchange, --exchange-server
                     one of them: whose rules
  --file FILE        domains, one a line; "-" is standard input
  --confirm          take the second looks that are due, after a minute, first
  --via URL          ask a mailtls service, where port 25 is blocked from
                     here; MAILTLS_VIA_TOKEN holds its token

Exit status: 0 a rule for every domain, 1 some left out, 2 some could not be
asked, 4 no such domain, 64 wrong usage or no domain, 130 interrupted; of
several the worst, in the order 1, 4, 2, 64, 0.
`;

const COMMAND = {
  name: 'export',
  help: HELP,
  options: {
    postfix: { type: 'boolean' },
    exchange: { type: 'boolean' },
    'exchange-server': { type: 'boolean' },
    file: { type: 'string', multiple: true },
    confirm: { type: 'boolean' },
    via: { type: 'string' },
  },
} as const;
const FORMS = ['postfix', 'exchange', 'exchange-server'] as const;
const LEFT_OUT = 1;

/** @returns the exit status */
export async function exportCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand(COMMAND, args, console);
  if (typeof opened === 'number') return opened;
  const { values, positionals, wrong } = opened;
  const forms = FORMS.filter((name) => values[name] === true);
  const [form] = forms;
  if (form === undefined || forms.length > 1) {
    return wrong('It takes one of --postfix, --exchange and --exchange-server.');
  }
  const asked = gatherDomains(positionals, values.file ?? [], 'mailtls export --postfix --file vendors.txt');
  if (typeof asked === 'string') return wrong(asked);
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const options = { via: values.via ?? null, confirm: values.confirm === true, whatIf: [] };
  const asking = await openAsking(options, settings, console.interrupted);
  if (typeof asking === 'string') return wrong(asking);
  try {
    const { status, reports } = await askAll(asked, asking, console, settings.MAILTLS_DOMAINS_AT_ONCE);
    if (console.interrupted.aborted) {
      console.error('mailtls export: interrupted; no rules were printed.\n');
      return INTERRUPTED;
    }
    const { exportDomain, exportRules } = await import('../presenters/export.ts');
    const rules = exportRules(reports.map(exportDomain));
    if (rules.length > 0) console.out(await inForm(form, rules));
    return worstStatus([status, ...rules.map(({ level }) => (level === null ? LEFT_OUT : 0))]);
  } finally {
    asking.close();
  }
}

async function inForm(form: (typeof FORMS)[number], rules: readonly ExportRule[]): Promise<string> {
  const { presentExchange, presentPostfix } = await import('../presenters/export.ts');
  if (form === 'postfix') return presentPostfix(rules);
  return presentExchange(rules, form === 'exchange' ? 'online' : 'server');
}

/** Asks about every domain once, however often the list names it. What is not answered is said. */
async function askAll(
  asked: readonly string[],
  { ask }: Asking,
  console: Console,
  atOnce: number,
): Promise<{ readonly status: number; readonly reports: readonly Report[] }> {
  const statuses = new Set<number>();
  const questions = new Map<string, Question>();
  const progress = await createProgress(console, 'Checking', asked.length);
  const said = (text: string, status: number): void => {
    progress.line({ to: 'error', text });
    statuses.add(status);
  };
  for (const text of asked) {
    const read = parseQuestion(text);
    if (read.ok) questions.set(read.question.domain, read.question);
    else said(`${JSON.stringify(read.asked)}: ${wordQuestionMistake(read)}`, WRONG_USAGE);
  }
  const reports = new Map<string, Report>();
  await workThrough([...questions.values()], atOnce, console.interrupted, async (question) => {
    const answer = await ask(question, () => {});
    if (console.interrupted.aborted) return;
    if (answer.outcome === 'report') {
      reports.set(question.domain, answer.report);
      progress.done();
    } else said(`${question.displayDomain}: ${answer.sentence}`, answer.status);
  });
  progress.end();
  // In the order of the list, so that two runs differ only where something changed.
  const inOrder = [...questions.keys()].flatMap((domain) => reports.get(domain) ?? []);
  return { status: worstStatus(statuses), reports: inOrder };
}
