/**
 * How clients of AWS services are made: late, for each costs a tenth of a second of a cold start, and with bounds on
 * their time, for who asks waits. Region and credentials are those Lambda gives the process.
 */

export interface AwsClientOptions {
  /** Where the service is spoken to; empty: AWS itself. */
  readonly endpoint: string;
  /** Of one attempt; there are two. */
  readonly timeoutMs: number;
}

/** What is passed to the constructor of any client of the library. */
export interface AwsClientConfiguration {
  readonly maxAttempts: number;
  readonly requestHandler: {
    readonly connectionTimeout: number;
    readonly requestTimeout: number;
    readonly throwOnRequestTimeout: true;
  };
  readonly endpoint?: string;
}

export function awsClientConfiguration({ endpoint, timeoutMs }: AwsClientOptions): AwsClientConfiguration {
  return {
    maxAttempts: 2,
    // By itself the library only warns of a request that takes too long, and waits on.
    requestHandler: {
      connectionTimeout: timeoutMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
    ...(endpoint === '' ? {} : { endpoint }),
  };
}

const LONGEST_DETAIL = 200;

/** What a client's failure says of itself, short enough for a log. */
export function failureDetail(error: unknown): string {
  const words = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return words.slice(0, LONGEST_DETAIL);
}
