/**
 * What a response forbids browsers to do with it: run anything, load anything from elsewhere, be framed, be
 * guessed at, be read by other sites (CORS stays off).
 */
import { createMiddleware } from 'hono/factory';
import type { HttpEnvironment } from './http-context.ts';

const FIELDS = Object.entries({
  'Content-Security-Policy':
    "default-src 'none'; script-src 'self'; connect-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=(), interest-cohort=()',
  // Not "no-referrer": a browser would then send "Origin: null" with our own forms.
  'Referrer-Policy': 'same-origin',
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'X-Robots-Tag': 'noindex',
});

export const secureResponses = createMiddleware<HttpEnvironment>(async (c, next) => {
  // Beforehand: touching a response that is made already would make Node's adapter build it anew.
  for (const [name, value] of FIELDS) c.header(name, value);
  await next();
});
