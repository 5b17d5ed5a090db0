/** One domain through the pipeline on this machine: observed within its deadline, looked at again, judged. */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import { checkDomain, lookAgain } from '../check-domain.ts';
import type { CheckTools } from '../check-domain.ts';
import type { Settings } from '../environment.ts';
import { loadedLate } from './loaded-late.ts';

export interface LocalCheckOptions {
  readonly settings: Pick<Settings, 'MAILTLS_DEADLINE_MS' | 'MAILTLS_SECOND_LOOK_MS'>;
  readonly tools: CheckTools;
  /** Whether to wait for the second look where one is due. */
  readonly confirm: boolean;
  /** The person gave up: what was seen until then is judged. */
  readonly interrupted: AbortSignal;
}

export interface LocalCheck {
  readonly evidence: DomainEvidence;
  readonly judgement: DomainJudgement;
}

/** @param domain A-label, lower case, no trailing dot */
export async function checkHere(
  domain: string,
  { settings, tools, confirm, interrupted }: LocalCheckOptions,
): Promise<LocalCheck> {
  const bounded = <T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> =>
    withDeadline(settings.MAILTLS_DEADLINE_MS, interrupted, work);
  const [first, { assessDomain }] = await Promise.all([
    bounded((signal) => checkDomain(domain, tools, signal)),
    loadJudging(),
  ]);
  const judgement = assessDomain(first);
  if (!confirm || judgement.outcome !== 'assessed' || !judgement.assessment.provisional) {
    return { evidence: first, judgement };
  }
  await wait(settings.MAILTLS_SECOND_LOOK_MS, undefined, { signal: interrupted }).catch(() => {});
  const evidence = await bounded((signal) => lookAgain(first, tools, signal));
  return { evidence, judgement: assessDomain(evidence) };
}

const loadJudging = loadedLate(() => import('../assessment/domain.ts'));

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
