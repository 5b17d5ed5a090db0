/**
 * The service over HTTP, from Request to Response: every request gets an id and a line in the log, must be meant
 * for us and come from someone who may ask, and is then answered by its route. No server is known here; doors
 * hand requests in.
 */
import { Hono } from 'hono';
import { methodNotAllowed } from 'hono/method-not-allowed';
import { requestId } from 'hono/request-id';
import type { DomainAnswers } from '../answers/domain-answers.ts';
import type { SenderName } from '../environment.ts';
import { placeOf } from '../presenters/mistake-place.ts';
import { presentProblem } from '../presenters/problem.ts';
import { decideAccess } from './access.ts';
import type { AccessRules, GatewayRules } from './access.ts';
import { createAsk } from './asking.ts';
import { createCheckRates } from './check-rates.ts';
import { domainRoutes } from './domain-routes.ts';
import { fail, respondProblem } from './failure.ts';
import { headersPages, headersRoutes } from './headers-routes.ts';
import type { HttpContext, HttpEnvironment } from './http-context.ts';
import { isApi } from './http-context.ts';
import { listRoute } from './list-route.ts';
import { recognise } from './own-name.ts';
import { pageLinkRoutes } from './page-link-routes.ts';
import { LONGEST_WAIT_SECONDS } from './prefer.ts';
import { pageRoutes } from './page-routes.ts';
import { logRequests } from './request-log.ts';
import type { LogLine } from './request-log.ts';
import { secureResponses } from './secure-responses.ts';

export interface ServiceTools {
  readonly answers: DomainAnswers;
  readonly access: AccessRules | GatewayRules;
  /** Who sends our mail; empty: nobody said. */
  readonly sender: SenderName | '';
  /** Names we go by beside those of the machine itself, lower case. A gateway in front knows its own. */
  readonly hosts: readonly string[];
  readonly checksPerMinute: { readonly client: number; readonly all: number };
  /** As `AskingTools` has it. */
  readonly longestCheckMs: number | null;
  /** What stands in front of the service gives up on a request after that; absent: nothing does. */
  readonly longestWaitSeconds?: number;
  /** Of whoever pastes headers; see `HeaderCheckOptions`. */
  readonly ownServers: readonly string[];
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  readonly log: (line: LogLine) => void;
}

export function createService(tools: ServiceTools): Hono<HttpEnvironment> {
  const { answers, access, hosts, clock, log } = tools;
  const rates = createCheckRates(tools.checksPerMinute, clock);
  const ask = createAsk({ answers, rates, longestCheckMs: tools.longestCheckMs });
  const longestWaitSeconds = tools.longestWaitSeconds ?? LONGEST_WAIT_SECONDS;

  const app = new Hono<HttpEnvironment>();
  app.onError((error, c) => {
    log({
      level: 'error',
      event: 'internal-error',
      requestId: c.get('requestId'),
      place: placeOf(error),
    });
    return fail(c, 'internal-error');
  });
  app.notFound((c) => fail(c, 'not-found'));
  app.use(requestId({ limitLength: 64 }), logRequests(log, clock), secureResponses);
  app.use(
    methodNotAllowed({
      app,
      onMethodNotAllowed: (c, methods) =>
        respondProblem(c, presentProblem('method-not-allowed'), { Allow: methods.join(', ') }),
    }),
  );
  app.use(async (c, next) => {
    c.set('sender', tools.sender);
    const refusal = refuse(c, access, hosts);
    if (refusal !== null) return refusal;
    return next();
  });

  app.get('/healthz', (c) => c.json({ status: 'ok' }, 200, { 'Cache-Control': 'no-store' }));
  app.get('/v1/openapi.json', async (c) => {
    const { describeService } = await import('./openapi.ts');
    return c.json(describeService(), 200, { 'Cache-Control': 'private, max-age=3600' });
  });
  app.route('/', listRoute({ ask, rates, longestWaitSeconds }));
  app.route('/', domainRoutes({ answers, ask, rates, longestWaitSeconds }));
  app.route('/', headersRoutes({ answers, ownServers: tools.ownServers, clock }));
  if ('gateway' in access) {
    if (access.gateway !== null) app.route('/', pageLinkRoutes({ ...access.gateway, answers, clock }));
    return app;
  }
  app.route('/', headersPages({ answers, ownServers: tools.ownServers, clock }));
  app.route('/', pageRoutes({ answers, ask }));
  return app;
}

/** Null: the request is ours to answer, and of someone who may ask. */
function refuse(c: HttpContext, access: ServiceTools['access'], hosts: readonly string[]): Response | null {
  if ('gateway' in access) return refuseBehindGateway(c);
  const sender = recognise(c.req.raw, hosts);
  if (sender !== 'own') return fail(c, sender);
  if (c.req.path === '/healthz') return null;
  const decided = decideAccess(access, c.req.header('authorization'), c.env.clientAddress);
  if (decided.allowed) {
    c.set('client', decided.client);
    return null;
  }
  if (decided.because === 'not-from-here') return fail(c, 'not-from-here');
  // RFC 9110 section 11.6.1: a 401 says how to authenticate. A browser can ask a person for a password only.
  const challenge = isApi(c.req.path) ? 'Bearer realm="mailtls"' : 'Basic realm="mailtls", charset="UTF-8"';
  return respondProblem(c, presentProblem('unauthorized'), { 'WWW-Authenticate': challenge });
}

/**
 * The gateway knows its own name and who may call; what it lets in without a name is not for us. Links to pages
 * carry their own right, and there are no other pages.
 */
function refuseBehindGateway(c: HttpContext): Response | null {
  const { caller } = c.env;
  if (!isApi(c.req.path)) return null;
  if (typeof caller !== 'string') return fail(c, 'no-caller');
  c.set('client', caller);
  return null;
}
