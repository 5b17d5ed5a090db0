/**
 * A table of DynamoDB, each request with a bound on its time. Only what the embedded emulator knows as well is used:
 * no transactions, and no item comes back from a failed condition. What is imported here by name is all of the
 * client library that a bundle takes along.
 */
import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
} from '@aws-sdk/client-dynamodb';
import type { QueryOutput } from '@aws-sdk/client-dynamodb';
import { attributes, conditionOf, itemOf, keyAttributes, sameItem } from './item.ts';
import type { Item } from './item.ts';
import type { Key } from './keys.ts';
import type { Stored } from './stored.ts';
import { failureOf } from './table-failure.ts';
import type { Table, TableOptions } from './table.ts';

/** Something that is asked of the table, within a time. */
type Work<T> = (bound: { readonly abortSignal: AbortSignal }) => Promise<T>;

/** Of BatchGetItem and BatchWriteItem. */
const MOST_READ_AT_ONCE = 100;
const MOST_WRITTEN_AT_ONCE = 25;
/** How often what a batch left undone is asked for again. */
const BATCH_TRIES = 4;
const BATCH_PAUSE_MS = 50;

/** Opens no connection yet. */
export function openTable({ tableName, endpoint, accessKey, timeoutMs }: TableOptions): Table {
  const client = new DynamoDBClient({
    maxAttempts: 2,
    requestHandler: { connectionTimeout: timeoutMs },
    ...(endpoint === null ? {} : { endpoint, region: 'us-east-1' }),
    ...(accessKey === null ? {} : { credentials: { accessKeyId: accessKey, secretAccessKey: 'local' } }),
  });

  async function ask<T>(work: Work<T>): Promise<Stored<T>> {
    try {
      return { ok: true, value: await work({ abortSignal: AbortSignal.timeout(timeoutMs) }) };
    } catch (error) {
      return failureOf(error);
    }
  }

  const read =
    (key: Key): Work<Item | null> =>
    async (bound) => {
      const command = new GetItemCommand({
        TableName: tableName,
        Key: keyAttributes(key),
        ConsistentRead: true,
      });
      const { Item: found } = await client.send(command, bound);
      return found === undefined ? null : itemOf(found);
    };

  /**
   * The client repeats a request whose answer was lost. When that was carried out, it is its own doing that the
   * condition no longer holds.
   * @param wasOurs whether it was, where that is possible
   * @returns false where the only thing wrong was the condition
   */
  async function conditionally(work: Work<unknown>, wasOurs: Work<boolean>): Promise<Stored<boolean>> {
    return ask(async (bound) => {
      try {
        await work(bound);
        return true;
      } catch (error) {
        if (!(error instanceof ConditionalCheckFailedException)) throw error;
        return (error.$metadata.attempts ?? 1) > 1 && wasOurs(bound);
      }
    });
  }

  return {
    get: (key) => ask(read(key)),

    getMany: (keys) =>
      ask(async (bound) => {
        const parts = inParts(keys, MOST_READ_AT_ONCE).map(async (part) => {
          const items: Item[] = [];
          let left = part.map(keyAttributes);
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const command = new BatchGetItemCommand({
              RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } },
            });
            const { Responses: found, UnprocessedKeys: unread } = await client.send(command, bound);
            items.push(...(found?.[tableName] ?? []).map(itemOf));
            left = unread?.[tableName]?.Keys ?? [];
          }
          return items;
        });
        return (await Promise.all(parts)).flat();
      }),

    put: (item, condition) =>
      conditionally(
        (bound) =>
          client.send(
            new PutItemCommand({
              TableName: tableName,
              Item: attributes(item),
              ...(condition === undefined ? {} : conditionOf(condition)),
            }),
            bound,
          ),
        async (bound) => sameItem(item, await read(item)(bound)),
      ),

    putMany: (items) =>
      ask(async (bound) => {
        for (const part of inParts(items, MOST_WRITTEN_AT_ONCE)) {
          let left = part.map((item) => ({ PutRequest: { Item: attributes(item) } }));
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const command = new BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
            const { UnprocessedItems: unwritten } = await client.send(command, bound);
            left = (unwritten?.[tableName] ?? []).flatMap(({ PutRequest: put }) =>
              put?.Item === undefined ? [] : [{ PutRequest: { Item: put.Item } }],
            );
          }
        }
        return null;
      }),

    remove: (key, condition) =>
      conditionally(
        (bound) =>
          client.send(
            new DeleteItemCommand({
              TableName: tableName,
              Key: keyAttributes(key),
              ...conditionOf(condition),
            }),
            bound,
          ),
        async () => true,
      ),

    lastOf: (pk, prefix, limit) =>
      ask(async (bound) => {
        const items: Item[] = [];
        let from: QueryOutput['LastEvaluatedKey'];
        do {
          const command: QueryCommand = new QueryCommand({
            TableName: tableName,
            KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
            ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
            ScanIndexForward: false,
            ConsistentRead: true,
            Limit: limit - items.length,
            ...(from === undefined ? {} : { ExclusiveStartKey: from }),
          });
          const page: QueryOutput = await client.send(command, bound);
          items.push(...(page.Items ?? []).map(itemOf));
          from = page.LastEvaluatedKey;
        } while (from !== undefined && items.length < limit);
        return items;
      }),

    close: () => client.destroy(),
  };
}

/** What a batch keeps leaving undone is as good as refused. */
async function pauseBefore(tries: number): Promise<void> {
  if (tries === 0) return;
  if (tries === BATCH_TRIES) {
    throw Object.assign(new Error('a part of a batch was left undone'), { name: 'ThrottlingException' });
  }
  await new Promise((resolve) => setTimeout(resolve, BATCH_PAUSE_MS * 2 ** tries));
}

function inParts<T>(list: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(list.length / size) }, (_, part) =>
    list.slice(part * size, (part + 1) * size),
  );
}
