/** Something on loopback that takes requests for a service of Amazon's, keeps them, and answers as it is told. */
import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { onTestFinished } from 'vitest';
import type { SignedRequest } from './signature.ts';

export interface Recorder {
  readonly endpoint: string;
  readonly requests: readonly SignedRequest[];
}

export type Reply = (response: ServerResponse, request: IncomingMessage) => void;

export const answering =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Reply =>
  (response) =>
    void response
      .writeHead(status, { 'content-type': 'application/x-amz-json-1.0', ...headers })
      .end(typeof body === 'string' ? body : JSON.stringify(body));

/**
 * Runs until the test has ended.
 * @param replies the first to the first request, and so on; the last to all others
 */
export async function startRecorder(...replies: readonly Reply[]): Promise<Recorder> {
  const requests: SignedRequest[] = [];
  async function take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = '', url: path = '', headers } = request;
    const body = await text(request);
    const reply = replies[requests.length] ?? replies.at(-1);
    requests.push({ method, path, headers, body });
    reply?.(response, request);
  }

  const server = createServer((request, response) => void take(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return { endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`, requests };
}
