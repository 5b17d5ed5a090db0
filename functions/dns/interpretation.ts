/**
 * What a reply means: its response code, the aliases it went through (RFC 1034 section 3.6.2), how long it may
 * be kept, and what the resolver says of its signatures.
 */
import type {
  AbsentAnswer,
  Answer,
  ExtendedError,
  FailedAnswer,
  RecordData,
  RecordType,
  SecurityStatus,
} from './answer.ts';
import type { Query, Reply } from './message.ts';

/** Whose reply it is. */
export interface Source {
  /** The resolver, as the settings write it. */
  readonly resolver: string;
  /** Whether its AD bit is to be believed (RFC 4035 section 4.9.3: only over a secure channel). */
  readonly believed: boolean;
}

/** Senders give up on longer ones, resolvers too; a circle is as long as one likes. */
const LONGEST_ALIAS_CHAIN = 16;
const RECORDS_KEPT = 100;

/** RFC 1035 section 4.1.1. */
const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;
/** The resolver did not take the query: FORMERR, NOTIMP, REFUSED, NOTAUTH, and BADVERS of RFC 6891 section 9. */
const REFUSALS: ReadonlySet<number> = new Set([1, 4, REFUSED, 9, 16]);

/** @returns the answer; never `timeout`, and `bogus` only once another query has shown it */
export function interpret<T extends RecordType>(
  reply: Reply<T>,
  { name }: Query<T>,
  source: Source,
): Answer<T> {
  const failed = (outcome: FailedAnswer['outcome'], detail: string): FailedAnswer =>
    failure(outcome, source.resolver, detail, reply.extendedErrors);
  if (reply.rcode !== NOERROR && reply.rcode !== NXDOMAIN) {
    const plain = reply.rcode === SERVFAIL || reply.rcode === REFUSED;
    return failed(REFUSALS.has(reply.rcode) ? 'refused' : 'servfail', plain ? '' : `RCODE ${reply.rcode}`);
  }
  // A server that does not recurse knows its own zones only: its "no such record" may be a referral.
  if (!reply.recursionAvailable) return failed('refused', 'offers no recursion');

  const chain = followAliases(reply, name);
  if (chain === null) return failed('servfail', 'aliases lead nowhere');
  const told = {
    resolver: source.resolver,
    extendedErrors: reply.extendedErrors,
    disagreement: null,
    securityStatus: securityStatus(reply, source),
    cname: chain.targets,
  };
  if (chain.records.length > 0 && reply.rcode === NOERROR) {
    const records = chain.records.slice(0, RECORDS_KEPT);
    return { ...told, outcome: 'records', records, ttlSeconds: chain.ttlSeconds };
  }
  // RFC 6604 section 3: the response code is that of the last name in the chain.
  const outcome: AbsentAnswer['outcome'] = reply.rcode === NXDOMAIN ? 'name-error' : 'no-data';
  return { ...told, outcome, ttlSeconds: Math.min(chain.ttlSeconds, reply.negativeTtlSeconds ?? 0) };
}

/** An answer that says nothing about the records. */
export function failure(
  outcome: FailedAnswer['outcome'],
  resolver: string,
  detail: string,
  extendedErrors: readonly ExtendedError[] = [],
): FailedAnswer {
  return {
    outcome,
    resolver,
    extendedErrors,
    disagreement: null,
    securityStatus: outcome === 'bogus' ? 'bogus' : 'indeterminate',
    ttlSeconds: 0,
    cname: [],
    ...(detail === '' ? {} : { detail }),
  };
}

/** RFC 4035 section 3.2.3: AD says that all of the answer was found authentic. */
function securityStatus(reply: Reply<RecordType>, source: Source): SecurityStatus {
  if (!source.believed) return 'indeterminate';
  return reply.authenticData ? 'secure' : 'insecure';
}

interface Chain<T extends RecordType> {
  readonly targets: readonly string[];
  readonly records: readonly RecordData[T][];
  /** The smallest on the way. */
  readonly ttlSeconds: number;
}

/** @returns null when the aliases go in a circle or further than any sender follows them */
function followAliases<T extends RecordType>(reply: Reply<T>, name: string): Chain<T> | null {
  const targets: string[] = [];
  let ttlSeconds = Number.MAX_SAFE_INTEGER;
  let owner = name;
  for (;;) {
    const owned = reply.records.filter((record) => record.owner === owner);
    const alias = reply.aliases.find((record) => record.owner === owner);
    if (owned.length > 0 || alias === undefined) {
      const smallest = Math.min(ttlSeconds, ...owned.map((record) => record.ttlSeconds));
      return { targets, records: owned.map(({ data }) => data), ttlSeconds: smallest };
    }
    owner = alias.data;
    if (targets.length === LONGEST_ALIAS_CHAIN) return null;
    targets.push(owner);
    ttlSeconds = Math.min(ttlSeconds, alias.ttlSeconds);
  }
}
