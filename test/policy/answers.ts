/** DNS answers written by hand, and a resolver that gives them. */
import type {
  AbsentAnswer,
  Answer,
  FailedAnswer,
  RecordData,
  RecordType,
  Resolver,
  SecurityStatus,
} from '../../functions/dns/answer.ts';
import type { HostAddresses } from '../../functions/dns/host-addresses.ts';

const provenance = { resolver: 'table', extendedErrors: [], disagreement: null };

export function found<T extends RecordType>(
  records: readonly RecordData[T][],
  securityStatus: SecurityStatus = 'secure',
  cname: readonly string[] = [],
): Answer<T> {
  return { outcome: 'records', records, securityStatus, ttlSeconds: 300, cname, ...provenance };
}

export const absent = (
  securityStatus: SecurityStatus = 'secure',
  outcome: AbsentAnswer['outcome'] = 'no-data',
): AbsentAnswer => ({ outcome, securityStatus, ttlSeconds: 300, cname: [], ...provenance });

export const failed = (outcome: FailedAnswer['outcome']): FailedAnswer => ({
  outcome,
  securityStatus: outcome === 'bogus' ? 'bogus' : 'indeterminate',
  ttlSeconds: 0,
  cname: [],
  ...provenance,
});

/** A resolver that knows what is in its table and says `name-error`, insecurely, to all else; it counts questions. */
export function tableResolver(
  table: Readonly<Record<string, Answer<RecordType>>>,
): Resolver & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    lookUp: <T extends RecordType>(name: string, type: T) => {
      const question = `${name} ${type}`;
      asked.push(question);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the key of the table names the type
      return Promise.resolve((table[question] ?? absent('insecure', 'name-error')) as Answer<T>);
    },
  };
}

/** Addresses of a host as the two lookups give them. */
export function addressesOf(
  a: Answer<'A'>,
  aaaa: Answer<'AAAA'> = absent(a.securityStatus),
  isPublic = true,
): HostAddresses {
  const v4 = a.outcome === 'records' ? a.records : [];
  const v6 = aaaa.outcome === 'records' ? aaaa.records : [];
  const addresses = [
    ...v4.map((ip) => ({ ip, family: 4 as const, public: isPublic })),
    ...v6.map((ip) => ({ ip, family: 6 as const, public: isPublic })),
  ];
  const failedAnswer = [a, aaaa].find(
    ({ outcome }) => !['records', 'no-data', 'name-error'].includes(outcome),
  );
  const empty = failedAnswer ? (failedAnswer.outcome === 'bogus' ? 'bogus' : 'unavailable') : 'no-data';
  return {
    status: addresses.length > 0 ? 'records' : empty,
    securityStatus: a.securityStatus,
    ttlSeconds: 300,
    cname: a.cname.length > 0 ? a.cname : aaaa.cname,
    addresses,
    a,
    aaaa,
  };
}
