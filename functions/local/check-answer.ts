/** What a check of a domain is asked with, and what it comes to: a report, or why there is none. */
import type { WhatIf } from '../assessment/what-if.ts';
import type { CheckStep } from '../check-domain.ts';
import type { Settings } from '../environment.ts';
import type { Report } from '../presenters/report-schema.ts';
import type { Question } from '../question/domain.ts';

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

export interface Circumstances extends AskOptions {
  readonly settings: Settings;
  readonly interrupted: AbortSignal;
}

export const noReport = (status: number, sentence: string): Answer => ({
  outcome: 'no-report',
  status,
  sentence,
});
