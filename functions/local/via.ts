/**
 * Asks a running service instead of the mail servers, for people whose own network blocks port 25: one GET a
 * domain, again while the service is still checking (RFC 7240 section 4.3 lets us say how long we would wait). What
 * it says is put through the same schema and words as an answer of our own.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { PresentedReport } from '../presenters/report.ts';
import { reportSchema } from '../presenters/report-schema.ts';
import type { Question } from '../question/domain.ts';

/** `no-answer`: the service could not be asked, or would not answer; nothing is known of the domain. */
export type ViaAnswer = PresentedReport | { readonly outcome: 'no-answer'; readonly sentence: string };

export interface ViaOptions {
  /** Where the service is: http or https, perhaps with a path. */
  readonly service: URL;
  /** Bearer token (RFC 6750 section 2.1); empty: none. */
  readonly token: string;
  readonly fetch: typeof fetch;
  /** How long one domain may take altogether. */
  readonly longestMs: number;
}

const WAIT_SECONDS = 20;
const REQUEST_MS = 60_000;
const MOST_BYTES = 8 * 1024 * 1024;
const LONGEST_PAUSE_MS = 60_000;
const PAUSE_MS = 2_000;
/** More checks than it takes at once, or too many of ours: it says when to come back. */
const LATER: ReadonlySet<number> = new Set([202, 429, 503]);

/** @returns the service's address, or the sentence that says what is wrong with it */
export function readService(text: string, token: string): URL | string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || !/^https?:$/.test(url.protocol)) {
    return '--via takes the address of a mailtls service, like https://mailtls.vendor.com.';
  }
  if (url.username !== '' || url.password !== '') {
    return '--via takes an address without a name or password in it. A token goes into MAILTLS_VIA_TOKEN.';
  }
  if (url.protocol === 'http:' && token !== '' && !/^(?:localhost|127\.[\d.]+|\[::1\])$/.test(url.hostname)) {
    return 'MAILTLS_VIA_TOKEN would cross the network in clear text. Use an https:// address.';
  }
  return url;
}

/** @param signal the person gave up; the answer is then `no-answer` */
export async function askVia(
  { domain }: Pick<Question, 'domain'>,
  options: ViaOptions,
  signal: AbortSignal,
): Promise<ViaAnswer> {
  const endsAtMs = performance.now() + options.longestMs;
  for (;;) {
    const response = await getAnswer(domain, options, signal);
    if (typeof response === 'string') return noAnswer(response);
    const { status, retryAfterMs, body } = response;
    if (!LATER.has(status)) return readAnswer(status, body);
    if (performance.now() + retryAfterMs > endsAtMs) {
      return noAnswer(problemOf(body)?.sentence ?? 'The service is still checking; ask again in a while.');
    }
    await wait(retryAfterMs, undefined, { signal }).catch(() => {});
  }
}

interface Reply {
  readonly status: number;
  readonly retryAfterMs: number;
  readonly body: unknown;
}

/** @returns the sentence that says why there was no reply */
async function getAnswer(
  domain: string,
  { service, token, fetch }: ViaOptions,
  signal: AbortSignal,
): Promise<Reply | string> {
  const address = `${service.origin}${service.pathname.replace(/\/$/, '')}/v1/domains/${encodeURIComponent(domain)}`;
  try {
    const response = await fetch(address, {
      headers: {
        Accept: 'application/json, application/problem+json',
        Prefer: `wait=${WAIT_SECONDS}`,
        ...(token === '' ? {} : { Authorization: `Bearer ${token}` }),
      },
      // The token is for this service and no other.
      redirect: 'error',
      signal: AbortSignal.any([signal, AbortSignal.timeout(REQUEST_MS)]),
    });
    const text = await readText(response);
    return {
      status: response.status,
      retryAfterMs: readRetryAfter(response.headers.get('retry-after')),
      body: text === null ? null : parse(text),
    };
  } catch (error) {
    return `${service.host} cannot be asked: ${wordFailure(error)}.`;
  }
}

/** The codes of Node's sockets and look-ups that people meet, in words. */
const FAILURES: Readonly<Record<string, string>> = {
  ENOTFOUND: 'there is no such host. Check the address behind --via',
  EAI_AGAIN: 'its name cannot be looked up just now',
  ECONNREFUSED: 'nothing answers at that address and port',
  ECONNRESET: 'it ended the connection',
  TimeoutError: `it gave no answer within ${REQUEST_MS / 1000} seconds`,
};

function wordFailure(error: unknown): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (!(cause instanceof Error)) return clean(String(cause));
  const { code = cause.name }: NodeJS.ErrnoException = cause;
  return FAILURES[code] ?? clean(cause.message);
}

async function readText(response: Response): Promise<string | null> {
  const parts: Uint8Array[] = [];
  let sizeBytes = 0;
  for await (const part of response.body ?? []) {
    sizeBytes += part.byteLength;
    if (sizeBytes > MOST_BYTES) return null;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** RFC 9110 section 10.2.3: seconds; a date is not what mailtls sends. */
function readRetryAfter(field: string | null): number {
  const seconds = /^\d{1,6}$/.test(field ?? '') ? Number(field) : null;
  return seconds === null ? PAUSE_MS : Math.min(Math.max(seconds * 1000, 100), LONGEST_PAUSE_MS);
}

/** What could act on a terminal is taken out of every text, for the service need not be who it seems. */
function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value: unknown) => (typeof value === 'string' ? clean(value) : value));
  } catch {
    return null;
  }
}

const clean = (text: string): string => text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '\ufffd');

function readAnswer(status: number, body: unknown): ViaAnswer {
  if (status === 200) {
    const report = reportSchema.safeParse(body);
    return report.success
      ? { outcome: 'report', report: report.data }
      : noAnswer('What answered is no mailtls service, or one of another version.');
  }
  const problem = problemOf(body);
  if (problem === null) return noAnswer(`What answered is no mailtls service: its status is ${status}.`);
  if (problem.type === '/problems/no-such-domain')
    return { outcome: 'no-such-domain', sentence: problem.sentence };
  if (problem.type === '/problems/unauthorized') {
    return noAnswer('The service wants a token. Put the one you were given into MAILTLS_VIA_TOKEN.');
  }
  return noAnswer(problem.sentence);
}

/** A problem document (RFC 9457 section 3), as a sentence; null: it is none. */
function problemOf(body: unknown): { readonly type: string; readonly sentence: string } | null {
  if (typeof body !== 'object' || body === null || !('type' in body) || !('title' in body)) return null;
  const { type, title } = body;
  const detail = 'detail' in body && typeof body.detail === 'string' ? body.detail : '';
  if (typeof type !== 'string' || typeof title !== 'string') return null;
  return { type, sentence: detail === '' ? `${title}.` : detail };
}

const noAnswer = (sentence: string): ViaAnswer => ({ outcome: 'no-answer', sentence });
