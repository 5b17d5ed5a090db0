/** A resolver that answers from a table, for tests of what is made of answers. */
import type {
  Answer,
  FailedAnswer,
  RecordData,
  RecordType,
  Resolver,
  SecurityStatus,
} from '../../functions/dns/answer.ts';
import { failure } from '../../functions/dns/interpretation.ts';

type Row<T extends RecordType> =
  | readonly RecordData[T][]
  | 'no-data'
  | 'name-error'
  | FailedAnswer['outcome']
  | {
      readonly records: readonly RecordData[T][];
      readonly securityStatus?: SecurityStatus;
      readonly cname?: readonly string[];
      readonly ttlSeconds?: number;
    };

/** What is known of each name, by type; a type that is missing is `no-data`, a name `name-error`. */
export type AnswerTable = Readonly<Record<string, { readonly [T in RecordType]?: Row<T> }>>;

const FAILURES: ReadonlySet<unknown> = new Set(['servfail', 'bogus', 'timeout', 'refused', 'malformed']);
const isFailed = (row: unknown): row is FailedAnswer['outcome'] => FAILURES.has(row);

export interface TableResolver extends Resolver {
  /** Each lookup as it started, `TYPE name`. */
  readonly asked: readonly string[];
}

export function answerTable(table: AnswerTable): TableResolver {
  const asked: string[] = [];
  return {
    asked,
    async lookUp<T extends RecordType>(name: string, type: T): Promise<Answer<T>> {
      asked.push(`${type} ${name}`);
      const entry = table[name];
      const row: Row<T> = entry === undefined ? 'name-error' : (entry[type] ?? 'no-data');
      if (isFailed(row)) return failure(row, 'table', '');
      const told = {
        resolver: 'table',
        extendedErrors: [],
        disagreement: null,
        securityStatus: 'insecure',
        cname: [],
      } as const;
      if (row === 'no-data' || row === 'name-error') return { ...told, outcome: row, ttlSeconds: 60 };
      const records = 'records' in row ? row : { records: row };
      return { ...told, outcome: 'records', ttlSeconds: 300, ...records };
    },
  };
}
