/** One domain: its answer, checking it again, the states it has been in. */
import { Hono } from 'hono';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import { presentHistory } from '../presenters/history.ts';
import { wordQuestionMistake } from '../presenters/question-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import type { Question } from '../question/domain.ts';
import { wordAnswered } from './answered.ts';
import type { Ask, Found } from './asking.ts';
import type { CheckRates } from './check-rates.ts';
import { fail, respondProblem } from './failure.ts';
import { freshnessFields, isUnchanged } from './freshness.ts';
import type { HttpContext, HttpEnvironment } from './http-context.ts';
import { readPatience } from './prefer.ts';
import type { Checking } from './schemas/checking.ts';

export interface DomainRouteTools {
  readonly answers: DomainAnswers;
  readonly ask: Ask;
  readonly rates: CheckRates;
  readonly longestWaitSeconds: number;
}

/** A store that is throttled is so for a moment. */
const STORE_BACK_SECONDS = 5;

export function domainRoutes(tools: DomainRouteTools): Hono<HttpEnvironment> {
  const { answers, ask, rates, longestWaitSeconds } = tools;

  async function respondTo(c: HttpContext, again: boolean): Promise<Response> {
    const question = readQuestion(c);
    if (question instanceof Response) return question;
    const patience = readPatience(c.req.header('prefer'), longestWaitSeconds);
    if (patience.applied !== null) c.header('Preference-Applied', patience.applied);
    const { waitMs } = patience;
    const asker = { client: c.get('client'), signal: c.req.raw.signal, waitMs };
    const found = await ask(question, again, asker);
    for (const [name, value] of Object.entries(rates.fields(c.get('client')))) c.header(name, value);
    return respond(c, question, found);
  }

  const routes = new Hono<HttpEnvironment>();
  routes.get('/v1/domains/:domain', (c) => respondTo(c, false));
  routes.post('/v1/domains/:domain/checks', (c) => respondTo(c, true));
  routes.get('/v1/domains/:domain/history', async (c) => {
    const question = readQuestion(c);
    if (question instanceof Response) return question;
    const entries = await answers.history(question.domain);
    if (entries === null) {
      return fail(c, 'store-failed', undefined, { retryAfterSeconds: STORE_BACK_SECONDS });
    }
    c.header('Cache-Control', 'private, no-cache');
    return c.json(presentHistory(question, entries));
  });
  return routes;
}

function readQuestion(c: HttpContext): Question | Response {
  const read = parseQuestion(c.req.param('domain') ?? '');
  if (!read.ok) return fail(c, 'not-a-domain', wordQuestionMistake(read), { mistake: read.mistake.code });
  c.set('domain', read.question.domain);
  return read.question;
}

function respond(c: HttpContext, question: Question, { asked, from }: Found): Response {
  c.header('Content-Location', `/v1/domains/${question.domain}`);
  const answer = asked.outcome === 'answer' || asked.outcome === 'no-such-domain' ? asked : null;
  const sender = c.get('sender');
  const fields = answer === null ? {} : freshnessFields(answer, from, sender);
  const known = c.req.method === 'POST' ? undefined : c.req.header('if-none-match');
  // RFC 9110 section 13.2.1: what would be a 404 stays one, whatever the client has.
  if (answer?.outcome === 'answer' && isUnchanged(known, answer, sender)) {
    c.set('outcome', 'unchanged');
    return c.body(null, 304, fields);
  }
  const answered = wordAnswered(question, asked, sender);
  c.set('outcome', answered.outcome === 'report' ? answered.report.verdict.answer : answered.outcome);
  if (answered.outcome === 'report') return c.json(answered.report, 200, fields);
  if (answered.outcome === 'problem') return respondProblem(c, answered.problem, fields);
  return checking(c, question, answered.retryAfterSeconds);
}

/** RFC 9110 section 15.3.3: accepted, and where to look for what becomes of it. */
function checking(c: HttpContext, { domain, displayDomain }: Question, retryAfterSeconds: number): Response {
  const body: Checking = { schema: 'mailtls.checking/1', domain, displayDomain, retryAfterSeconds };
  return c.json(body, 202, {
    Location: `/v1/domains/${domain}`,
    'Retry-After': String(retryAfterSeconds),
    'Cache-Control': 'no-store',
  });
}
