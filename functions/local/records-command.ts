/** `mailtls records`: what a domain would have to publish to close its gaps, in the order in which it is safe. */
import { createCheckTools } from '../check-tools.ts';
import type { Settings } from '../environment.ts';
import { verdictLook } from '../presenters/answer-look.ts';
import { wordDomain, wordQuestionMistake } from '../presenters/question-wording.ts';
import type { RecordsReport } from '../presenters/records-schema.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import type { Console } from './console.ts';
import { exitStatus, INTERRUPTED, NO_SUCH_DOMAIN, NOT_TESTED, WRONG_USAGE } from './exit-status.ts';
import { checkHere } from './local-check.ts';
import { openCommand } from './opened-command.ts';
import { ownSettings } from './own-settings.ts';
import { createProgress } from './progress.ts';

const HELP = `mailtls records: what to publish, so that nobody can switch encryption off?

  mailtls records vendor.com         what is missing or wrong, in the order to
                                     roll it out: a TLS reporting record, an
                                     MTA-STS policy and record, TLSA records
                                     for the keys its servers show
  mailtls records --json vendor.com  the same for a program

Either of MTA-STS and DANE will do: where one is in order, the other is only
suggested, below the rest, and does not count for the exit status.

  --json             the steps as JSON (mailtls.records/1)
  --confirm          take the second look, after a minute, that a refusal or
                     a bare "no" calls for, first

Exit status: 0 nothing to do, 1 something is, 2 not enough could be seen,
3 takes no mail, 4 undeliverable or no such domain, 64 wrong usage, 130
interrupted.
`;

const COMMAND = {
  name: 'records',
  help: HELP,
  options: {
    json: { type: 'boolean' },
    confirm: { type: 'boolean' },
  },
} as const;
const SOMETHING_TO_DO = 1;

/** @returns the exit status */
export async function recordsCommand(args: readonly string[], console: Console): Promise<number> {
  const opened = openCommand(COMMAND, args, console);
  if (typeof opened === 'number') return opened;
  const { values, positionals, wrong } = opened;
  const [asked] = positionals;
  if (asked === undefined || positionals.length > 1) {
    return wrong('It takes one domain. Try: mailtls records vendor.com');
  }
  const read = parseQuestion(asked);
  if (!read.ok) return wrong(wordQuestionMistake(read));
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  return showRecords(read.question, console, settings, {
    json: values.json === true,
    confirm: values.confirm === true,
  });
}

async function showRecords(
  question: Question,
  console: Console,
  settings: Settings,
  options: { readonly json: boolean; readonly confirm: boolean },
): Promise<number> {
  const { evidence, judgement } = await look(question, console, settings, options.confirm);
  if (console.interrupted.aborted) {
    console.error('mailtls records: interrupted; nothing was found out.\n');
    return INTERRUPTED;
  }
  const [
    { presentReport },
    { recordsQuestion },
    { recordSteps, waitsForALook },
    { presentRecords, WITHOUT_RECORDS },
  ] = await Promise.all([
    import('../presenters/report.ts'),
    import('../presenters/records-question.ts'),
    import('../presenters/records.ts'),
    import('../presenters/records-text.ts'),
  ]);
  const presented = presentReport(question, evidence, judgement, settings.MAILTLS_SENDER);
  if (judgement.outcome !== 'assessed' || presented.outcome !== 'report') {
    if (presented.outcome !== 'report') console.error(`mailtls records: ${presented.sentence}\n`);
    return NO_SUCH_DOMAIN;
  }
  const { answer, sentence } = presented.report.verdict;
  if (answer === 'no-mail' || answer === 'undeliverable') {
    console.error(`mailtls records: ${WITHOUT_RECORDS[answer](question.displayDomain)}\n`);
    return exitStatus(answer, null);
  }
  if (evidence.hosts.length === 0) {
    console.error(`mailtls records: ${sentence}\n`);
    return exitStatus(answer, null);
  }
  const { mailServers } = judgement.assessment;
  const checkedAt = evidence.observedAt;
  const asked = recordsQuestion(evidence, mailServers, judgement.policies, new Date(checkedAt));
  const { steps, suggested } = recordSteps(asked);
  if (options.json) {
    const { domain } = question;
    const records: RecordsReport = {
      schema: 'mailtls.records/1',
      domain,
      checkedAt,
      answer,
      steps: [...steps],
      suggested: suggested === null ? null : { about: suggested.about, steps: [...suggested.steps] },
    };
    console.out(`${JSON.stringify(records)}\n`);
  } else {
    const now = verdictLook(judgement.assessment).word;
    console.out(`${wordDomain(question)}: ${now} (checked ${checkedAt.slice(0, 19)}Z)\n\n`);
    console.out(presentRecords({ steps, suggested }, console));
  }
  const toDo = steps.filter(({ step }) => step !== 'nothing');
  if (toDo.length === 0) return 0;
  return toDo.every(waitsForALook) ? NOT_TESTED : SOMETHING_TO_DO;
}

async function look(question: Question, console: Console, settings: Settings, confirm: boolean) {
  const progress = createProgress(console, `Checking ${question.displayDomain}`);
  const owned = createCheckTools(settings);
  const tools = {
    ...owned,
    progress: (step: Parameters<Awaited<typeof progress>['step']>[0]): void =>
      void progress.then((shown) => shown.step(step)),
  };
  try {
    return await checkHere(question.domain, { settings, tools, confirm, interrupted: console.interrupted });
  } finally {
    (await progress).end();
    owned.close();
  }
}
