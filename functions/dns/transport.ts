/** A way to put one question to one resolver: UDP with TCP behind it, or HTTPS. */
import type { RecordType } from './answer.ts';
import type { Query, Reply } from './message.ts';

/** What became of one query. A failure's `detail` is for people: an error code, an HTTP status. */
export type Exchange<T extends RecordType> =
  | { readonly status: 'reply'; readonly reply: Reply<T> }
  /**
   * `timeout`: nothing of ours came in time. `refused`: the resolver could not be reached, its certificate is
   * not to be trusted, or it would not take the query. `malformed`: what came is no DNS answer.
   */
  | { readonly status: 'timeout' | 'refused' | 'malformed'; readonly detail: string };

export interface Transport {
  /** The resolver, as the settings write it. */
  readonly name: string;
  /** Asks once, and waits no longer than the transport's own time bound. Never rejects. */
  readonly exchange: <T extends RecordType>(query: Query<T>) => Promise<Exchange<T>>;
  /** Ends what is open; queries under way end as `refused`. */
  readonly close: () => void;
}

/** The system's or OpenSSL's own code for what went wrong (`ECONNREFUSED`, `CERT_HAS_EXPIRED`). */
export const errorCode = (error: NodeJS.ErrnoException): string => error.code ?? error.name;
