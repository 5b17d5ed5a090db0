/** Many domains at once: each is answered, is still being checked, or has its own problem. */
import type { SenderName } from '../environment.ts';
import { Hono } from 'hono';
import { accepts } from 'hono/accepts';
import { presentDomainListCsv } from '../presenters/domain-list-csv.ts';
import { presentProblem } from '../presenters/problem.ts';
import { wordQuestionMistake } from '../presenters/question-wording.ts';
import { parseQuestion } from '../question/domain.ts';
import { wordAnswered } from './answered.ts';
import type { Ask, Asker } from './asking.ts';
import { mediaTypeOf, readBody } from './body.ts';
import type { DomainRouteTools } from './domain-routes.ts';
import { LIST_TYPES, readDomainList } from './domain-list.ts';
import { fail, respondProblem } from './failure.ts';
import type { HttpContext, HttpEnvironment } from './http-context.ts';
import { readPatience } from './prefer.ts';
import type { DomainListAnswer, DomainListResult } from './schemas/domain-list.ts';

type ListRouteTools = Omit<DomainRouteTools, 'answers'>;

export function listRoute({ ask, rates, longestWaitSeconds }: ListRouteTools): Hono<HttpEnvironment> {
  const routes = new Hono<HttpEnvironment>();
  routes.post('/v1/domains', async (c) => {
    const type = LIST_TYPES.find((known) => known === mediaTypeOf(c.req.raw));
    if (type === undefined) {
      const fields = { 'Accept-Post': LIST_TYPES.join(', ') };
      return respondProblem(c, presentProblem('unsupported-media-type'), fields);
    }
    const body = await readBody(c.req.raw);
    if (body.outcome === 'too-large') return fail(c, 'body-too-large');
    if (body.outcome === 'broken') return fail(c, 'malformed-body');
    const list = await readDomainList(body.bytes, type);
    if (!list.ok) return fail(c, list.because, list.detail);

    const patience = readPatience(c.req.header('prefer'), longestWaitSeconds);
    const asker = { client: c.get('client'), signal: c.req.raw.signal, waitMs: patience.waitMs };
    const results = await Promise.all(
      list.asked.map((asked) => resultOf(asked, ask, asker, c.get('sender'))),
    );
    if (patience.applied !== null) c.header('Preference-Applied', patience.applied);
    for (const [name, value] of Object.entries(rates.fields(asker.client))) c.header(name, value);
    return respond(c, results);
  });
  return routes;
}

async function resultOf(
  asked: string,
  ask: Ask,
  asker: Asker,
  sender: SenderName | '',
): Promise<DomainListResult> {
  const read = parseQuestion(asked);
  if (!read.ok) {
    const problem = presentProblem('not-a-domain', wordQuestionMistake(read), { mistake: read.mistake.code });
    return { asked: read.asked, outcome: 'problem', problem };
  }
  const { question } = read;
  const answered = wordAnswered(question, (await ask(question, false, asker)).asked, sender);
  const shown = { asked: question.asked, outcome: answered.outcome };
  if (answered.outcome === 'problem') return { ...shown, outcome: 'problem', problem: answered.problem };
  if (answered.outcome === 'checking') {
    const location = `/v1/domains/${question.domain}`;
    return { ...shown, outcome: 'checking', location, retryAfterSeconds: answered.retryAfterSeconds };
  }
  const { ageSeconds, stale, kept } = answered.answer;
  return { ...shown, outcome: 'report', ageSeconds, stale, kept, report: answered.report };
}

/** 202 while any of them is still being checked: asking for the same list again gives more of it. */
function respond(c: HttpContext, results: readonly DomainListResult[]): Response {
  const waits = results.flatMap((result) =>
    result.outcome === 'checking' ? [result.retryAfterSeconds] : [],
  );
  const status = waits.length > 0 ? 202 : 200;
  c.set('outcome', `${results.length} domains, ${waits.length} checking`);
  c.header('Cache-Control', 'no-store');
  c.header('Vary', 'Accept');
  if (waits.length > 0) c.header('Retry-After', String(Math.max(...waits)));
  const supports = ['application/json', 'text/csv'];
  if (accepts(c, { header: 'Accept', supports, default: 'application/json' }) === 'text/csv') {
    c.header('Content-Type', 'text/csv; charset=utf-8; header=present');
    c.header('Content-Disposition', 'attachment; filename="mailtls.csv"');
    return c.body(presentDomainListCsv(results), status);
  }
  const answer: DomainListAnswer = { schema: 'mailtls.list/1', results: [...results] };
  return c.json(answer, status);
}
