/**
 * What is known of domains: what the store has of the last check, or what this process still holds where it could
 * not be kept; judged by today's rules, with its age by now.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import { RULES_VERSION } from '../assessment/rules-version.ts';
import type { AgedAnswer } from './domain-answers.ts';
import { digestOf } from '../store/evidence-store.ts';
import type { EvidenceStore, KeptEvidence } from '../store/evidence-store.ts';
import { lifetime } from '../store/freshness.ts';
import type { FreshnessRules, Lifetime } from '../store/freshness.ts';
import { createRemembered } from '../store/remembered.ts';
import type { PassingEvidence } from '../store/passing-evidence.ts';
import type { StoreFailure } from '../store/stored.ts';

export interface KnownAnswer {
  /** With `refreshing` false: what runs is not known here. */
  readonly answer: AgedAnswer;
  /** When the check ended, milliseconds since 1970. */
  readonly checkedAtMs: number;
  /** It may be given as it is, or while a new check runs. */
  readonly serves: boolean;
  /** A second look is due and was not taken yet. */
  readonly wantsSecondLook: boolean;
}

export interface KnownAnswers {
  /** @param unkeptMs how old an answer that could not be kept may be to serve */
  readonly find: (domain: string, unkeptMs: number) => Promise<KnownAnswer | null>;
  /** The same without the store: only what this process could not keep. */
  readonly findUnkept: (domain: string, unkeptMs: number) => KnownAnswer | null;
  /** Keeps what a check saw: in the store, or here for a while. */
  readonly keep: (evidence: DomainEvidence) => Promise<KnownAnswer>;
}

export interface KnownAnswersOptions {
  readonly store: Pick<EvidenceStore, 'latest' | 'keep'>;
  /** Where other processes find what could not be kept; undefined: nowhere. */
  readonly passing: PassingEvidence | undefined;
  readonly judge: (evidence: DomainEvidence) => DomainJudgement;
  readonly rules: FreshnessRules;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly failed: (operation: string, failure: StoreFailure) => void;
}

interface Judged {
  readonly judgement: DomainJudgement;
  readonly life: Lifetime;
}

/** Answers that could not be kept. */
const MOST_UNKEPT = 256;

export function createKnownAnswers(options: KnownAnswersOptions): KnownAnswers {
  const { store, passing, judge, rules, now, failed } = options;
  const unkept = createRemembered<KeptEvidence>(MOST_UNKEPT);
  const judgements = new WeakMap<DomainEvidence, Judged>();

  /** Once for each evidence: both go through all of it, and a stored answer may be read a thousand times a second. */
  function judged(evidence: DomainEvidence): Judged {
    const known = judgements.get(evidence);
    if (known !== undefined) return known;
    const judgement = judge(evidence);
    const both = { judgement, life: lifetime(evidence, judgement, rules) };
    judgements.set(evidence, both);
    return both;
  }

  function known(checked: KeptEvidence, kept: boolean, serves: boolean): KnownAnswer {
    const { evidence, digest, checkedAtMs } = checked;
    const { judgement, life } = judged(evidence);
    const ageMs = Math.max(0, now() - Date.parse(evidence.observedAt));
    const freshMs = life === 'never' || !kept ? 0 : life.freshSeconds * 1000 - ageMs;
    const about = {
      evidence,
      ageSeconds: Math.floor(ageMs / 1000),
      freshForSeconds: Math.max(0, Math.floor(freshMs / 1000)),
      stale: kept && freshMs <= 0,
      kept,
      etag: `${RULES_VERSION}-${digest}`,
      refreshing: false,
    };
    const answer: AgedAnswer =
      judgement.outcome === 'assessed'
        ? { outcome: 'answer', judgement, ...about }
        : { outcome: 'no-such-domain', judgement, ...about };
    return { answer, checkedAtMs, serves, wantsSecondLook: isUnsettled(evidence, judgement) };
  }

  const knownUnkept = (checked: KeptEvidence | null, unkeptMs: number): KnownAnswer | null =>
    checked === null ? null : known(checked, false, now() - checked.checkedAtMs < unkeptMs);

  /** The latest that could not be kept, here or elsewhere. */
  async function lastUnkept(domain: string): Promise<KeptEvidence | null> {
    const here = unkept.get(domain);
    const passed = (await passing?.of(domain)) ?? { ok: true, value: null };
    if (!passed.ok) failed('read', passed);
    const there = passed.ok ? passed.value : null;
    return (there?.checkedAtMs ?? 0) > (here?.checkedAtMs ?? 0) ? there : here;
  }

  return {
    findUnkept: (domain, unkeptMs) => knownUnkept(unkept.get(domain), unkeptMs),

    async find(domain, unkeptMs) {
      const [kept, lost] = await Promise.all([store.latest(domain), lastUnkept(domain)]);
      if (!kept.ok) failed('read', kept);
      const there = kept.ok ? kept.value : null;
      if (lost !== null && lost.checkedAtMs > (there?.checkedAtMs ?? 0)) return knownUnkept(lost, unkeptMs);
      return there === null ? null : known(there, true, true);
    },

    async keep(evidence) {
      const { domain } = evidence;
      const { judgement, life } = judged(evidence);
      const kept = life === 'never' ? null : await store.keep(evidence, judgement);
      if (kept !== null && !kept.ok) failed('keep', kept);
      if (kept?.ok === true) {
        unkept.delete(domain);
        return known(kept.value, true, true);
      }
      const checked = { evidence, digest: digestOf(evidence), checkedAtMs: now() };
      unkept.set(domain, checked);
      const passed = await passing?.leave(checked);
      if (passed?.ok === false) failed('keep', passed);
      return known(checked, false, true);
    },
  };
}

function isUnsettled(evidence: DomainEvidence, judgement: DomainJudgement): boolean {
  const provisional = judgement.outcome === 'assessed' && judgement.assessment.provisional;
  return provisional && evidence.hosts.every(({ secondLook }) => secondLook.length === 0);
}
