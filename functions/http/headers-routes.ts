/**
 * Was this mail encrypted on its way? Pasted headers in, a report a message out. Nothing of them is stored,
 * logged, cached or put into a link.
 */
import { Hono } from 'hono';
import { gradeTls } from '../assessment/tls-criteria.ts';
import { checkHeaders } from '../check-headers.ts';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import { presentHeadersReport, presentSendingReport } from '../presenters/headers-report.ts';
import { presentHeadersPage } from '../presenters/page-headers.ts';
import { presentProblem } from '../presenters/problem.ts';
import { lookUpServersToday } from '../answers/servers-today.ts';
import { mediaTypeOf, readBody } from './body.ts';
import { fail, respondProblem } from './failure.ts';
import type { HttpEnvironment } from './http-context.ts';
import type { HeadersAnswer } from './schemas/headers-answer.ts';

export interface HeadersRouteTools {
  /** Only what is stored is asked for: a header starts no check. */
  readonly answers: Pick<DomainAnswers, 'stored'>;
  readonly ownServers: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

const NOT_KEPT = { 'Cache-Control': 'no-store' } as const;
const FORM_TYPE = 'multipart/form-data';
const MESSAGE_TYPES: readonly string[] = ['text/plain', 'message/rfc822'];

type Read = (bytes: Uint8Array) => Promise<HeadersAnswer['results']>;

const reader =
  ({ answers, ownServers, clock }: HeadersRouteTools): Read =>
  async (bytes) => {
    const results = checkHeaders(bytes, { ownServers, nowMs: clock(), gradeTls });
    const messages = results.filter((result) => result.kind === 'headers');
    const today = await lookUpServersToday(messages, answers.stored);
    return results.map((result) =>
      result.kind === 'headers' ? presentHeadersReport(result, today) : presentSendingReport(result),
    );
  };

export function headersRoutes(tools: HeadersRouteTools): Hono<HttpEnvironment> {
  const read = reader(tools);
  const routes = new Hono<HttpEnvironment>();
  routes.post('/v1/headers', async (c) => {
    if (!MESSAGE_TYPES.includes(mediaTypeOf(c.req.raw))) {
      const fields = { 'Accept-Post': MESSAGE_TYPES.join(', ') };
      return respondProblem(c, presentProblem('unsupported-media-type'), fields);
    }
    const body = await readBody(c.req.raw);
    if (body.outcome === 'too-large') return fail(c, 'body-too-large');
    if (body.outcome === 'broken') return fail(c, 'malformed-body');
    const answer: HeadersAnswer = { schema: 'mailtls.headers-list/1', results: await read(body.bytes) };
    return c.json(answer, 200, NOT_KEPT);
  });
  return routes;
}

/** The same for people: a page with a field to paste into. */
export function headersPages(tools: HeadersRouteTools): Hono<HttpEnvironment> {
  const read = reader(tools);
  const routes = new Hono<HttpEnvironment>();
  routes.get('/headers', (c) => c.html(presentHeadersPage(null), 200, NOT_KEPT));
  routes.post('/headers', async (c) => {
    if (mediaTypeOf(c.req.raw) !== FORM_TYPE) return fail(c, 'unsupported-media-type');
    const body = await readBody(c.req.raw);
    if (body.outcome === 'too-large') return fail(c, 'body-too-large');
    const message = body.outcome === 'read' ? await readForm(c.req.raw, body.bytes) : null;
    if (message === null) return fail(c, 'malformed-body');
    return c.html(presentHeadersPage(await read(message)), 200, NOT_KEPT);
  });
  return routes;
}

/** RFC 7578 section 4: what was chosen as a file, or what was pasted. Null: it is no such form. */
async function readForm(request: Request, bytes: Uint8Array): Promise<Uint8Array | null> {
  const headers = { 'Content-Type': request.headers.get('content-type') ?? '' };
  try {
    const form = await new Response(new Uint8Array(bytes), { headers }).formData();
    const [file, text] = [form.get('file'), form.get('text')];
    if (file instanceof File && file.size > 0) return new Uint8Array(await file.arrayBuffer());
    return typeof text === 'string' ? Buffer.from(text) : null;
  } catch {
    return null;
  }
}
