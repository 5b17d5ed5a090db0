/** Answers about domains as a script has them, and what was asked of it. */
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type {
  AgedAnswer,
  Answered,
  AskOptions,
  CheckProgress,
  DomainAnswers,
} from '../../functions/answers/domain-answers.ts';
import type { HistoryEntry } from '../../functions/store/domain-history.ts';

export interface FakeAnswers extends DomainAnswers {
  /** What is kept, by domain. */
  readonly kept: Map<string, AgedAnswer>;
  /** What a check of a domain comes to; without one it is `checking` for as long as anybody waits. */
  readonly checks: Map<string, () => Answered | Promise<Answered>>;
  /** Null: they cannot be read. */
  readonly states: Map<string, readonly HistoryEntry[] | null>;
  readonly underWay: Map<string, CheckProgress>;
  /** Every call of `ask`, in order. */
  readonly asked: { readonly domain: string; readonly options: AskOptions }[];
}

export function fakeAnswers(): FakeAnswers {
  const fake: Omit<FakeAnswers, keyof DomainAnswers> = {
    kept: new Map(),
    checks: new Map(),
    states: new Map(),
    underWay: new Map(),
    asked: [],
  };
  return {
    ...fake,
    ask: async ({ domain }, options) => {
      fake.asked.push({ domain, options });
      const check = fake.checks.get(domain);
      return check === undefined ? { outcome: 'checking', retryAfterSeconds: 2 } : check();
    },
    stored: async (domain) => fake.kept.get(domain) ?? null,
    history: async (domain) => {
      const states = fake.states.get(domain);
      return states === undefined ? [] : states;
    },
    progress: async (domain) => fake.underWay.get(domain) ?? null,
    close: async () => {},
  };
}

/** Evidence with its judgement, three minutes old and fresh for an hour unless it is said otherwise. */
export function aged(
  evidence: DomainEvidence,
  changes: Partial<Pick<AgedAnswer, 'ageSeconds' | 'freshForSeconds' | 'stale' | 'kept' | 'refreshing'>> = {},
): AgedAnswer {
  const judgement = assessDomain(evidence);
  const age = {
    evidence,
    ageSeconds: 180,
    freshForSeconds: 3600,
    stale: false,
    kept: true,
    etag: `e-${evidence.domain.length}-${evidence.observedAt.replaceAll(/\D/g, '')}`,
    refreshing: false,
    ...changes,
  };
  return judgement.outcome === 'assessed'
    ? { ...age, outcome: 'answer', judgement }
    : { ...age, outcome: 'no-such-domain', judgement };
}
