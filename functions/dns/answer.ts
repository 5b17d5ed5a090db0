/**
 * What a DNS lookup can come back with. Absent, try-later, broken and forged are different outcomes, and
 * every one carries its DNSSEC status and the time it may be kept: no caller can mistake "could not look"
 * for "is not there".
 */

/**
 * RFC 4035 section 4.3. `secure`: the resolver validated signatures up to its trust anchor. `insecure`: it
 * answered without vouching for them. `bogus`: signatures are there and wrong. `indeterminate`: no answer to
 * judge, or a resolver whose AD bit is not to be believed.
 */
export type SecurityStatus = 'secure' | 'insecure' | 'bogus' | 'indeterminate';

/** Record data by type. Names are lower case, A-labels, without a trailing dot; the root is the empty string. */
export interface RecordData {
  readonly A: string;
  readonly AAAA: string;
  readonly CNAME: string;
  readonly PTR: string;
  readonly MX: { readonly preference: number; readonly exchange: string };
  /** One TXT record, its character strings joined (RFC 7208 section 3.3, RFC 8461 section 3.1), as Latin-1. */
  readonly TXT: string;
  /** RFC 6698 section 2.1; `data` in lower-case hexadecimal. */
  readonly TLSA: {
    readonly usage: number;
    readonly selector: number;
    readonly matchingType: number;
    readonly data: string;
  };
}
export type RecordType = keyof RecordData;

/** RFC 8914: what the resolver says of its own failure. */
export interface ExtendedError {
  readonly code: number;
  /** The registry's name of the code, then the resolver's own text if it gave one. */
  readonly text: string;
}

interface Provenance {
  /** The resolver that gave this answer, as the settings write it. */
  readonly resolver: string;
  readonly extendedErrors: readonly ExtendedError[];
  /** Set when two resolvers were asked and told different stories: the other one's, in short. */
  readonly disagreement: { readonly resolver: string; readonly outcome: string } | null;
}

/** The records asked for are there. */
export interface RecordsAnswer<T extends RecordType> extends Provenance {
  readonly outcome: 'records';
  /** In the order they came in, at most 100; what lies beyond is dropped. */
  readonly records: readonly RecordData[T][];
  readonly securityStatus: SecurityStatus;
  /** The smallest TTL of the records and of the aliases that led to them. */
  readonly ttlSeconds: number;
  /** The CNAME chain, each target in order; the last one owns the records. Empty without aliases. */
  readonly cname: readonly string[];
}

/** The name has no such record (`no-data`), or does not exist (`name-error`, RFC 2308 section 2). */
export interface AbsentAnswer extends Provenance {
  readonly outcome: 'no-data' | 'name-error';
  readonly securityStatus: SecurityStatus;
  /** RFC 2308 section 5: the smaller of the SOA's TTL and its MINIMUM; 0 where no SOA was sent. */
  readonly ttlSeconds: number;
  readonly cname: readonly string[];
}

/** The lookup failed. Nothing is known of the records: try later. */
export interface FailedAnswer extends Provenance {
  /**
   * `servfail`: the resolver could not get an answer. `bogus`: it got one and its signatures are wrong.
   * `timeout`: no answer came in time. `refused`: the resolver could not be reached, is not who it should be, or
   * would not be asked. `malformed`: not a DNS answer, or the name is none that DNS can carry.
   */
  readonly outcome: 'servfail' | 'bogus' | 'timeout' | 'refused' | 'malformed';
  readonly securityStatus: 'bogus' | 'indeterminate';
  readonly ttlSeconds: 0;
  readonly cname: readonly string[];
  /** What exactly went wrong, for people: an error code, an HTTP status. Absent where the outcome says it all. */
  readonly detail?: string;
}

export type Answer<T extends RecordType> = RecordsAnswer<T> | AbsentAnswer | FailedAnswer;

/** Whoever can be asked: one resolver, two that are compared, or a table in a test. */
export interface Resolver {
  /**
   * @param name A-label, lower case, no trailing dot
   * @param signal ends the wait; the answer is then `timeout`
   */
  readonly lookUp: <T extends RecordType>(name: string, type: T, signal?: AbortSignal) => Promise<Answer<T>>;
}

/** States whether an answer is a failure to look, which says nothing about what is there. */
export function isFailure<T extends RecordType>(answer: Answer<T>): answer is FailedAnswer {
  return answer.outcome !== 'records' && answer.outcome !== 'no-data' && answer.outcome !== 'name-error';
}
