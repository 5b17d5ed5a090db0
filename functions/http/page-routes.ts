/** The pages. Reading one starts nothing; its forms do, and lead back to the page of the domain. */
import { Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import type { AgedAnswer, DomainAnswers } from '../answers/domain-answers.ts';
import { presentHistory } from '../presenters/history.ts';
import { presentDomainPage } from '../presenters/page-domain.ts';
import { presentProblemPage, presentProblemType } from '../presenters/page-problem.ts';
import { SCRIPT, SCRIPT_PATH } from '../presenters/page-script.ts';
import {
  presentCheckingPage,
  presentStartPage,
  presentUncheckedPage,
  wordProgress,
} from '../presenters/page-start.ts';
import { ICON, STYLE, STYLE_PATH } from '../presenters/page-style.ts';
import { presentProblem } from '../presenters/problem.ts';
import { PROBLEM_TYPES } from '../presenters/problem-types.ts';
import type { ProblemCode } from '../presenters/problem-types.ts';
import { wordQuestionMistake } from '../presenters/question-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { wordAnswered } from './answered.ts';
import type { Ask } from './asking.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { fail, respondProblem } from './failure.ts';
import type { HttpContext, HttpEnvironment } from './http-context.ts';

/** A quick check is over by then, and its page comes at once. */
const WAIT_MS = 700;
const FORM_TYPE = 'application/x-www-form-urlencoded';
const NEVER = new AbortController().signal;

export interface PageRouteTools {
  readonly answers: DomainAnswers;
  readonly ask: Ask;
}

export function pageRoutes({ answers, ask }: PageRouteTools): Hono<HttpEnvironment> {
  async function check(c: HttpContext, text: string, again: boolean): Promise<Response> {
    const read = parseQuestion(text);
    if (!read.ok) {
      c.set('outcome', 'not-a-domain');
      return page(
        c,
        presentProblemPage(presentProblem('not-a-domain', wordQuestionMistake(read)), read.asked),
        400,
      );
    }
    const { question } = read;
    c.set('domain', question.domain);
    const asker = { client: c.get('client'), signal: NEVER, waitMs: WAIT_MS };
    const { asked } = await ask(question, again, asker);
    const answered = wordAnswered(question, asked, c.get('sender'));
    if (answered.outcome === 'problem' && answered.answer === null) {
      c.set('outcome', asked.outcome);
      c.header('Retry-After', String(answered.problem.retryAfterSeconds));
      const kept = asked.outcome === 'too-soon' ? question.domain : null;
      return page(
        c,
        presentProblemPage(answered.problem, question.displayDomain, kept),
        answered.problem.status,
      );
    }
    return c.redirect(`/d/${question.domain}`, 303);
  }

  const routes = new Hono<HttpEnvironment>();
  routes.get('/', (c) => page(c, presentStartPage()));
  routes.post('/', async (c) => {
    if (mediaTypeOf(c.req.raw) !== FORM_TYPE) return fail(c, 'unsupported-media-type');
    const body = await readBody(c.req.raw);
    if (body.outcome === 'too-large') return fail(c, 'body-too-large');
    if (body.outcome === 'broken') return fail(c, 'malformed-body');
    const form = new URLSearchParams(Buffer.from(body.bytes).toString());
    return check(c, form.get('domain') ?? '', false);
  });
  routes.get('/d/:domain', async (c) => {
    const read = parseQuestion(c.req.param('domain'));
    if (!read.ok) return fail(c, 'not-a-domain', wordQuestionMistake(read));
    const { question } = read;
    c.set('domain', question.domain);
    if (c.req.param('domain') !== question.domain) return c.redirect(`/d/${question.domain}`, 303);
    return domainPage(c, question);
  });
  routes.post('/d/:domain', (c) => check(c, c.req.param('domain'), true));
  routes.get('/problems/:code', (c) => {
    const code = c.req.param('code');
    return isProblemCode(code) ? page(c, presentProblemType(code)) : fail(c, 'not-found');
  });
  routes.get(STYLE_PATH, (c) => asset(c, STYLE, 'text/css; charset=utf-8'));
  routes.get(SCRIPT_PATH, (c) => asset(c, SCRIPT, 'text/javascript; charset=utf-8'));
  routes.get('/icon.svg', (c) => asset(c, ICON, 'image/svg+xml'));
  return routes;

  async function domainPage(c: HttpContext, question: Question): Promise<Response> {
    const [known, progress] = await Promise.all([
      answers.stored(question.domain),
      answers.progress(question.domain),
    ]);
    if (known !== null)
      return answerPage(c, question, known, progress === null ? null : wordProgress(progress));
    c.set('outcome', progress === null ? 'unchecked' : 'checking');
    return page(
      c,
      progress === null ? presentUncheckedPage(question) : presentCheckingPage(question, progress),
    );
  }

  async function answerPage(c: HttpContext, question: Question, known: AgedAnswer, progress: string | null) {
    const answered = wordAnswered(question, known, c.get('sender'));
    if (answered.outcome === 'problem') return respondProblem(c, answered.problem);
    if (answered.outcome === 'checking') return fail(c, 'busy');
    const { report } = answered;
    c.set('outcome', report.verdict.answer);
    const entries = await answers.history(question.domain);
    const history = entries === null ? null : presentHistory(question, entries);
    const { evidence, ageSeconds, stale, kept } = known;
    return page(c, presentDomainPage({ report, evidence, ageSeconds, stale, kept, progress, history }));
  }
}

const isProblemCode = (code: string): code is ProblemCode => Object.hasOwn(PROBLEM_TYPES, code);

function page(c: HttpContext, text: string, status: ContentfulStatusCode = 200): Response {
  return c.html(text, status, { 'Cache-Control': 'private, no-store' });
}

/** Named by what is in it (but for the icon), so kept for long. */
function asset(c: HttpContext, text: string, type: string): Response {
  return c.body(text, 200, { 'Content-Type': type, 'Cache-Control': 'public, max-age=86400' });
}
