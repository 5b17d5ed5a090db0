/** What goes wrong on Slack's side, as a test scripts it: the next calls of a place get it instead of an answer. */
import { setTimeout as wait } from 'node:timers/promises';
import type { ServerResponse } from 'node:http';

/** Errors a method answers `ok: false` with, of those that an app must live with. */
export type SlackError =
  | 'channel_not_found'
  | 'not_in_channel'
  | 'is_archived'
  | 'invalid_auth'
  | 'token_expired'
  | 'token_revoked'
  | 'account_inactive'
  | 'invalid_trigger_id'
  | 'expired_trigger_id'
  | 'file_not_found'
  | 'invalid_blocks'
  | 'internal_error';

export type Fault =
  /** The answer comes, but late. */
  | { readonly fault: 'slow'; readonly ms: number }
  /** The connection is cut without a word. */
  | { readonly fault: 'down' }
  /** Nothing ever comes. */
  | { readonly fault: 'silent' }
  | { readonly fault: 'status'; readonly status: number }
  | { readonly fault: 'rate-limited'; readonly retryAfterSeconds: number }
  | { readonly fault: 'error'; readonly error: SlackError };

export interface Faults {
  /** @param place a Web API method, `response_url` or `files`; `times` as often as that, then all is well again */
  readonly script: (place: string, fault: Fault, times?: number) => void;
  readonly clear: () => void;
  /** @returns true when the fault took the place of the answer */
  readonly play: (place: string, response: ServerResponse) => Promise<boolean>;
}

export function createFaults(): Faults {
  const scripted = new Map<string, { readonly fault: Fault; left: number }[]>();

  const next = (place: string): Fault | null => {
    const [first] = scripted.get(place) ?? [];
    if (first === undefined) return null;
    first.left -= 1;
    if (first.left <= 0) scripted.get(place)?.shift();
    return first.fault;
  };

  return {
    script(place, fault, times = 1) {
      scripted.set(place, [...(scripted.get(place) ?? []), { fault, left: times }]);
    },
    clear: () => scripted.clear(),
    async play(place, response) {
      const fault = next(place);
      if (fault === null) return false;
      if (fault.fault === 'slow') {
        await wait(fault.ms);
        return response.destroyed;
      }
      if (fault.fault === 'down') response.destroy();
      else if (fault.fault === 'status') response.writeHead(fault.status).end('upstream trouble');
      else if (fault.fault === 'rate-limited') {
        response
          .writeHead(429, {
            'retry-after': String(fault.retryAfterSeconds),
            'content-type': 'application/json',
          })
          .end('{"ok":false,"error":"ratelimited"}');
      } else if (fault.fault === 'error') {
        response
          .writeHead(200, { 'content-type': 'application/json' })
          .end(JSON.stringify({ ok: false, error: fault.error }));
      }
      return true;
    },
  };
}
