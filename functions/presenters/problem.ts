/** A failure as a problem document (RFC 9457 section 3). */
import { PROBLEM_TYPES } from './problem-types.ts';
import type { ProblemCode } from './problem-types.ts';

/** What only some problems have (RFC 9457 section 3.2). */
export interface ProblemFacts {
  /** Of `not-a-domain`: a code of `question/domain-name.ts`. */
  readonly mistake?: string;
  /** Of those that pass. */
  readonly retryAfterSeconds?: number;
}

export interface Problem extends ProblemFacts {
  /** A reference with its full path: RFC 9457 section 3.1.1 warns of shorter ones. */
  readonly type: string;
  readonly title: string;
  readonly status: (typeof PROBLEM_TYPES)[ProblemCode]['status'];
  readonly detail: string;
}

/** @param detail what happened this time, a sentence or two; default: what the type means */
export function presentProblem(code: ProblemCode, detail?: string, facts: ProblemFacts = {}): Problem {
  const { status, title, meaning } = PROBLEM_TYPES[code];
  return { type: `/problems/${code}`, title, status, detail: detail ?? meaning, ...facts };
}
