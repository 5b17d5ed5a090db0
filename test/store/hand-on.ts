/** A request to a store handed on to the store itself, for a test that stands between the two. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';

/** RFC 9110 section 7.6.1: what is for one connection is not handed on. */
const HOP_BY_HOP = new Set(['connection', 'content-length', 'host', 'transfer-encoding']);

/** @returns a function that gives the store's answer to whoever asked */
export async function handOn(
  request: IncomingMessage,
  endpoint: string,
): Promise<(response: ServerResponse) => void> {
  const headers = Object.entries(request.headers).flatMap(([name, value]): [string, string][] =>
    HOP_BY_HOP.has(name) ? [] : [[name, String(value)]],
  );
  const answer = await fetch(endpoint, { method: 'POST', headers, body: await buffer(request) });
  const bytes = Buffer.from(await answer.arrayBuffer());
  return (response) => {
    response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(bytes);
  };
}

export const operationOf = ({ headers }: IncomingMessage): string =>
  String(headers['x-amz-target']).split('.').at(-1) ?? '';
