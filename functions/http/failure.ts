/** A failed request, answered: a problem document for programs, a page with the same words for people. */
import { presentProblemPage } from '../presenters/page-problem.ts';
import type { Problem, ProblemFacts } from '../presenters/problem.ts';
import { presentProblem } from '../presenters/problem.ts';
import type { ProblemCode } from '../presenters/problem-types.ts';
import type { HttpContext } from './http-context.ts';
import { isApi } from './http-context.ts';

type Fields = Readonly<Record<string, string>>;

/** @param detail what happened this time; default: what the type means */
export function fail(c: HttpContext, code: ProblemCode, detail?: string, facts?: ProblemFacts): Response {
  return respondProblem(c, presentProblem(code, detail, facts));
}

/** @param fields further header fields; without Cache-Control among them nothing keeps the response */
export function respondProblem(c: HttpContext, problem: Problem, fields: Fields = {}): Response {
  c.set('outcome', problem.type.slice(problem.type.lastIndexOf('/') + 1));
  const api = isApi(c.req.path);
  const all: Fields = {
    'Cache-Control': 'no-store',
    ...fields,
    ...(problem.retryAfterSeconds === undefined ? {} : { 'Retry-After': String(problem.retryAfterSeconds) }),
    'Content-Type': api ? 'application/problem+json' : 'text/html; charset=utf-8',
  };
  return c.body(api ? JSON.stringify(problem) : presentProblemPage(problem), problem.status, all);
}
