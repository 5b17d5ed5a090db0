/**
 * A connection to Slack by Socket Mode that is made again when it breaks. Slack asks for that itself every few hours.
 * The library's own way of connecting again ends the process when Slack cannot be reached for a while, so it is
 * switched off, and this is in its place.
 */
import { setTimeout as wait } from 'node:timers/promises';

/** What is used of the library's client. */
export interface SocketClient {
  /** Resolves when Slack says hello; rejects when there is no connection. */
  readonly start: () => Promise<unknown>;
  readonly disconnect: () => Promise<void>;
  readonly on: (event: 'disconnected', listener: () => void) => unknown;
}

export type SocketLog =
  | { readonly event: 'slack-connected' }
  /** `code`: Slack's word for it; empty: there was no connection. */
  | { readonly event: 'slack-not-connected'; readonly code: string; readonly again: 'yes' | 'no' };

export interface SocketSession {
  /** Takes no more of what Slack sends. */
  readonly close: () => Promise<void>;
}

export interface SocketSessionOptions {
  readonly client: SocketClient;
  readonly log: (entry: SocketLog) => void;
  readonly firstPauseMs?: number;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;
/** For Slack to say hello. */
const HELLO_MS = 30_000;
/** An app-level token that Slack will not take however often it is shown. */
const REFUSED = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
]);

/** Connects, and goes on connecting until it is closed or Slack refuses the token. Never rejects. */
export function startSocketSession({
  client,
  log,
  firstPauseMs = FIRST_PAUSE_MS,
}: SocketSessionOptions): SocketSession {
  const closing = new AbortController();
  const { signal } = closing;
  const pause = (ms: number): Promise<unknown> => wait(ms, undefined, { signal }).catch(() => {});

  let broken = Promise.withResolvers<void>();
  client.on('disconnected', () => broken.resolve());

  async function keepConnected(): Promise<void> {
    for (let failures = 0; !signal.aborted;) {
      broken = Promise.withResolvers<void>();
      const failure = await connect(client);
      if (failure === null) {
        failures = 0;
        log({ event: 'slack-connected' });
        await broken.promise;
        continue;
      }
      if (signal.aborted) return;
      const again = REFUSED.has(failure.code) ? 'no' : 'yes';
      log({ event: 'slack-not-connected', code: failure.code, again });
      if (again === 'no') return;
      await pause(failure.retryAfterMs ?? Math.min(firstPauseMs * 2 ** failures, LONGEST_PAUSE_MS));
      failures += 1;
    }
  }

  const session = keepConnected();
  return {
    async close() {
      closing.abort();
      await client.disconnect().catch(() => {});
      await Promise.race([session, wait(HELLO_MS, undefined, { ref: false })]);
    },
  };
}

interface Failure {
  readonly code: string;
  readonly retryAfterMs: number | null;
}

/** @returns null when Slack said hello */
async function connect(client: SocketClient): Promise<Failure | null> {
  const overdue = new AbortController();
  const silence = wait(HELLO_MS, 'silent' as const, { signal: overdue.signal }).catch(
    () => 'silent' as const,
  );
  try {
    const outcome = await Promise.race([client.start().then(() => 'hello' as const), silence]);
    if (outcome === 'hello') return null;
    await client.disconnect();
    return { code: 'no_hello', retryAfterMs: null };
  } catch (error) {
    return failureOf(error);
  } finally {
    overdue.abort();
  }
}

/** The library's errors by their fields: `data.error` of Slack's answer, `retryAfter` in seconds. */
function failureOf(error: unknown): Failure {
  const fields: Readonly<Record<string, unknown>> =
    typeof error === 'object' && error !== null ? { ...error } : {};
  const { data, retryAfter } = fields;
  const answer: Readonly<Record<string, unknown>> =
    typeof data === 'object' && data !== null ? { ...data } : {};
  const code = answer['error'];
  return {
    code: typeof code === 'string' && /^\w{1,60}$/.test(code) ? code : '',
    retryAfterMs: typeof retryAfter === 'number' ? retryAfter * 1000 : null,
  };
}
