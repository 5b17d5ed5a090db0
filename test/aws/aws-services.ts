/**
 * The services of AWS that the doors call, on loopback: requests of the AWS JSON protocols (and REST for Lambda) in,
 * answers out. What each knows is in a file of its own. A request must be signed.
 */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { isSignedWith } from '../amazon/signature.ts';

/** An error as AWS words it: its type and the sentence. */
export interface AwsError {
  readonly status: number;
  readonly type: string;
  readonly message: string;
}
export type AwsAnswer =
  | {
      readonly ok: true;
      readonly status?: number;
      /** Absent: the answer is empty. */
      readonly body?: unknown;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | { readonly ok: false; readonly error: AwsError };

export interface AwsRequest {
  /** `AmazonSQS.SendMessage`; for a REST service the method and path. */
  readonly operation: string;
  readonly body: Readonly<Record<string, unknown>>;
  /** Lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
}
/** @returns null when it is none of this service's operations */
export type AwsService = (request: AwsRequest) => Promise<AwsAnswer> | null;

export interface AwsServices {
  readonly endpoint: string;
  /** What a process needs to speak with them, as Lambda would have it in its environment. */
  readonly credentials: Readonly<Record<string, string>>;
  /** Every operation asked for, in order. */
  readonly asked: readonly AwsRequest[];
  readonly close: () => Promise<void>;
}

export const CREDENTIALS = {
  AWS_ACCESS_KEY_ID: 'AKIATEST',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_REGION: 'us-east-1',
} as const;

export const awsError = (status: number, type: string, message: string): AwsAnswer => ({
  ok: false,
  error: { status, type, message },
});

export async function startAwsServices(services: readonly AwsService[]): Promise<AwsServices> {
  const asked: AwsRequest[] = [];

  async function answer(request: IncomingMessage): Promise<AwsAnswer> {
    const { method = '', url: path = '', headers } = request;
    const sent = await text(request);
    if (!isSignedWith(CREDENTIALS.AWS_SECRET_ACCESS_KEY, { method, path, headers, body: sent })) {
      return awsError(403, 'InvalidSignatureException', 'The signature of the request does not hold.');
    }
    const target = headers['x-amz-target'];
    const operation = typeof target === 'string' ? target : `${method} ${path}`;
    const wanted: AwsRequest = { operation, headers, body: sent === '' ? {} : JSON.parse(sent) };
    asked.push(wanted);
    for (const service of services) {
      const given = service(wanted);
      if (given !== null) return given;
    }
    return awsError(400, 'UnknownOperationException', operation);
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (given) => respond(response, given),
      (error: unknown) => respond(response, awsError(500, 'InternalFailure', String(error))),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');
  return {
    endpoint: `http://127.0.0.1:${bound.port}`,
    credentials: CREDENTIALS,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function respond(response: ServerResponse, given: AwsAnswer): void {
  if (given.ok) {
    response.writeHead(given.status ?? 200, {
      'content-type': 'application/x-amz-json-1.0',
      ...given.headers,
    });
    response.end('body' in given ? JSON.stringify(given.body ?? {}) : '');
    return;
  }
  const { status, type, message } = given.error;
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-errortype': type });
  response.end(JSON.stringify({ __type: type, message, Message: message }));
}
