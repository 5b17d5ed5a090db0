/** Asks about domains: the mail servers themselves, or a service that asks them. */
import { setTimeout as wait } from 'node:timers/promises';
import type { WhatIf } from '../assessment/what-if.ts';
import type { CheckStep } from '../check-domain.ts';
import { createCheckTools } from '../check-tools.ts';
import type { OwnedCheckTools } from '../check-tools.ts';
import type { Settings } from '../environment.ts';
import type { Report } from '../presenters/report-schema.ts';
import type { Question } from '../question/domain.ts';
import { exitStatus, NO_SUCH_DOMAIN, NOT_TESTED, WRONG_USAGE } from './exit-status.ts';
import { checkHere } from './local-check.ts';

/** How long a question may wait for its turn at a service that is asked by many. */
const SERVICE_QUEUE_MS = 600_000;
const SECOND_LOOK_TAKES_MS = 10_000;

export interface AskOptions {
  /** The service to ask, as typed; null: the mail servers. */
  readonly via: string | null;
  /** Whether to wait for the second look where one is due. */
  readonly confirm: boolean;
  /** Changes to suppose, which takes evidence of our own: none with `via`. */
  readonly whatIf: readonly WhatIf[];
}

export type Answer =
  /** `today`: the report without the changes, when some are supposed. */
  | { readonly outcome: 'report'; readonly report: Report; readonly today: Report | null }
  | {
      readonly outcome: 'no-report';
      /** The exit status it is worth. */
      readonly status: number;
      readonly sentence: string;
    };

export interface Asking {
  readonly ask: (question: Question, progress: (step: CheckStep) => void) => Promise<Answer>;
  readonly close: () => void;
}

interface Circumstances extends AskOptions {
  readonly settings: Settings;
  readonly interrupted: AbortSignal;
}

/** @returns who is to be asked; or the sentence that says what is wrong with the service's address */
export async function openAsking(
  options: AskOptions,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<Asking | string> {
  const circumstances = { ...options, settings, interrupted };
  if (options.via === null) {
    const tools = createCheckTools(settings);
    return {
      ask: (question, progress) => askHere(question, circumstances, tools, progress),
      close: tools.close,
    };
  }
  const { readService } = await import('./via.ts');
  const service = readService(options.via, settings.MAILTLS_VIA_TOKEN);
  if (typeof service === 'string') return service;
  return { ask: (question) => askService(question, circumstances, service), close: () => {} };
}

async function askHere(
  question: Question,
  { settings, interrupted, confirm, whatIf }: Circumstances,
  owned: OwnedCheckTools,
  progress: (step: CheckStep) => void,
): Promise<Answer> {
  const tools = { ...owned, progress };
  const [{ evidence, judgement }, { presentReport }] = await Promise.all([
    checkHere(question.domain, { settings, tools, confirm, interrupted }),
    import('../presenters/report.ts'),
  ]);
  const sender = settings.MAILTLS_SENDER;
  const now = presentReport(question, evidence, judgement, sender);
  if (now.outcome === 'no-such-domain') return noReport(NO_SUCH_DOMAIN, now.sentence);
  if (whatIf.length === 0) return { ...now, today: null };

  const [{ applyWhatIf }, { assessDomain }, { wordImpossible }] = await Promise.all([
    import('../assessment/what-if.ts'),
    import('../assessment/domain.ts'),
    import('../presenters/what-if.ts'),
  ]);
  const changed = applyWhatIf(evidence, whatIf);
  if (!changed.ok) {
    const status =
      changed.because === 'no-servers' ? exitStatus(now.report.verdict.answer, null) : WRONG_USAGE;
    return noReport(status, wordImpossible(now.report, changed));
  }
  const then = presentReport(question, changed.evidence, assessDomain(changed.evidence), sender);
  return then.outcome === 'report' ? { ...then, today: now.report } : noReport(NO_SUCH_DOMAIN, then.sentence);
}

/** A service takes the second look by itself. */
async function askService(
  question: Question,
  { settings, interrupted, confirm }: Circumstances,
  service: URL,
): Promise<Answer> {
  const { askVia } = await import('./via.ts');
  const longestMs = settings.MAILTLS_DEADLINE_MS + SERVICE_QUEUE_MS;
  const options = { service, token: settings.MAILTLS_VIA_TOKEN, fetch, longestMs };
  let answer = await askVia(question, options, interrupted);
  if (answer.outcome === 'report' && answer.report.provisional && confirm) {
    await wait(settings.MAILTLS_SECOND_LOOK_MS + SECOND_LOOK_TAKES_MS, undefined, {
      signal: interrupted,
    }).catch(() => {});
    answer = await askVia(question, options, interrupted);
  }
  if (answer.outcome === 'report') return { ...answer, today: null };
  return noReport(answer.outcome === 'no-such-domain' ? NO_SUCH_DOMAIN : NOT_TESTED, answer.sentence);
}

const noReport = (status: number, sentence: string): Answer => ({ outcome: 'no-report', status, sentence });
