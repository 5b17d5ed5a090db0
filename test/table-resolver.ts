/** A resolver that answers from a table, for tests of what lies right of DNS. */
import type { Answer, RecordData, RecordType, Resolver } from '../functions/dns/answer.ts';

export type RecordTable = Readonly<
  Record<string, { readonly [Type in RecordType]?: readonly RecordData[Type][] }>
>;

const PROVENANCE = {
  resolver: 'table',
  extendedErrors: [],
  disagreement: null,
  securityStatus: 'insecure',
  ttlSeconds: 300,
  cname: [],
} as const;

/** @returns what the table has; a name without the type has no data, one that is not in it does not exist */
export function tableResolver(table: RecordTable): Resolver {
  return {
    lookUp: <T extends RecordType>(name: string, type: T): Promise<Answer<T>> => {
      const records: readonly RecordData[T][] | undefined = table[name]?.[type];
      if (records !== undefined) return Promise.resolve({ outcome: 'records', records, ...PROVENANCE });
      const outcome = table[name] === undefined ? 'name-error' : 'no-data';
      return Promise.resolve({ outcome, ...PROVENANCE });
    },
  };
}
