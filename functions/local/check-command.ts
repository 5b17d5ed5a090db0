/** `mailtls check`: one domain in full, or a list with a line each. */
import { setTimeout as wait } from 'node:timers/promises';
import { checkDomain, lookAgain } from '../check-domain.ts';
import type { CheckStep } from '../check-domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { OwnedCheckTools } from '../check-tools.ts';
import { readSettings } from '../environment.ts';
import type { Settings } from '../environment.ts';
import { wordQuestionMistake, wordUnderstanding } from '../presenters/question-wording.ts';
import type { PresentedReport } from '../presenters/report.ts';
import { wordSettingMistake } from '../presenters/setting-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { CHECK_HELP, readCheckArguments } from './check-arguments.ts';
import type { CheckArguments } from './check-arguments.ts';
import type { Console } from './console.ts';
import {
  exitStatus,
  INTERRUPTED,
  NO_SUCH_DOMAIN,
  NOT_TESTED,
  worstStatus,
  WRONG_USAGE,
} from './exit-status.ts';
import { createProgress } from './progress.ts';
import type { ViaAnswer } from './via.ts';

/** How long a question may wait for its turn at a service that is asked by many. */
const SERVICE_QUEUE_MS = 600_000;
const SECOND_LOOK_TAKES_MS = 10_000;

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
  const { settings } = environment;
  const common = { check: read.check, console, settings };
  if (read.check.via !== null) {
    const { readService } = await import('./via.ts');
    const service = readService(read.check.via, settings.MAILTLS_VIA_TOKEN);
    if (typeof service === 'string') {
      console.error(`mailtls check: ${service}\n`);
      return WRONG_USAGE;
    }
    return checkAll({ ...common, ask: (question) => askService(question, common, service) });
  }
  const tools = createCheckTools(settings);
  try {
    return await checkAll({ ...common, ask: (question, step) => askHere(question, common, tools, step) });
  } finally {
    tools.close();
  }
}

interface Circumstances {
  readonly check: CheckArguments;
  readonly console: Console;
  readonly settings: Settings;
}

interface Run extends Circumstances {
  readonly ask: (question: Question, progress: (step: CheckStep) => void) => Promise<ViaAnswer>;
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
  const answer = await run.ask(read.question, (step) => void progress.then((shown) => shown.step(step)));
  (await progress).end();
  if (console.interrupted.aborted) return interrupted(console, 0, 1);
  const understood = wordUnderstanding(read.question);
  if (answer.outcome !== 'report') {
    console.error(`mailtls check: ${answer.sentence}\n`);
    return answer.outcome === 'no-such-domain' ? NO_SUCH_DOMAIN : NOT_TESTED;
  }
  if (check.json) {
    console.out(`${JSON.stringify(answer.report)}\n`);
  } else {
    const { presentReportOnTerminal } = await loadTerminal();
    if (understood !== null) console.out(`${understood}\n\n`);
    console.out(presentReportOnTerminal(answer.report, console, { transcript: check.transcript }));
  }
  return exitStatus(answer.report.verdict.answer, check.required);
}

async function checkList(run: Run): Promise<number> {
  const { check, console, settings } = run;
  const statuses = new Set<number>();
  const progress = await createProgress(console, 'Checking', check.asked.length);
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
  const answer = await run.ask(read.question, () => {});
  if (answer.outcome === 'no-such-domain') {
    return { status: NO_SUCH_DOMAIN, line: { to: 'error', text: answer.sentence } };
  }
  if (answer.outcome === 'no-answer') {
    const text = `${read.question.displayDomain}: ${answer.sentence}`;
    return { status: NOT_TESTED, line: { to: 'error', text } };
  }
  const { presentReportLine } = await loadTerminal();
  const text = check.json ? JSON.stringify(answer.report) : presentReportLine(answer.report, console);
  return {
    status: exitStatus(answer.report.verdict.answer, check.required),
    line: { to: 'out', text },
  };
}

// What is needed once the servers have answered is loaded while they are being asked.
const loadAssessment = () => import('../assessment/domain.ts');
const loadReport = () => import('../presenters/report.ts');
const loadTerminal = () => import('../presenters/report-terminal.ts');

/** One domain through the pipeline, with the second look where that is wanted and due. */
async function askHere(
  question: Question,
  { check, settings, console }: Circumstances,
  owned: OwnedCheckTools,
  progress: (step: CheckStep) => void,
): Promise<PresentedReport> {
  const tools = { ...owned, progress };
  const bounded = <T>(check: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(settings.MAILTLS_DEADLINE_MS, console.interrupted, check);

  const observed = bounded((signal) => checkDomain(question.domain, tools, signal));
  const [{ assessDomain }, { presentReport }] = await Promise.all([
    loadAssessment(),
    loadReport(),
    loadTerminal(),
  ]);
  let evidence = await observed;
  let assessed = assessDomain(evidence);
  if (assessed.outcome === 'assessed' && assessed.assessment.provisional && check.confirm) {
    await wait(settings.MAILTLS_SECOND_LOOK_MS, undefined, { signal: console.interrupted }).catch(() => {});
    evidence = await bounded((signal) => lookAgain(evidence, tools, signal));
    assessed = assessDomain(evidence);
  }
  return presentReport(question, evidence, assessed, settings.MAILTLS_SENDER);
}

/** The same of a service, which takes the second look by itself. */
async function askService(
  question: Question,
  { check, settings, console }: Circumstances,
  service: URL,
): Promise<ViaAnswer> {
  const { askVia } = await import('./via.ts');
  const longestMs = settings.MAILTLS_DEADLINE_MS + SERVICE_QUEUE_MS;
  const options = { service, token: settings.MAILTLS_VIA_TOKEN, fetch, longestMs };
  const answer = await askVia(question, options, console.interrupted);
  if (answer.outcome !== 'report' || !answer.report.provisional || !check.confirm) return answer;
  await wait(settings.MAILTLS_SECOND_LOOK_MS + SECOND_LOOK_TAKES_MS, undefined, {
    signal: console.interrupted,
  }).catch(() => {});
  return askVia(question, options, console.interrupted);
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
