/**
 * The one page that is open to whoever has a link to it: the stored report of a domain. Nothing is checked for it,
 * and nothing else can be reached from it.
 */
import { Hono } from 'hono';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import { presentHistory } from '../presenters/history.ts';
import { presentDomainPage } from '../presenters/page-domain.ts';
import { STYLE_DIGEST } from '../presenters/page-style.ts';
import { presentProblemPage } from '../presenters/page-problem.ts';
import { presentProblem } from '../presenters/problem.ts';
import type { Problem } from '../presenters/problem.ts';
import { parseQuestion } from '../question/domain.ts';
import { wordAnswered } from './answered.ts';
import type { HttpContext, HttpEnvironment } from './http-context.ts';
import { isKeyOfLinks, opensPage } from './page-link.ts';

export interface PageLinkRules {
  /** What links are sealed with; one that is too short to be a key opens nothing. */
  readonly key: () => Promise<string>;
}

export interface PageLinkTools extends PageLinkRules {
  readonly answers: Pick<DomainAnswers, 'stored' | 'history'>;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** The page comes with its style and needs nothing else. */
const ALONE = {
  'Cache-Control': 'private, no-store',
  'Content-Security-Policy': `default-src 'none'; style-src '${STYLE_DIGEST}'; form-action 'none'; base-uri 'none'; frame-ancestors 'none'`,
};

export function pageLinkRoutes({ key, answers, clock }: PageLinkTools): Hono<HttpEnvironment> {
  async function isOpen(c: HttpContext, domain: string): Promise<boolean> {
    const link = { until: c.req.query('until') ?? '', seal: c.req.query('seal') ?? '' };
    if (link.seal === '') return false;
    const sealedWith = await key();
    return isKeyOfLinks(sealedWith) && opensPage(sealedWith, domain, link, clock());
  }

  const routes = new Hono<HttpEnvironment>();
  routes.get('/d/:domain', async (c) => {
    const read = parseQuestion(c.req.param('domain'));
    if (!read.ok || !(await isOpen(c, read.question.domain))) return problem(c, presentProblem('page-link'));
    const { question } = read;
    c.set('domain', question.domain);
    const known = await answers.stored(question.domain);
    const gone = `What was known of ${question.displayDomain} is not kept any more, or cannot be looked up just now. Ask about it in Slack again.`;
    if (known === null) return problem(c, presentProblem('not-found', gone));
    const answered = wordAnswered(question, known, c.get('sender'));
    if (answered.outcome === 'problem') return problem(c, answered.problem);
    if (answered.outcome === 'checking') return problem(c, presentProblem('busy'));
    const { report } = answered;
    c.set('outcome', report.verdict.answer);
    const entries = await answers.history(question.domain);
    const history = entries === null ? null : presentHistory(question, entries);
    const { evidence, ageSeconds, stale, kept } = known;
    const shown = { report, evidence, ageSeconds, stale, kept, progress: null, history, alone: true };
    return c.html(presentDomainPage(shown), 200, ALONE);
  });
  return routes;
}

function problem(c: HttpContext, told: Problem): Response {
  c.set('outcome', told.type.slice(told.type.lastIndexOf('/') + 1));
  return c.html(presentProblemPage(told, null), told.status, ALONE);
}
