/**
 * Was this mail encrypted on its way? Pasted headers in, a report a message out. Nothing of them is stored,
 * logged, cached or put into a link.
 */
import { Hono } from 'hono';
import { gradeTls } from '../assessment/tls-criteria.ts';
import { checkHeaders } from '../check-headers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import { presentProblem } from '../presenters/problem.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { fail, respondProblem } from './failure.ts';
import type { HttpEnvironment } from './http-context.ts';
import type { HeadersAnswer } from './schemas/headers-answer.ts';

export interface HeadersRouteTools {
  readonly ownServers: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const MESSAGE_TYPES: readonly string[] = ['text/plain', 'message/rfc822'];

export function headersRoutes({ ownServers, clock }: HeadersRouteTools): Hono<HttpEnvironment> {
  const routes = new Hono<HttpEnvironment>();
  routes.post('/v1/headers', async (c) => {
    if (!MESSAGE_TYPES.includes(mediaTypeOf(c.req.raw))) {
      const fields = { 'Accept-Post': MESSAGE_TYPES.join(', ') };
      return respondProblem(c, presentProblem('unsupported-media-type'), fields);
    }
    const body = await readBody(c.req.raw);
    if (body.outcome === 'too-large') return fail(c, 'body-too-large');
    if (body.outcome === 'broken') return fail(c, 'malformed-body');
    const results = checkHeaders(body.bytes, { ownServers, nowMs: clock(), gradeTls });
    const answer: HeadersAnswer = {
      schema: 'mailtls.headers-list/1',
      results: results.map((result) =>
        result.kind === 'headers' ? presentHeadersReport(result) : presentSendingReport(result),
      ),
    };
    return c.json(answer, 200, { 'Cache-Control': 'no-store' });
  });
  return routes;
}
