/** `mailtls check`: one domain in full, or a list with a line each. */
import { setTimeout as wait } from 'node:timers/promises';
import { checkDomain, lookAgain } from '../check-domain.ts';
import type { CheckStep } from '../check-domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { OwnedCheckTools } from '../check-tools.ts';
import { assessDomain } from '../assessment/domain.ts';
import { readSettings } from '../environment.ts';
import type { Settings } from '../environment.ts';
import { wordQuestionMistake, wordUnderstanding } from '../presenters/question-wording.ts';
import { presentReport } from '../presenters/report.ts';
import type { Report } from '../presenters/report-schema.ts';
import { presentReportLine, presentReportOnTerminal } from '../presenters/report-terminal.ts';
import { wordSettingMistake } from '../presenters/setting-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { CHECK_HELP, readCheckArguments } from './check-arguments.ts';
import type { CheckArguments } from './check-arguments.ts';
import type { Console } from './console.ts';
import { exitStatus, INTERRUPTED, NO_SUCH_DOMAIN, worstStatus, WRONG_USAGE } from './exit-status.ts';
import { createProgress } from './progress.ts';

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
  const environment = readSettings(console.environment);
  if (!environment.ok) {
    for (const mistake of environment.mistakes) console.error(`mailtls: ${wordSettingMistake(mistake)}\n`);
    return WRONG_USAGE;
  }
  const tools = createCheckTools(environment.settings);
  try {
    const run = { check: read.check, console, settings: environment.settings, tools };
    return read.check.asked.length === 1 ? await checkOne(run) : await checkList(run);
  } finally {
    tools.close();
  }
}

interface Run {
  readonly check: CheckArguments;
  readonly console: Console;
  readonly settings: Settings;
  readonly tools: OwnedCheckTools;
}

async function checkOne(run: Run): Promise<number> {
  const { check, console } = run;
  const read = parseQuestion(check.asked[0] ?? '');
  if (!read.ok) {
    console.error(`mailtls check: ${wordQuestionMistake(read)}\n`);
    return WRONG_USAGE;
  }
  const progress = createProgress(console, `Checking ${read.question.displayDomain}`);
  const answer = await ask(read.question, run, progress.step);
  progress.end();
  if (console.interrupted.aborted) return interrupted(console, 0, 1);
  const understood = wordUnderstanding(read.question);
  if (answer.outcome === 'no-such-domain') {
    console.error(`mailtls check: ${answer.sentence}\n`);
    return NO_SUCH_DOMAIN;
  }
  if (check.json) {
    console.out(`${JSON.stringify(answer.report)}\n`);
  } else {
    if (understood !== null) console.out(`${understood}\n\n`);
    console.out(presentReportOnTerminal(answer.report, console, { transcript: check.transcript }));
  }
  return exitStatus(answer.report.verdict.answer, check.required);
}

async function checkList(run: Run): Promise<number> {
  const { check, console, settings } = run;
  const statuses = new Set<number>();
  const progress = createProgress(console, 'Checking', check.asked.length);
  const queue = check.asked.values();
  let done = 0;
  const work = async (): Promise<void> => {
    for (const asked of queue) {
      if (console.interrupted.aborted) return;
      const { status, line } = await lineFor(asked, run);
      if (console.interrupted.aborted) return;
      statuses.add(status);
      progress.line(line);
      done += 1;
    }
  };
  await Promise.all(Array.from({ length: settings.MAILTLS_DOMAINS_AT_ONCE }, work));
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
  const { check, console } = run;
  const read = parseQuestion(asked);
  if (!read.ok) {
    const text = `${JSON.stringify(read.asked)}: ${wordQuestionMistake(read)}`;
    return { status: WRONG_USAGE, line: { to: 'error', text } };
  }
  const answer = await ask(read.question, run, () => {});
  if (answer.outcome === 'no-such-domain') {
    return { status: NO_SUCH_DOMAIN, line: { to: 'error', text: answer.sentence } };
  }
  const text = check.json ? JSON.stringify(answer.report) : presentReportLine(answer.report, console);
  return {
    status: exitStatus(answer.report.verdict.answer, check.required),
    line: { to: 'out', text },
  };
}

type Asked =
  | { readonly outcome: 'report'; readonly report: Report }
  | { readonly outcome: 'no-such-domain'; readonly sentence: string };

/** One domain through the pipeline, with the second look where that is wanted and due. */
async function ask(question: Question, run: Run, progress: (step: CheckStep) => void): Promise<Asked> {
  const { settings, console } = run;
  const tools = { ...run.tools, progress };
  const bounded = <T>(check: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(settings.MAILTLS_DEADLINE_MS, console.interrupted, check);

  let evidence = await bounded((signal) => checkDomain(question.domain, tools, signal));
  let assessed = assessDomain(evidence);
  if (assessed.outcome === 'assessed' && assessed.assessment.provisional && run.check.confirm) {
    await wait(settings.MAILTLS_SECOND_LOOK_MS, undefined, { signal: console.interrupted }).catch(() => {});
    evidence = await bounded((signal) => lookAgain(evidence, tools, signal));
    assessed = assessDomain(evidence);
  }
  return presentReport(question, evidence, assessed);
}

/** Ends the work at its deadline or when the person gives up, and leaves no timer or listener behind. */
async function withDeadline<T>(
  deadlineMs: number,
  interrupted: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const deadline = new AbortController();
  const end = (): void => deadline.abort();
  const timer = setTimeout(end, deadlineMs);
  interrupted.addEventListener('abort', end, { once: true });
  if (interrupted.aborted) end();
  try {
    return await work(deadline.signal);
  } finally {
    clearTimeout(timer);
    interrupted.removeEventListener('abort', end);
  }
}

function interrupted(console: Console, done: number, all: number): number {
  console.error(`mailtls check: interrupted; ${done} of ${all} done, the rest was not checked.\n`);
  return INTERRUPTED;
}
