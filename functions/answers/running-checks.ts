/**
 * The checks that this process runs: one a domain, joined by all who want it; so many side by side, and a bounded
 * number that wait. Among processes a lock decides who checks a domain; the others wait for the result.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { within } from './bounded-wait.ts';
import { checkDomain, lookAgain } from '../check-domain.ts';
import type { CheckTools } from '../check-domain.ts';
import { afterStep, progressAt } from './check-progress.ts';
import { createCheckTurns } from './check-turns.ts';
import type { AgedAnswer, Answered, CheckProgress } from './domain-answers.ts';
import type { Settings } from '../environment.ts';
import type { KnownAnswer, KnownAnswers } from './known-answers.ts';
import { isEnough } from './needed-check.ts';
import type { Purpose } from './needed-check.ts';
import { BUSY } from './no-answer-yet.ts';
import type { Lease } from '../store/lease.ts';
import type { Locks } from '../store/lock.ts';
import { probingAfresh } from '../store/shared-probes.ts';
import type { StoreFailure } from '../store/stored.ts';

export interface RunningCheck {
  /** Rejects where this program is mistaken, which has been told then. */
  readonly result: Promise<Answered>;
  progress: CheckProgress;
}

export interface RunningChecks {
  readonly of: (domain: string) => RunningCheck | null;
  /** Starts a check, or joins the one that runs; null when no more checks may wait. */
  readonly start: (domain: string, purpose: Purpose) => RunningCheck | null;
  /** Starts nothing any more; resolves when what runs has ended or was given up at the bound. */
  readonly close: () => Promise<void>;
}

export interface RunningChecksOptions {
  readonly settings: Settings;
  readonly known: KnownAnswers;
  readonly locks: Locks;
  readonly tools: Omit<CheckTools, 'progress'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly scheduleSecondLook: (domain: string, delayMs: number) => void;
  /** How long this process may still work; what it cannot end in that time is for another. */
  readonly leftMs: () => number;
  /** Told of every answer that a check came to, here or in another process. */
  readonly answered: (answer: AgedAnswer) => void;
  readonly failed: (operation: string, failure: StoreFailure) => void;
  /** Told of a mistake of this program. */
  readonly mistaken: (error: unknown) => void;
}

/** How often the result of another process is looked for. */
const LOOK_FOR_RESULT_MS = 300;
/** What was given up has this long to end. */
const GIVING_UP_MS = 1_000;

export function createRunningChecks(options: RunningChecksOptions): RunningChecks {
  const { settings, known, locks, now, failed, mistaken } = options;
  const recheckMs = settings.MAILTLS_RECHECK_SECONDS * 1000;
  const mostAtAll = settings.MAILTLS_CHECKS_AT_ONCE + settings.MAILTLS_CHECKS_WAITING;
  const turns = createCheckTurns(settings.MAILTLS_CHECKS_AT_ONCE);
  const running = new Map<string, RunningCheck>();
  /** Aborted when nothing is to be started any more, and when what runs is to be given up. */
  const ending = new AbortController();
  const givenUp = new AbortController();

  /** One check among all processes: theirs, if it comes first, else ours. */
  async function checkOnce(domain: string, purpose: Purpose, check: RunningCheck): Promise<Answered> {
    let lease: Lease | null = null;
    let mayCheck = false;
    try {
      while (!mayCheck) {
        const acquired = await locks.acquire(domain);
        if (!acquired.ok) failed('lock', acquired);
        lease = acquired.ok ? acquired.value : null;
        // Without a store there is no order among processes, and the answer is worth more than the order.
        mayCheck = !acquired.ok || lease !== null;
        const found = acquired.ok ? await known.find(domain, recheckMs) : known.findUnkept(domain, recheckMs);
        if (found !== null && isEnough(found, purpose)) return concluded(found);
        if (!mayCheck) await wait(LOOK_FOR_RESULT_MS, undefined, { signal: ending.signal }).catch(() => {});
        if (ending.signal.aborted || options.leftMs() <= 0) return BUSY;
        if (!mayCheck) continue;
        const turn = await turns.take(ending.signal);
        if (turn === null) return BUSY;
        try {
          const evidence = await look(domain, purpose, found, check);
          if (givenUp.signal.aborted || evidence === null) return BUSY;
          const kept = await known.keep(evidence);
          if (kept.wantsSecondLook) options.scheduleSecondLook(domain, settings.MAILTLS_SECOND_LOOK_MS);
          return concluded(kept);
        } finally {
          turn.done();
        }
      }
      return BUSY;
    } finally {
      await lease?.release();
    }
  }

  async function look(
    domain: string,
    purpose: Purpose,
    found: KnownAnswer | null,
    check: RunningCheck,
  ): Promise<DomainEvidence | null> {
    check.progress = { ...check.progress, state: 'running' };
    const { prober: sharing } = options.tools;
    const tools: CheckTools = {
      ...options.tools,
      prober: purpose.purpose === 'again' ? probingAfresh(sharing, purpose.askedAtMs) : sharing,
      progress: (step) => {
        check.progress = afterStep(check.progress, step);
      },
    };
    const deadlineMs = Math.max(0, Math.min(settings.MAILTLS_DEADLINE_MS, options.leftMs()));
    const signal = AbortSignal.any([givenUp.signal, AbortSignal.timeout(deadlineMs)]);
    if (purpose.purpose !== 'second-look') return checkDomain(domain, tools, signal);
    return found === null ? null : lookAgain(found.answer.evidence, tools, signal);
  }

  function concluded({ answer }: KnownAnswer): AgedAnswer {
    options.answered(answer);
    return answer;
  }

  return {
    of: (domain) => running.get(domain) ?? null,

    start(domain, purpose) {
      const joined = running.get(domain);
      if (joined !== undefined) return joined;
      if (ending.signal.aborted || running.size >= mostAtAll) return null;
      const check: RunningCheck = {
        result: Promise.resolve()
          .then(() => checkOnce(domain, purpose, check))
          .finally(() => running.delete(domain)),
        progress: progressAt(now(), 'waiting'),
      };
      check.result.catch(mistaken);
      running.set(domain, check);
      return check;
    },

    async close() {
      ending.abort();
      const all = Promise.allSettled([...running.values()].map(({ result }) => result));
      if ((await within(all, settings.MAILTLS_CLOSE_MS, givenUp.signal)) !== null) return;
      givenUp.abort();
      await within(all, GIVING_UP_MS);
    },
  };
}
