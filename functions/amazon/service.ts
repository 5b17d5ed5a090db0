/** A service of Amazon's, as it is asked, and what it failed by. */

/** As their endpoints and signatures name them. */
export type ServiceName = 'dynamodb' | 'lambda' | 'secretsmanager' | 'sqs';

export interface ServiceOptions {
  readonly name: ServiceName;
  /** Where it is spoken to; empty: at AWS, in the region this process runs in. */
  readonly endpoint: string;
  /** For the embedded store, which knows its own by it; null: who AWS says this process is. */
  readonly accessKey: string | null;
  /** Of one attempt, until its answer has been read; null: as long as the signal allows. */
  readonly timeoutMs: number | null;
  /** At most, of one request. */
  readonly attempts: number;
  /**
   * False: a connection for each request. One that is kept may be dead after Lambda froze the process; a request that
   * is made again has a new one in any case.
   */
  readonly keepsConnections: boolean;
}

export interface ServiceRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface ServiceReply {
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

export interface AmazonService {
  /**
   * Asks until there is an answer, the attempts are used up or the signal ends it.
   * @throws a `ServiceError` that the service answered with, or what the connection failed by; see `attemptsOf`
   */
  readonly send: (request: ServiceRequest, signal?: AbortSignal) => Promise<ServiceReply>;
  readonly close: () => void;
}

/** How often a request that failed with this was made: an earlier attempt may have been carried out, and its answer lost. */
export const attemptsOf = (error: unknown): number =>
  error instanceof Error && 'attempts' in error && typeof error.attempts === 'number' ? error.attempts : 1;

/** @param code as the service names it: `ResourceNotFoundException` */
export const isServiceError = (error: unknown, code: string): boolean =>
  error instanceof Error && error.name === code;

const LONGEST_DETAIL = 200;

/** What a failure says of itself, short enough for a log. */
export function failureDetail(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${messageOf(error)}` : String(error);
  return words.slice(0, LONGEST_DETAIL);
}

/** A connection that failed to each of a host's addresses says nothing itself. */
const messageOf = (error: unknown): string => {
  if (error instanceof AggregateError) return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
};
