/**
 * Answers about domains, from what is kept or from a new check. Evidence serves while it is fresh; after that
 * it serves on, marked stale, while one check renews it; one check of a domain runs at a time, whoever asks.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { DomainJudgement } from './assessment/judgement.ts';
import type { DomainEvidence } from './assessment/domain-evidence.ts';
import { RULES_VERSION } from './assessment/rules-version.ts';
import { checkDomain, lookAgain } from './check-domain.ts';
import type { CheckStep, CheckTools } from './check-domain.ts';
import { createCheckTurns } from './check-turns.ts';
import type { AgedAnswer, Answered, CheckProgress, DomainAnswers } from './domain-answers.ts';
import type { Settings } from './environment.ts';
import { digestOf } from './store/evidence-store.ts';
import type { EvidenceStore, KeptEvidence } from './store/evidence-store.ts';
import { createFailureLog } from './store/failure-log.ts';
import type { StoreFailed } from './store/failure-log.ts';
import { freshnessRules, lifetime } from './store/freshness.ts';
import type { Lease, Locks } from './store/lock.ts';
import { createRemembered } from './store/remembered.ts';
import { probingAfresh, withSharedProbes } from './store/shared-probes.ts';

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

/** What a check is started for, and so what answer of another process makes it needless. */
type Purpose =
  | { readonly purpose: 'answer' }
  | { readonly purpose: 'again'; readonly askedAtMs: number }
  | { readonly purpose: 'second-look' };

interface Flight {
  readonly result: Promise<Answered>;
  progress: CheckProgress;
}

interface Found extends KeptEvidence {
  readonly answer: AgedAnswer;
  /** It may be given as it is, or while a new check runs. */
  readonly serves: boolean;
}

/** Answers that could not be kept. */
const MOST_UNKEPT = 256;
/** How often the result of another process is looked for. */
const LOOK_FOR_RESULT_MS = 300;
/** What was given up has this long to end. */
const GIVING_UP_MS = 1_000;
const ASK_AGAIN_SECONDS = 2;
const BUSY_SECONDS = 15;

const BUSY: Answered = { outcome: 'busy', retryAfterSeconds: BUSY_SECONDS };

export function createDomainAnswers(options: DomainAnswersOptions): ScheduledAnswers {
  const { settings, store, locks, judge, now, scheduleSecondLook, answered, log } = options;
  const rules = freshnessRules(settings);
  const recheckMs = settings.MAILTLS_RECHECK_SECONDS * 1000;
  const secondLookMs = settings.MAILTLS_SECOND_LOOK_MS;
  const shareMs = settings.MAILTLS_PROBE_SHARE_SECONDS * 1000;
  const sharing = withSharedProbes(options.tools.prober, store, shareMs, now);

  const flights = new Map<string, Flight>();
  const turns = createCheckTurns(settings.MAILTLS_CHECKS_AT_ONCE);
  const unkept = createRemembered<KeptEvidence>(MOST_UNKEPT);
  const judgements = new WeakMap<DomainEvidence, DomainJudgement>();
  const failed = createFailureLog(log, now);
  /** Aborted when nothing is to be started any more, and when what runs is to be given up. */
  const ending = new AbortController();
  const givenUp = new AbortController();

  function judged(evidence: DomainEvidence): DomainJudgement {
    const known = judgements.get(evidence);
    if (known !== undefined) return known;
    const judgement = judge(evidence);
    judgements.set(evidence, judgement);
    return judgement;
  }

  function aged({ evidence, digest }: KeptEvidence, kept: boolean): AgedAnswer {
    const judgement = judged(evidence);
    const life = lifetime(evidence, judgement, rules);
    const ageMs = Math.max(0, now() - Date.parse(evidence.observedAt));
    const freshMs = life === 'never' || !kept ? 0 : life.freshSeconds * 1000 - ageMs;
    const about = {
      evidence,
      ageSeconds: Math.floor(ageMs / 1000),
      freshForSeconds: Math.max(0, Math.floor(freshMs / 1000)),
      stale: kept && freshMs <= 0,
      kept,
      etag: `${RULES_VERSION}-${digest}`,
      refreshing: flights.has(evidence.domain),
    };
    return judgement.outcome === 'assessed'
      ? { outcome: 'answer', judgement, ...about }
      : { outcome: 'no-such-domain', judgement, ...about };
  }

  /** @param unkeptMs how old an answer that could not be kept may be */
  async function find(domain: string, unkeptMs: number): Promise<Found | null> {
    const kept = await store.latest(domain);
    if (!kept.ok) failed('read', kept);
    const there = kept.ok ? kept.value : null;
    const here = findHere(domain, unkeptMs);
    if (here !== null && here.checkedAtMs > (there?.checkedAtMs ?? 0)) return here;
    return there === null ? null : { ...there, answer: aged(there, true), serves: true };
  }

  function findHere(domain: string, unkeptMs: number): Found | null {
    const here = unkept.get(domain);
    return here === null
      ? null
      : { ...here, answer: aged(here, false), serves: now() - here.checkedAtMs < unkeptMs };
  }

  /** A second look that is due and was not taken yet. */
  function wantsSecondLook({ evidence }: KeptEvidence): boolean {
    const judgement = judged(evidence);
    const provisional = judgement.outcome === 'assessed' && judgement.assessment.provisional;
    return provisional && evidence.hosts.every(({ secondLook }) => secondLook.length === 0);
  }

  function isEnough(found: Found, purpose: Purpose): boolean {
    if (purpose.purpose === 'second-look') return !wantsSecondLook(found);
    if (purpose.purpose === 'again') return found.checkedAtMs >= purpose.askedAtMs;
    return found.serves && !found.answer.stale;
  }

  /** @returns null when no more checks may wait */
  function launch(domain: string, purpose: Purpose): Flight | null {
    const most = settings.MAILTLS_CHECKS_AT_ONCE + settings.MAILTLS_CHECKS_WAITING;
    if (ending.signal.aborted || flights.size >= most) return null;
    const flight: Flight = {
      result: Promise.resolve()
        .then(() => checkOnce(domain, purpose, flight))
        .finally(() => flights.delete(domain)),
      progress: {
        startedAt: new Date(now()).toISOString(),
        state: 'waiting',
        hosts: null,
        addresses: null,
        probed: 0,
        lastStep: null,
      },
    };
    flight.result.catch((error: unknown) => {
      log({ event: 'check-failed', detail: error instanceof Error ? (error.stack ?? '') : String(error) });
    });
    flights.set(domain, flight);
    return flight;
  }

  /** One check among all processes: theirs, if it comes first, else ours. */
  async function checkOnce(domain: string, purpose: Purpose, flight: Flight): Promise<Answered> {
    let lease: Lease | null = null;
    let mayCheck = false;
    try {
      while (!mayCheck) {
        const acquired = await locks.acquire(domain);
        if (!acquired.ok) failed('lock', acquired);
        lease = acquired.ok ? acquired.value : null;
        // Without a store there is no order among processes, and the answer is worth more than the order.
        mayCheck = !acquired.ok || lease !== null;
        const found = acquired.ok ? await find(domain, recheckMs) : findHere(domain, recheckMs);
        if (found !== null && isEnough(found, purpose)) return concluded(found.answer);
        if (!mayCheck) await wait(LOOK_FOR_RESULT_MS, undefined, { signal: ending.signal }).catch(() => {});
        if (ending.signal.aborted) return BUSY;
        if (!mayCheck) continue;
        const turn = await turns.take(ending.signal);
        if (turn === null) return BUSY;
        try {
          const evidence = await look(domain, purpose, found, flight);
          if (givenUp.signal.aborted || evidence === null) return BUSY;
          return await conclude(evidence);
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
    found: Found | null,
    flight: Flight,
  ): Promise<DomainEvidence | null> {
    flight.progress = { ...flight.progress, state: 'running' };
    const prober = purpose.purpose === 'again' ? probingAfresh(sharing, purpose.askedAtMs) : sharing;
    const progress = (step: CheckStep): void => {
      flight.progress = afterStep(flight.progress, step);
    };
    const tools: CheckTools = { ...options.tools, prober, progress };
    const signal = AbortSignal.any([givenUp.signal, AbortSignal.timeout(settings.MAILTLS_DEADLINE_MS)]);
    if (purpose.purpose !== 'second-look') return checkDomain(domain, tools, signal);
    return found === null ? null : lookAgain(found.evidence, tools, signal);
  }

  async function conclude(evidence: DomainEvidence): Promise<AgedAnswer> {
    const { domain } = evidence;
    const judgement = judged(evidence);
    const worthKeeping = lifetime(evidence, judgement, rules) !== 'never';
    const kept = worthKeeping ? await store.keep(evidence, judgement) : null;
    if (kept !== null && !kept.ok) failed('keep', kept);
    const checked: KeptEvidence =
      kept?.ok === true ? kept.value : { evidence, digest: digestOf(evidence), checkedAtMs: now() };
    if (kept?.ok === true) unkept.delete(domain);
    else unkept.set(domain, checked);
    if (wantsSecondLook(checked)) scheduleSecondLook(domain, secondLookMs);
    return concluded(aged(checked, kept?.ok === true));
  }

  function concluded(found: AgedAnswer): AgedAnswer {
    const answer = { ...found, refreshing: false };
    answered(answer);
    return answer;
  }

  return {
    async ask({ domain }, { waitMs, again }, signal) {
      const askedAtMs = now();
      const found = await find(domain, recheckMs);
      const running = flights.get(domain);
      if (running === undefined && again && found !== null) {
        const tooSoonMs = found.checkedAtMs + recheckMs - now();
        if (tooSoonMs > 0) return { outcome: 'too-soon', retryAfterSeconds: Math.ceil(tooSoonMs / 1000) };
      }
      if (!again && found?.serves === true) {
        const overdue = wantsSecondLook(found) && found.checkedAtMs + 2 * secondLookMs < now();
        if (running === undefined && found.answer.stale) launch(domain, { purpose: 'answer' });
        else if (running === undefined && overdue) launch(domain, { purpose: 'second-look' });
        return { ...found.answer, refreshing: flights.has(domain) };
      }
      const flight =
        running ?? launch(domain, again ? { purpose: 'again', askedAtMs } : { purpose: 'answer' });
      if (flight === null) return BUSY;
      return (
        (await within(flight.result, waitMs, signal)) ?? {
          outcome: 'checking',
          retryAfterSeconds: ASK_AGAIN_SECONDS,
        }
      );
    },

    async stored(domain) {
      const found = await find(domain, settings.MAILTLS_NEGATIVE_SECONDS * 1000);
      return found?.serves === true ? found.answer : null;
    },

    async history(domain) {
      const entries = await store.history(domain);
      if (!entries.ok) failed('history', entries);
      return entries.ok ? entries.value : [];
    },

    async progress(domain) {
      const flight = flights.get(domain);
      if (flight !== undefined) return flight.progress;
      const held = await locks.heldSince(domain);
      if (!held.ok) failed('lock', held);
      return held.ok && held.value !== null ? elsewhere(held.value) : null;
    },

    async secondLook(domain) {
      const running = flights.get(domain);
      if (running !== undefined) await running.result.catch(() => {});
      const found = await find(domain, Number.POSITIVE_INFINITY);
      if (found === null || !wantsSecondLook(found)) return;
      await launch(domain, { purpose: 'second-look' })?.result.catch(() => {});
    },

    async close() {
      ending.abort();
      const all = Promise.allSettled([...flights.values()].map(({ result }) => result));
      if ((await within(all, settings.MAILTLS_CLOSE_MS, givenUp.signal)) !== null) return;
      givenUp.abort();
      await within(all, GIVING_UP_MS, new AbortController().signal);
    },
  };
}

function afterStep(progress: CheckProgress, step: CheckStep): CheckProgress {
  const next = { ...progress, lastStep: step };
  if (step.step === 'mail-exchangers') return { ...next, hosts: step.hosts };
  if (step.step === 'addresses') return { ...next, addresses: step.addresses };
  return { ...next, probed: progress.probed + 1 };
}

const elsewhere = (sinceMs: number): CheckProgress => ({
  startedAt: new Date(sinceMs).toISOString(),
  state: 'elsewhere',
  hosts: null,
  addresses: null,
  probed: 0,
  lastStep: null,
});

/** @returns null when it took longer, or whoever waits has gone */
async function within<T>(result: Promise<T>, waitMs: number, signal: AbortSignal): Promise<T | null> {
  const waited = new AbortController();
  const onAbort = (): void => waited.abort();
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  try {
    const late = wait(waitMs, null, { signal: waited.signal }).catch(() => null);
    return await Promise.race([result, late]);
  } finally {
    signal.removeEventListener('abort', onAbort);
    waited.abort();
  }
}
