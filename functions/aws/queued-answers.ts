/**
 * Answers about domains where the checks run in another function: what is stored is read from the table, a check is
 * ordered by one message, and its result is waited for in the table. What to give, and what needs a check, is decided
 * as on one machine.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { AnswersLog } from '../answers/answer-domain.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import { progressAt } from '../answers/check-progress.ts';
import type { Answered, DomainAnswers } from '../answers/domain-answers.ts';
import type { Settings } from '../environment.ts';
import { createKnownAnswers } from '../answers/known-answers.ts';
import { isEnough, needRules, neededCheck } from '../answers/needed-check.ts';
import type { Purpose } from '../answers/needed-check.ts';
import { BUSY, CHECKING, tooSoon } from '../answers/no-answer-yet.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { createFailureLog } from '../store/failure-log.ts';
import { freshnessRules } from '../store/freshness.ts';
import type { PassingEvidence } from '../store/passing-evidence.ts';
import type { QueuedChecks } from '../store/queued-checks.ts';
import type { CheckQueue } from './check-queue.ts';

export interface QueuedAnswersOptions {
  readonly settings: Settings;
  readonly store: EvidenceStore;
  readonly passing: PassingEvidence;
  readonly queued: QueuedChecks;
  readonly queue: CheckQueue;
  readonly judge: (evidence: DomainEvidence) => DomainJudgement;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (entry: QueuedAnswersLog) => void;
}

export type QueuedAnswersLog =
  | Extract<AnswersLog, { event: 'store-failed' }>
  | { readonly event: 'queue-failed'; readonly detail: string };

/** Between two looks at a check: short at first, for many are quick. */
const FIRST_PAUSE_MS = 150;
const LONGEST_PAUSE_MS = 800;
/** A check that is nowhere for so many looks is gone with the process that ran it. */
const GONE_AFTER_LOOKS = 2;
/** How often a wait replaces a check that is gone. */
const MOST_ORDERS = 3;

export function createQueuedAnswers(options: QueuedAnswersOptions): DomainAnswers {
  const { settings, store, passing, queued, queue, judge, now, log } = options;
  const rules = needRules(settings);
  const failed = createFailureLog(log, now);
  const known = createKnownAnswers({ store, passing, judge, rules: freshnessRules(settings), now, failed });

  /** @returns null also when the table does not say */
  async function underWay(domain: string) {
    const state = await queued.underWay(domain);
    if (!state.ok) failed('lock', state);
    return state.ok ? state.value : null;
  }

  /** @returns whether a check is ordered or runs; without the table its result would reach nobody */
  async function order(domain: string, { purpose }: Purpose, askedAtMs: number): Promise<boolean> {
    if ((await underWay(domain)) !== null) return true;
    const entered = await queued.enter(domain);
    if (!entered.ok) failed('queue', entered);
    if (!entered.ok || !entered.value) return entered.ok;
    const sent = await queue.send({ domain, purpose, askedAtMs });
    if (sent.ok) return true;
    log({ event: 'queue-failed', detail: sent.detail });
    await queued.leave(domain);
    return false;
  }

  async function waitFor(
    domain: string,
    purpose: Purpose,
    { askedAtMs, waitMs }: { readonly askedAtMs: number; readonly waitMs: number },
    signal: AbortSignal,
  ): Promise<Answered> {
    let orders = 1;
    let looksAtNothing = 0;
    if (!(await order(domain, purpose, askedAtMs))) return BUSY;
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)) {
      const leftMs = askedAtMs + waitMs - now();
      if (leftMs <= 0 || signal.aborted) return CHECKING;
      await wait(Math.min(pauseMs, leftMs), undefined, { signal }).catch(() => {});
      const state = await queued.underWay(domain);
      if (!state.ok) failed('lock', state);
      if (!state.ok || state.value !== null) {
        looksAtNothing = 0;
        continue;
      }
      const found = await known.find(domain, rules.recheckMs);
      // Whatever a check since then came to is the answer, were it stale from its first moment.
      if (found !== null && (found.checkedAtMs >= askedAtMs || isEnough(found, purpose))) return found.answer;
      looksAtNothing += 1;
      if (looksAtNothing % GONE_AFTER_LOOKS !== 0 || orders === MOST_ORDERS) continue;
      orders += 1;
      if (!(await order(domain, purpose, askedAtMs))) return BUSY;
    }
  }

  return {
    async ask({ domain }, { waitMs, again }, signal) {
      const askedAtMs = now();
      const found = await known.find(domain, rules.recheckMs);
      const need = neededCheck(found, { again, askedAtMs }, rules);
      if (need.give !== null) {
        const refreshing = need.start !== null && (await order(domain, need.start, askedAtMs));
        return { ...need.give, refreshing };
      }
      if (need.tooSoonMs > 0 && (await underWay(domain)) === null) return tooSoon(need.tooSoonMs);
      return waitFor(domain, need.start, { askedAtMs, waitMs }, signal);
    },

    async stored(domain) {
      const found = await known.find(domain, settings.MAILTLS_NEGATIVE_SECONDS * 1000);
      if (found?.serves !== true) return null;
      // Asked only where it matters: who is given a stale answer wants to know whether a better one is coming.
      const refreshing = found.answer.stale && (await underWay(domain)) !== null;
      return { ...found.answer, refreshing };
    },

    async history(domain) {
      const entries = await store.history(domain);
      if (!entries.ok) failed('history', entries);
      return entries.ok ? entries.value : null;
    },

    async progress(domain) {
      const check = await underWay(domain);
      return check === null
        ? null
        : progressAt(check.sinceMs, check.state === 'queued' ? 'waiting' : 'elsewhere');
    },

    close: async () => {},
  };
}
