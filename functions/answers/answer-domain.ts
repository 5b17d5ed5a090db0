/**
 * Answers about domains, from what is kept or from a new check. Evidence serves while it is fresh; after that
 * it serves on, marked stale, while one check renews it; one check of a domain runs at a time, whoever asks.
 */
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { within } from './bounded-wait.ts';
import type { CheckTools } from '../check-domain.ts';
import { progressAt } from './check-progress.ts';
import type { AgedAnswer, Answered, DomainAnswers } from './domain-answers.ts';
import type { Settings } from '../environment.ts';
import { createKnownAnswers } from './known-answers.ts';
import { needRules, neededCheck } from './needed-check.ts';
import type { Purpose } from './needed-check.ts';
import { BUSY, CHECKING, tooSoon } from './no-answer-yet.ts';
import { createRunningChecks } from './running-checks.ts';
import type { EvidenceStore } from '../store/evidence-store.ts';
import { createFailureLog } from '../store/failure-log.ts';
import type { StoreFailed } from '../store/failure-log.ts';
import { freshnessRules } from '../store/freshness.ts';
import type { Locks } from '../store/lock.ts';
import type { PassingEvidence } from '../store/passing-evidence.ts';
import { withSharedProbes } from '../store/shared-probes.ts';

/** What whoever minds the time has to do with. */
export interface ScheduledAnswers extends DomainAnswers {
  /** Takes the second look that a provisional answer has due, if it has. */
  readonly secondLook: (domain: string) => Promise<void>;
  /**
   * Sees to it that there is an answer of the kind a check is started for, and gives it, however old the order is:
   * an order that comes twice costs one check. Rejects where this program is mistaken, which has been told then.
   */
  readonly check: (
    domain: string,
    purpose: Exclude<Purpose, { purpose: 'second-look' }>,
  ) => Promise<Answered>;
}

export interface DomainAnswersOptions {
  readonly settings: Settings;
  readonly store: EvidenceStore;
  readonly locks: Locks;
  readonly tools: Omit<CheckTools, 'progress'>;
  readonly judge: (evidence: DomainEvidence) => DomainJudgement;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** Sees to it that `secondLook` is called for a domain after that time: a timer, or a queue that delays. */
  readonly scheduleSecondLook: (domain: string, delayMs: number) => void;
  /** Told of every answer that a check came to, kept or not, for people who wait somewhere else. */
  readonly answered: (answer: AgedAnswer) => void;
  /** Where what could not be kept is left for others who wait for it; absent: nowhere. */
  readonly passing?: PassingEvidence;
  /** How long this process may still work, beside the deadline of a check; absent: for ever. */
  readonly leftMs?: () => number;
  readonly log: (entry: AnswersLog) => void;
}

/** `check-failed`: a mistake of this program, for what servers and networks do is evidence. */
export type AnswersLog = StoreFailed | { readonly event: 'check-failed'; readonly detail: string };

export function createDomainAnswers(options: DomainAnswersOptions): ScheduledAnswers {
  const { settings, store, locks, tools, judge, now, scheduleSecondLook, answered, log } = options;
  const { passing, leftMs = () => Number.POSITIVE_INFINITY } = options;
  const rules = needRules(settings);
  const shareMs = settings.MAILTLS_PROBE_SHARE_SECONDS * 1000;
  const failed = createFailureLog(log, now);
  const known = createKnownAnswers({ store, passing, judge, rules: freshnessRules(settings), now, failed });
  const checks = createRunningChecks({
    settings,
    known,
    locks,
    tools: { ...tools, prober: withSharedProbes(tools.prober, store, shareMs, now) },
    now,
    leftMs,
    scheduleSecondLook,
    answered,
    failed,
    mistaken: (error) => {
      log({ event: 'check-failed', detail: error instanceof Error ? (error.stack ?? '') : String(error) });
    },
  });

  const withRefresh = (answer: AgedAnswer): AgedAnswer => ({
    ...answer,
    refreshing: checks.of(answer.evidence.domain) !== null,
  });

  async function othersDone(domain: string): Promise<void> {
    for (let other = checks.of(domain); other !== null; other = checks.of(domain)) {
      await other.result.catch(() => {});
    }
  }

  return {
    async ask({ domain }, { waitMs, again }, signal) {
      const askedAtMs = now();
      const found = await known.find(domain, rules.recheckMs);
      const running = checks.of(domain);
      const need = neededCheck(found, { again, askedAtMs }, rules);
      if (need.give !== null) {
        if (running === null && need.start !== null) checks.start(domain, need.start);
        return withRefresh(need.give);
      }
      if (running === null && need.tooSoonMs > 0) return tooSoon(need.tooSoonMs);
      const check = running ?? checks.start(domain, need.start);
      if (check === null) return BUSY;
      return (await within(check.result, waitMs, signal)) ?? CHECKING;
    },

    async stored(domain) {
      const found = await known.find(domain, settings.MAILTLS_NEGATIVE_SECONDS * 1000);
      return found?.serves === true ? withRefresh(found.answer) : null;
    },

    async history(domain) {
      const entries = await store.history(domain);
      if (!entries.ok) failed('history', entries);
      return entries.ok ? entries.value : null;
    },

    async progress(domain) {
      const running = checks.of(domain);
      if (running !== null) return running.progress;
      const held = await locks.heldSince(domain);
      if (!held.ok) failed('lock', held);
      return held.ok && held.value !== null ? progressAt(held.value, 'elsewhere') : null;
    },

    async check(domain, purpose) {
      await othersDone(domain);
      return checks.start(domain, purpose)?.result ?? BUSY;
    },

    async secondLook(domain) {
      await othersDone(domain);
      const found = await known.find(domain, Number.POSITIVE_INFINITY);
      if (found?.wantsSecondLook !== true) return;
      await checks.start(domain, { purpose: 'second-look' })?.result.catch(() => {});
    },

    close: checks.close,
  };
}
