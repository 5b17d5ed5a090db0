/**
 * Answers about domains, from what is kept or from a new check. Evidence serves while it is fresh; after that
 * it serves on, marked stale, while one check renews it; one check of a domain runs at a time, whoever asks.
 */
import type { DomainJudgement } from './assessment/judgement.ts';
import type { DomainEvidence } from './assessment/domain-evidence.ts';
import { within } from './bounded-wait.ts';
import type { CheckTools } from './check-domain.ts';
import { progressAt } from './check-progress.ts';
import type { AgedAnswer, DomainAnswers } from './domain-answers.ts';
import type { Settings } from './environment.ts';
import { createKnownAnswers } from './known-answers.ts';
import { BUSY, createRunningChecks } from './running-checks.ts';
import type { EvidenceStore } from './store/evidence-store.ts';
import { createFailureLog } from './store/failure-log.ts';
import type { StoreFailed } from './store/failure-log.ts';
import { freshnessRules } from './store/freshness.ts';
import type { Locks } from './store/lock.ts';
import { withSharedProbes } from './store/shared-probes.ts';

/** What whoever minds the time has to do with. */
export interface ScheduledAnswers extends DomainAnswers {
  /** Takes the second look that a provisional answer has due, if it has. */
  readonly secondLook: (domain: string) => Promise<void>;
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
  readonly log: (entry: AnswersLog) => void;
}

/** `check-failed`: a mistake of this program, for what servers and networks do is evidence. */
export type AnswersLog = StoreFailed | { readonly event: 'check-failed'; readonly detail: string };

const ASK_AGAIN_SECONDS = 2;

export function createDomainAnswers(options: DomainAnswersOptions): ScheduledAnswers {
  const { settings, store, locks, tools, judge, now, scheduleSecondLook, answered, log } = options;
  const recheckMs = settings.MAILTLS_RECHECK_SECONDS * 1000;
  const secondLookMs = settings.MAILTLS_SECOND_LOOK_MS;
  const shareMs = settings.MAILTLS_PROBE_SHARE_SECONDS * 1000;
  const failed = createFailureLog(log, now);
  const known = createKnownAnswers({ store, judge, rules: freshnessRules(settings), now, failed });
  const checks = createRunningChecks({
    settings,
    known,
    locks,
    tools: { ...tools, prober: withSharedProbes(tools.prober, store, shareMs, now) },
    now,
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

  return {
    async ask({ domain }, { waitMs, again }, signal) {
      const askedAtMs = now();
      const found = await known.find(domain, recheckMs);
      const running = checks.of(domain);
      if (running === null && again && found !== null) {
        const tooSoonMs = found.checkedAtMs + recheckMs - now();
        if (tooSoonMs > 0) return { outcome: 'too-soon', retryAfterSeconds: Math.ceil(tooSoonMs / 1000) };
      }
      if (!again && found?.serves === true) {
        const overdue = found.wantsSecondLook && found.checkedAtMs + 2 * secondLookMs < now();
        if (running === null && found.answer.stale) checks.start(domain, { purpose: 'answer' });
        else if (running === null && overdue) checks.start(domain, { purpose: 'second-look' });
        return withRefresh(found.answer);
      }
      const check =
        running ?? checks.start(domain, again ? { purpose: 'again', askedAtMs } : { purpose: 'answer' });
      if (check === null) return BUSY;
      const answer = await within(check.result, waitMs, signal);
      return answer ?? { outcome: 'checking', retryAfterSeconds: ASK_AGAIN_SECONDS };
    },

    async stored(domain) {
      const found = await known.find(domain, settings.MAILTLS_NEGATIVE_SECONDS * 1000);
      return found?.serves === true ? withRefresh(found.answer) : null;
    },

    async history(domain) {
      const entries = await store.history(domain);
      if (!entries.ok) failed('history', entries);
      return entries.ok ? entries.value : [];
    },

    async progress(domain) {
      const running = checks.of(domain);
      if (running !== null) return running.progress;
      const held = await locks.heldSince(domain);
      if (!held.ok) failed('lock', held);
      return held.ok && held.value !== null ? progressAt(held.value, 'elsewhere') : null;
    },

    async secondLook(domain) {
      await checks.of(domain)?.result.catch(() => {});
      const found = await known.find(domain, Number.POSITIVE_INFINITY);
      if (found?.wantsSecondLook !== true) return;
      await checks.start(domain, { purpose: 'second-look' })?.result.catch(() => {});
    },

    close: checks.close,
  };
}
