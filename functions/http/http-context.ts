/** What every request carries besides itself. */
import type { Context } from 'hono';
import type { SenderName } from '../environment.ts';

export interface HttpEnvironment {
  readonly Bindings: {
    /** The address the request came from, as the door saw it. */
    readonly clientAddress: string;
    /** Whom a gateway in front let in; null: nobody; absent: there is none in front. */
    readonly caller?: string | null;
  };
  readonly Variables: {
    requestId: string;
    /** Whom the rates count by: a token's digest, an address, or the caller a gateway let in. */
    client: string;
    /** The domain that was asked about, for the log; A-label. */
    domain: string;
    /** Who sends our mail; empty: nobody said. */
    sender: SenderName | '';
    /** How it went, in a word for the log. */
    outcome: string;
  };
}

export type HttpContext = Context<HttpEnvironment>;

/** The API answers programs; everything else is pages for people. */
export const isApi = (path: string): boolean => path.startsWith('/v1/') || path === '/healthz';
