/** The table of a deployment: the embedded emulator, behind a front that can throttle it as DynamoDB would. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { startEmulator } from '../../functions/local/store-emulator.ts';
import { createTable } from '../../functions/store/dynamodb-table.ts';
import type { Table } from '../../functions/store/table.ts';
import { CREDENTIALS } from './aws-services.ts';

export interface TestTableService {
  readonly tableName: string;
  readonly endpoint: string;
  /** Every operation that came, in order: `GetItem`. */
  readonly asked: readonly string[];
  /** Every row that was named, and by whom: the token of a session. */
  readonly rows: readonly { readonly by: string; readonly operation: string; readonly pk: string }[];
  /** Requests are turned away until it is false again; a list: these operations alone. */
  throttled: boolean | readonly string[];
  /** The same table for the test itself. */
  readonly open: () => Table;
  readonly close: () => Promise<void>;
}

const TIMEOUT_MS = 2_000;

export async function startTableService(): Promise<TestTableService> {
  const tableName = 'mailtls';
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-aws-'));
  const emulator = await startEmulator({ folder, accessKey: CREDENTIALS.AWS_ACCESS_KEY_ID }, tableName);
  if (emulator === null) throw new Error('the embedded store did not start');
  const asked: string[] = [];
  const rows: TestTableService['rows'][number][] = [];
  const opened: Table[] = [];

  const front = createServer((request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.').at(-1) ?? '';
    asked.push(operation);
    const by = String(request.headers['x-amz-security-token'] ?? '');
    void text(request).then((body) =>
      rows.push(...partitionsIn(JSON.parse(body)).map((pk) => ({ by, operation, pk }))),
    );
    const { throttled } = service;
    const isTurnedAway = typeof throttled === 'boolean' ? throttled : throttled.includes(operation);
    if (isTurnedAway) throttle(request, response);
    else pass(request, response, emulator.port);
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const bound = front.address();
  if (bound === null || typeof bound === 'string') throw new Error('not bound to a port');

  const service: TestTableService = {
    tableName,
    endpoint: `http://127.0.0.1:${bound.port}`,
    asked,
    rows,
    throttled: false,
    open() {
      const accessKey = CREDENTIALS.AWS_ACCESS_KEY_ID;
      const table = createTable({ tableName, endpoint: service.endpoint, accessKey, timeoutMs: TIMEOUT_MS });
      opened.push(table);
      return table;
    },
    async close() {
      for (const table of opened) table.close();
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await emulator.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
  return service;
}

/** The partitions a request names: of a key, an item, or a query's `:pk`. */
function partitionsIn(part: unknown): readonly string[] {
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([name, value]: [string, unknown]) =>
    name === 'pk' || name === ':pk' ? Object.values(value ?? {}).map(String) : partitionsIn(value),
  );
}

function throttle(request: IncomingMessage, response: ServerResponse): void {
  request.resume();
  response.writeHead(400, { 'content-type': 'application/x-amz-json-1.0' });
  response.end(
    JSON.stringify({
      __type: 'com.amazonaws.dynamodb.v20120810#ThrottlingException',
      message: 'Rate of requests exceeds the allowed throughput.',
    }),
  );
}

function pass(request: IncomingMessage, response: ServerResponse, port: number): void {
  const { method, url, headers } = request;
  const onward = ask({ port, host: '127.0.0.1', method, path: url, headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    answer.pipe(response);
  });
  onward.on('error', () => response.destroy());
  request.pipe(onward);
}
