/** `mailtls check`: one domain in full, or a list with a line each. */
import type { Settings } from '../environment.ts';
import { wordQuestionMistake, wordUnderstanding } from '../presenters/question-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { openAsking } from './asking.ts';
import type { Answer, Asking } from './check-answer.ts';
import { CHECK_HELP, readCheckArguments } from './check-arguments.ts';
import type { CheckArguments } from './check-arguments.ts';
import type { Console } from './console.ts';
import { exitStatus, INTERRUPTED, worstStatus, WRONG_USAGE } from './exit-status.ts';
import { loadedLate } from './loaded-late.ts';
import { ownSettings } from './own-settings.ts';
import { createProgress } from './progress.ts';
import { workThrough } from './work-list.ts';

/** @returns the exit status */
export async function checkCommand(args: readonly string[], console: Console): Promise<number> {
  const read = readCheckArguments(args);
  if (read.outcome === 'help') {
    console.out(CHECK_HELP);
    return 0;
  }
  if (read.outcome === 'mistake') {
    console.error(`mailtls check: ${read.sentence}\n`);
    return WRONG_USAGE;
  }
  const settings = ownSettings(console);
  if (settings === null) return WRONG_USAGE;
  const asking = await openAsking(read.check, settings, console.interrupted);
  if (typeof asking === 'string') {
    console.error(`mailtls check: ${asking}\n`);
    return WRONG_USAGE;
  }
  try {
    return await checkAll({ check: read.check, console, settings, ask: asking.ask });
  } finally {
    asking.close();
  }
}

interface Run {
  readonly check: CheckArguments;
  readonly console: Console;
  readonly settings: Settings;
  readonly ask: Asking['ask'];
}

const checkAll = (run: Run): Promise<number> =>
  run.check.asked.length === 1 ? checkOne(run) : checkList(run);

async function checkOne(run: Run): Promise<number> {
  const { check, console } = run;
  const read = parseQuestion(check.asked[0] ?? '');
  if (!read.ok) {
    console.error(`mailtls check: ${wordQuestionMistake(read)}\n`);
    return WRONG_USAGE;
  }
  const progress = createProgress(console, `Checking ${read.question.displayDomain}`);
  const answer = await run.ask(read.question, (step) => {
    void progress.then((shown) => shown.step(step));
    if (step.step === 'addresses' && !check.json) void loadTerminal();
  });
  (await progress).end();
  if (console.interrupted.aborted) return interrupted(console, 0, 1);
  if (answer.outcome === 'no-report') {
    console.error(`mailtls check: ${answer.sentence}\n`);
    return answer.status;
  }
  console.out(check.json ? `${await asJson(answer, check)}\n` : await asText(read.question, answer, run));
  const status = exitStatus(answer.report.verdict.answer, check.required);
  // A tick above an exit status that is not 0 would puzzle whoever reads a log.
  if (check.required !== null && status !== 0) {
    console.error(
      `mailtls check: ${answer.report.displayDomain} does not meet --require ${check.required}.\n`,
    );
  }
  return status;
}

type Answered = Extract<Answer, { outcome: 'report' }>;

async function asText(question: Question, { report, today }: Answered, run: Run): Promise<string> {
  const { presentReportOnTerminal } = await loadTerminal();
  const understood = wordUnderstanding(question);
  const supposed = today === null ? null : (await loadWhatIf()).wordSupposed(run.check.whatIf, today);
  const before = [understood, supposed].filter((line) => line !== null).map((line) => `${line}\n\n`);
  const shown = presentReportOnTerminal(report, run.console, { transcript: run.check.transcript });
  return `${before.join('')}${shown}`;
}

async function asJson({ report, today }: Answered, { whatIf }: CheckArguments): Promise<string> {
  if (today === null) return JSON.stringify(report);
  const { presentWhatIf } = await loadWhatIf();
  return JSON.stringify(presentWhatIf(whatIf, today, report));
}

async function checkList(run: Run): Promise<number> {
  const { check, console, settings } = run;
  const statuses = new Set<number>();
  const progress = await createProgress(console, 'Checking', check.asked.length);
  let done = 0;
  await workThrough(check.asked, settings.MAILTLS_DOMAINS_AT_ONCE, console.interrupted, async (asked) => {
    const { status, line } = await lineFor(asked, run);
    if (console.interrupted.aborted) return;
    statuses.add(status);
    progress.line(line);
    done += 1;
  });
  progress.end();
  if (console.interrupted.aborted) return interrupted(console, done, check.asked.length);
  return worstStatus(statuses);
}

interface Line {
  readonly status: number;
  /** Where it goes and what it says; an error is one too, so that no entry of a list is lost. */
  readonly line: { readonly to: 'out' | 'error'; readonly text: string };
}

async function lineFor(asked: string, run: Run): Promise<Line> {
  const { check } = run;
  const read = parseQuestion(asked);
  if (!read.ok) {
    const text = `${JSON.stringify(read.asked)}: ${wordQuestionMistake(read)}`;
    return { status: WRONG_USAGE, line: { to: 'error', text } };
  }
  const answer = await run.ask(read.question, () => {});
  if (answer.outcome === 'no-report') {
    const text = `${read.question.displayDomain}: ${answer.sentence}`;
    return { status: answer.status, line: { to: 'error', text } };
  }
  const text = check.json ? await asJson(answer, check) : await asLine(answer, run);
  return { status: exitStatus(answer.report.verdict.answer, check.required), line: { to: 'out', text } };
}

async function asLine({ report, today }: Answered, { check, console }: Run): Promise<string> {
  const { presentReportLine } = await loadTerminal();
  const line = presentReportLine(report, console);
  return today === null ? line : `${line} ${(await loadWhatIf()).wordSupposed(check.whatIf, today)}`;
}

const loadTerminal = loadedLate(() => import('../presenters/report-terminal.ts'));
const loadWhatIf = () => import('../presenters/what-if.ts');

function interrupted(console: Console, done: number, all: number): number {
  console.error(`mailtls check: interrupted; ${done} of ${all} done, the rest was not checked.\n`);
  return INTERRUPTED;
}
