/**
 * What can be asked about domains, and what comes back: a stored answer with its age, a new one, or why there is
 * none yet. HTTP, pages and Slack are written against this; `answer-domain.ts` does the work.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { CheckStep } from '../check-domain.ts';
import type { Question } from '../question/domain.ts';
import type { HistoryEntry } from '../store/domain-history.ts';

/** Evidence with what it means and how old it is. */
interface Aged {
  readonly evidence: DomainEvidence;
  /** Since the check began, in whole seconds. */
  readonly ageSeconds: number;
  /** For how much longer it may be shown without asking again; 0 when stale. */
  readonly freshForSeconds: number;
  /** Past its freshness and shown until a new check is done. */
  readonly stale: boolean;
  /** False: the store failed, or such evidence is never kept; this answer will not be found again. */
  readonly kept: boolean;
  /** Changes when the evidence or the rules of judgement do. Letters, digits, `-` and `_`; no quotes around it. */
  readonly etag: string;
  /** A new check of this domain is under way. */
  readonly refreshing: boolean;
}

export type AgedAnswer =
  | (Aged & {
      readonly outcome: 'answer';
      readonly judgement: Extract<DomainJudgement, { outcome: 'assessed' }>;
    })
  /** The domain does not exist; as sure and as lasting as any answer. */
  | (Aged & {
      readonly outcome: 'no-such-domain';
      readonly judgement: Extract<DomainJudgement, { outcome: 'no-such-domain' }>;
    });

export type Answered =
  | AgedAnswer
  /** The check takes longer than one was ready to wait; ask again. */
  | { readonly outcome: 'checking'; readonly retryAfterSeconds: number }
  /** Checked again a moment ago: at most once in `MAILTLS_RECHECK_SECONDS` for a domain. */
  | { readonly outcome: 'too-soon'; readonly retryAfterSeconds: number }
  /** As many checks wait as may wait, or the service is ending. No check was started. */
  | { readonly outcome: 'busy'; readonly retryAfterSeconds: number };

export interface AskOptions {
  /** How long to wait for a check, in milliseconds; the check itself goes on after that. 0: do not wait. */
  readonly waitMs: number;
  /** Check again even if what is kept is fresh. A check that is under way is joined. */
  readonly again: boolean;
}

export interface CheckProgress {
  /** ISO 8601, UTC. */
  readonly startedAt: string;
  /** `waiting`: for its turn among other checks. `elsewhere`: another process runs it; no more is known. */
  readonly state: 'waiting' | 'running' | 'elsewhere';
  /** MX hosts found; null: not looked up yet. */
  readonly hosts: number | null;
  /** Addresses to probe; null: not looked up yet. */
  readonly addresses: number | null;
  /** Of these, how many are done. */
  readonly probed: number;
  readonly lastStep: CheckStep | null;
}

export interface DomainAnswers {
  /**
   * Answers from what is kept, or by a check.
   * @param question whose `domain` is an A-label, lower case, no trailing dot
   * @param signal whoever asked has gone: ends the wait with `checking`, not the check
   */
  readonly ask: (
    question: Pick<Question, 'domain'>,
    options: AskOptions,
    signal: AbortSignal,
  ) => Promise<Answered>;
  /** States what is kept, stale or fresh, and starts nothing; null: nothing, or the store failed. */
  readonly stored: (domain: string) => Promise<AgedAnswer | null>;
  /** The states a domain has been in, the latest first, at most 100; null: the store failed. */
  readonly history: (domain: string) => Promise<readonly HistoryEntry[] | null>;
  /** What a check that is under way is doing; null: none is. */
  readonly progress: (domain: string) => Promise<CheckProgress | null>;
  /** Starts nothing any more; resolves when running checks have ended or were given up at the bound. */
  readonly close: () => Promise<void>;
}
