/** Whatever became of a question, in words: the report, that it is still being made, or why there is none. */
import type { AgedAnswer } from '../answers/domain-answers.ts';
import type { SenderName } from '../environment.ts';
import type { Problem } from '../presenters/problem.ts';
import { presentProblem } from '../presenters/problem.ts';
import type { ProblemCode } from '../presenters/problem-types.ts';
import { presentReport } from '../presenters/report.ts';
import type { Report } from '../presenters/report-schema.ts';
import type { Question } from '../question/domain.ts';
import type { Asked } from './asking.ts';

export type Answered =
  | { readonly outcome: 'report'; readonly report: Report; readonly answer: AgedAnswer }
  | { readonly outcome: 'checking'; readonly retryAfterSeconds: number }
  /** `answer`: what it is said of, when it is an answer too (there is no such domain); it ages like any. */
  | { readonly outcome: 'problem'; readonly problem: Problem; readonly answer: AgedAnswer | null };

const LIMITS = {
  client: 'You have started as many new checks as one client may for now.',
  all: 'This service has started as many new checks as it may for now.',
} as const;

/** People read them on a page too, which says by itself when to ask again. */
const TOO_SOON = 'A domain is checked again at most once a minute. The stored answer is no older.';
const BUSY = 'As many checks wait as may wait, or the service is being stopped. No check was started.';

/** @param sender who sends our mail; empty: nobody said */
export function wordAnswered(
  question: Pick<Question, 'domain' | 'displayDomain'>,
  asked: Asked,
  sender: SenderName | '',
): Answered {
  if (asked.outcome === 'checking') return asked;
  if (asked.outcome === 'too-soon') return refused('checked-just-now', TOO_SOON, asked.retryAfterSeconds);
  if (asked.outcome === 'busy') return refused('busy', BUSY, asked.retryAfterSeconds);
  if (asked.outcome === 'too-many') {
    return refused('too-many-checks', LIMITS[asked.whose], asked.retryAfterSeconds);
  }
  const presented = presentReport(question, asked.evidence, asked.judgement, sender);
  return presented.outcome === 'report'
    ? { ...presented, answer: asked }
    : { outcome: 'problem', problem: presentProblem('no-such-domain', presented.sentence), answer: asked };
}

function refused(code: ProblemCode, detail: string, retryAfterSeconds: number): Answered {
  return { outcome: 'problem', problem: presentProblem(code, detail, { retryAfterSeconds }), answer: null };
}
