/**
 * What this app asks of Slack: a method of the Web API, or a post to a `response_url`. Each has a bound on its time
 * and comes back as a value; nothing of an address or a token is in a log, for whoever has those can post.
 */
import { jsonFields } from '../json-fields.ts';
import { withoutLayout } from '../presenters/slack-plain.ts';
import { failureOfAnswer, failureOfError, mayTryAgain } from './call-failures.ts';
import type { CallFailure } from './call-failures.ts';

export type Called =
  | { readonly ok: true; readonly answer: Readonly<Record<string, unknown>> }
  | {
      readonly ok: false;
      readonly because: CallFailure;
      /** Slack's own code, or the HTTP status. */
      readonly code: string;
      readonly retryAfterSeconds: number | null;
    };

export interface CallBounds {
  /** Of one attempt. */
  readonly timeoutMs: number;
  /** Attempts at most; a `response_url` takes five posts in its life. */
  readonly tries: number;
  /** None after this; milliseconds since 1970. */
  readonly untilMs: number;
}

export interface SlackCallFailed {
  readonly event: 'slack-call-failed';
  /** The method, or `response_url`. */
  readonly to: string;
  readonly because: CallFailure;
  readonly code: string;
  readonly tries: number;
}

export interface SlackCalls {
  /** @param token another than the bot's: that of a workflow step */
  readonly call: (
    method: string,
    fields: Readonly<Record<string, unknown>>,
    bounds?: Partial<CallBounds>,
    token?: string,
  ) => Promise<Called>;
  readonly respond: (
    responseUrl: string,
    message: Readonly<Record<string, unknown>>,
    bounds?: Partial<CallBounds>,
  ) => Promise<Called>;
}

export interface SlackCallsOptions {
  /** `https://slack.com/api/` */
  readonly apiUrl: string;
  /** Null: it cannot be had now. */
  readonly botToken: () => Promise<string | null>;
  /** The token as it is by now, asked for when Slack refuses the one it was shown; null: no other is known. */
  readonly renewedToken: () => Promise<string | null>;
  readonly fetch: typeof fetch;
  /** Of a call within a request that Slack waits three seconds for. */
  readonly timeoutMs: number;
  readonly wait: (ms: number) => Promise<unknown>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (entry: SlackCallFailed) => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
const NO_TOKEN: Called = { ok: false, because: 'token-refused', code: 'no_token', retryAfterSeconds: null };

export function createSlackCalls(options: SlackCallsOptions): SlackCalls {
  const { apiUrl, botToken, renewedToken, fetch, wait, now, log } = options;
  const base = apiUrl.endsWith('/') ? apiUrl : `${apiUrl}/`;

  async function attempt(
    url: string,
    content: { readonly headers: Readonly<Record<string, string>>; readonly body: string },
    timeoutMs: number,
  ): Promise<Called> {
    try {
      const signal = AbortSignal.timeout(timeoutMs);
      const response = await fetch(url, { method: 'POST', ...content, redirect: 'error', signal });
      return calledOf(response, await response.text());
    } catch (error) {
      return { ok: false, because: failureOfError(error), code: '', retryAfterSeconds: null };
    }
  }

  async function repeatedly(
    to: string,
    bounds: Partial<CallBounds>,
    once: (timeoutMs: number) => Promise<Called>,
  ): Promise<Called> {
    const { timeoutMs, tries, untilMs } = {
      timeoutMs: options.timeoutMs,
      tries: 1,
      untilMs: Number.POSITIVE_INFINITY,
      ...bounds,
    };
    for (let done = 1; ; done += 1) {
      const called = await once(timeoutMs);
      if (called.ok) return called;
      const pauseMs =
        called.retryAfterSeconds === null
          ? FIRST_PAUSE_MS * 2 ** (done - 1)
          : called.retryAfterSeconds * 1000;
      const isOver = done >= tries || pauseMs > LONGEST_PAUSE_MS || now() + pauseMs >= untilMs;
      if (isOver || !mayTryAgain(called.because)) {
        const { because, code } = called;
        log({ event: 'slack-call-failed', to, because, code, tries: done });
        return called;
      }
      await wait(pauseMs);
    }
  }

  /** A token that was replaced is refused from then on, and what it was refused for was not done. */
  async function withBotToken(once: (token: string) => Promise<Called>): Promise<Called> {
    const token = await botToken();
    if (token === null) return NO_TOKEN;
    const called = await once(token);
    if (called.ok || called.because !== 'token-refused') return called;
    const renewed = await renewedToken();
    return renewed === null || renewed === token ? called : once(renewed);
  }

  return {
    call: (method, given, bounds = {}, token) =>
      orWithoutLayout(given, (fields) =>
        repeatedly(method, bounds, (timeoutMs) => {
          const once = (shown: string): Promise<Called> =>
            attempt(base + method, asForm(fields, shown), timeoutMs);
          return token === undefined ? withBotToken(once) : once(token);
        }),
      ),
    respond: (responseUrl, given, bounds = {}) =>
      orWithoutLayout(given, (message) =>
        repeatedly('response_url', bounds, (timeoutMs) => attempt(responseUrl, asJson(message), timeoutMs)),
      ),
  };
}

/** What a message says matters more than how it looks. */
async function orWithoutLayout(
  message: Readonly<Record<string, unknown>>,
  send: (message: Readonly<Record<string, unknown>>) => Promise<Called>,
): Promise<Called> {
  const called = await send(message);
  const { text } = message;
  const isLayout = !called.ok && called.because === 'layout-refused';
  return isLayout && typeof text === 'string' ? send({ ...message, ...withoutLayout(text) }) : called;
}

/** Every method takes a form, with JSON in the fields that hold more than a text; not every one takes JSON. */
function asForm(fields: Readonly<Record<string, unknown>>, token: string) {
  const form = Object.entries(fields).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === null
      ? []
      : [[name, typeof value === 'string' ? value : JSON.stringify(value)]],
  );
  return {
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded; charset=utf-8',
      Authorization: `Bearer ${token}`,
    },
    body: new URLSearchParams(form).toString(),
  };
}

const asJson = (message: object) => ({
  headers: { 'Content-Type': 'application/json; charset=utf-8' },
  body: JSON.stringify(message),
});

function calledOf(response: Response, text: string): Called {
  const answer = jsonFields(text);
  if (response.ok && answer['ok'] !== false) return { ok: true, answer };
  const given = typeof answer['error'] === 'string' ? answer['error'] : text;
  // Codes are words; anything else is a page of some proxy, and nothing of it belongs into a log.
  const code = /^\w{1,60}$/.test(given) ? given : '';
  const retryAfter = Number(response.headers.get('retry-after') ?? Number.NaN);
  return {
    ok: false,
    because: failureOfAnswer(response.status, code),
    code: code === '' ? String(response.status) : code,
    retryAfterSeconds: Number.isFinite(retryAfter) && retryAfter >= 0 ? retryAfter : null,
  };
}
