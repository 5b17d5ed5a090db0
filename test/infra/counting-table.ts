/**
 * A table whose use is counted as DynamoDB bills it on demand: a write unit for each KB begun of an item, a read unit
 * for each 4 KB begun of what is read with strong consistency. Source: Amazon DynamoDB Developer Guide, "DynamoDB
 * on-demand capacity mode" and "Capacity unit consumption".
 */
import { once } from 'node:events';
import { createServer, request as ask } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { startTableService } from '../aws/table-service.ts';

export interface Units {
  readonly write: number;
  readonly read: number;
  /** Of the items written, as they stay in the table. */
  readonly keptBytes: number;
}

export interface CountingTable {
  readonly endpoint: string;
  readonly tableName: string;
  /** What was used since the last time this was asked. */
  readonly used: () => Units;
  readonly close: () => Promise<void>;
}

const KB = 1024;
// oxlint-disable-next-line typescript/no-explicit-any -- DynamoDB's own JSON, of which little is looked at
type Json = any;

/** Names and values, as DynamoDB counts an item. */
function sizeOf(item: Json): number {
  return Object.entries<Json>(item ?? {}).reduce((sum, [name, value]) => {
    const bytes =
      value.B === undefined
        ? Buffer.byteLength(value.S ?? value.N ?? '')
        : Buffer.from(value.B, 'base64').length;
    return sum + Buffer.byteLength(name) + bytes;
  }, 0);
}
const units = (bytes: number, each: number): number => Math.max(1, Math.ceil(bytes / each));

const read = (bytes: number): Units => ({ read: units(bytes, 4 * KB), write: 0, keptBytes: 0 });

function unitsOf(operation: string, asked: Json, answer: Json): Units {
  const written = (items: readonly Json[], kept: boolean): Units => ({
    read: 0,
    write: items.reduce((sum, item) => sum + units(sizeOf(item), KB), 0),
    keptBytes: kept ? items.reduce((sum, item) => sum + sizeOf(item), 0) : 0,
  });
  if (operation === 'GetItem') return read(sizeOf(answer.Item));
  if (operation === 'Query')
    return read((answer.Items ?? []).reduce((sum: number, item: Json) => sum + sizeOf(item), 0));
  if (operation === 'BatchGetItem') {
    const keys = Object.values<Json>(asked.RequestItems).flatMap(({ Keys }) => Keys);
    const items = Object.values<Json>(answer.Responses ?? {}).flat();
    const found = items.reduce((sum, item) => sum + units(sizeOf(item), 4 * KB), 0);
    return { read: found + Math.max(0, keys.length - items.length), write: 0, keptBytes: 0 };
  }
  if (operation === 'PutItem') return written([asked.Item], true);
  if (operation === 'DeleteItem') return written([asked.Key], false);
  if (operation === 'BatchWriteItem') {
    const puts = Object.values<Json>(asked.RequestItems).flat();
    return written(
      puts.map(({ PutRequest }) => PutRequest.Item),
      true,
    );
  }
  throw new Error(`${operation} is not counted`);
}

export async function startCountingTable(): Promise<CountingTable> {
  const table = await startTableService();
  const target = new URL(table.endpoint);
  let used: Units = { read: 0, write: 0, keptBytes: 0 };
  async function pass(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const sent = await buffer(incoming);
    const { hostname: host, port } = target;
    const forwarded = ask({ host, port, method: 'POST', path: '/', headers: incoming.headers });
    forwarded.end(sent);
    const [answered]: IncomingMessage[] = await once(forwarded, 'response');
    if (answered === undefined) throw new Error('the table did not answer');
    const came = await buffer(answered);
    const operation = String(incoming.headers['x-amz-target']).split('.').at(-1) ?? '';
    const more = unitsOf(operation, JSON.parse(sent.toString()), JSON.parse(came.toString() || '{}'));
    used = {
      read: used.read + more.read,
      write: used.write + more.write,
      keptBytes: used.keptBytes + more.keptBytes,
    };
    outgoing.writeHead(answered.statusCode ?? 500, answered.headers).end(came);
  }
  const front = createServer((incoming, outgoing) => {
    pass(incoming, outgoing).catch(() => outgoing.destroy());
  });
  await new Promise<void>((resolve) => front.listen(0, '127.0.0.1', resolve));
  const bound = front.address();
  const port = typeof bound === 'object' && bound !== null ? bound.port : 0;
  return {
    endpoint: `http://127.0.0.1:${port}`,
    tableName: table.tableName,
    used() {
      const now = used;
      used = { read: 0, write: 0, keptBytes: 0 };
      return now;
    },
    async close() {
      front.closeAllConnections();
      await new Promise((resolve) => front.close(resolve));
      await table.close();
    },
  };
}
