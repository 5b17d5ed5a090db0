/**
 * One line a request: what was asked of which domain, how it went and how long it took. No header fields, no
 * bodies, and of the path only its route: whatever else someone puts into an address stays out of the log.
 */
import { createMiddleware } from 'hono/factory';
import { routePath } from 'hono/route';
import type { HttpEnvironment } from './http-context.ts';

export interface LogLine {
  readonly level: 'info' | 'error';
  readonly event: string;
  readonly [field: string]: string | number;
}

export function logRequests(log: (line: LogLine) => void, clock: () => number) {
  return createMiddleware<HttpEnvironment>(async (c, next) => {
    const startedMs = clock();
    await next();
    const [domain, outcome] = [c.get('domain') as string | undefined, c.get('outcome') as string | undefined];
    log({
      level: 'info',
      event: 'request',
      requestId: c.get('requestId'),
      method: c.req.method,
      route: routePath(c, -1),
      ...(domain === undefined ? {} : { domain }),
      status: c.res.status,
      ...(outcome === undefined ? {} : { outcome }),
      tookMs: clock() - startedMs,
    });
  });
}
