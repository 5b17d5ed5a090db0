/**
 * Lambda's side of a function: the HTTP interface a runtime asks for its next event and answers on, one
 * event at a time. Source: AWS Lambda Developer Guide, "Using the Lambda runtime API", version 2018-06-01.
 */
import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { json } from 'node:stream/consumers';

/** What came of one invocation, as the caller of a function sees it. */
export type Invocation =
  | { readonly outcome: 'response'; readonly payload: unknown }
  /** `Handled` in AWS's words: the handler threw, or the module could not be loaded (`init`). */
  | { readonly outcome: 'error'; readonly at: 'invoke' | 'init'; readonly payload: unknown };

export interface RuntimeApi {
  /** What AWS puts in `AWS_LAMBDA_RUNTIME_API`: host and port. */
  readonly address: string;
  /** Queues an event. `timeoutMs` is the function's own, told to it as a deadline. */
  readonly invoke: (event: unknown, timeoutMs: number) => Promise<Invocation>;
  readonly close: () => Promise<void>;
}

interface Waiting {
  readonly id: string;
  readonly event: unknown;
  readonly timeoutMs: number;
  readonly settle: (invocation: Invocation) => void;
}

const ARN = 'arn:aws:lambda:us-east-1:123456789012:function:';
const prefix = '/2018-06-01/runtime';

/** @param functionName the function’s, for the ARN it is told */
export async function startRuntimeApi(functionName = 'check'): Promise<RuntimeApi> {
  const queue: Waiting[] = [];
  const running = new Map<string, Waiting>();
  let polling: ServerResponse | null = null;
  let failedInit: Invocation | null = null;

  const handOver = (): void => {
    const next = polling === null ? undefined : queue.shift();
    if (polling === null || next === undefined) return;
    running.set(next.id, next);
    polling.writeHead(200, {
      'content-type': 'application/json',
      'lambda-runtime-aws-request-id': next.id,
      'lambda-runtime-deadline-ms': String(Date.now() + next.timeoutMs),
      'lambda-runtime-invoked-function-arn': `${ARN}${functionName}`,
      'lambda-runtime-trace-id': 'Root=1-00000000-000000000000000000000000;Sampled=0',
    });
    polling.end(JSON.stringify(next.event));
    polling = null;
  };

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const asked = `${request.method} ${request.url?.slice(prefix.length)}`;
    const [, id, end] = /^POST \/invocation\/([^/]+)\/(response|error)$/.exec(asked) ?? [];
    const current = id === undefined ? undefined : running.get(id);
    if (asked === 'GET /invocation/next') {
      polling = response;
      handOver();
    } else if (asked === 'POST /init/error') {
      failedInit = { outcome: 'error', at: 'init', payload: await json(request) };
      for (const waiting of queue.splice(0)) waiting.settle(failedInit);
      response.writeHead(202).end();
    } else if (id !== undefined && current !== undefined) {
      const payload = await json(request);
      running.delete(id);
      current.settle(
        end === 'response' ? { outcome: 'response', payload } : { outcome: 'error', at: 'invoke', payload },
      );
      response.writeHead(202).end();
    } else {
      response.writeHead(404).end();
    }
  };

  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(400).end(String(error));
    });
  });
  // A frozen function keeps its connection for as long as it likes.
  server.keepAliveTimeout = 0;
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');

  return {
    address: `127.0.0.1:${bound.port}`,
    invoke: async (event, timeoutMs) =>
      failedInit ??
      new Promise((settle) => {
        queue.push({ id: randomUUID(), event, timeoutMs, settle });
        handOver();
      }),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
