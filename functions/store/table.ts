/**
 * The few things that are asked of a DynamoDB table, each with a bound on its time and with its failures as
 * values: a store that is down costs a moment, never an answer. Only what the embedded emulator knows as well is
 * used: no transactions, and no item comes back from a failed condition.
 */
import type * as Sdk from '@aws-sdk/client-dynamodb';
import type { DynamoDBClient, QueryCommand, QueryOutput } from '@aws-sdk/client-dynamodb';
import { attributes, conditionOf, itemOf, keyAttributes, sameItem } from './item.ts';
import type { Condition, Item } from './item.ts';
import type { Key } from './keys.ts';
import type { Stored } from './stored.ts';
import { failureOf } from './table-failure.ts';

export interface Table {
  /** Reads what was last written, not what a replica still has. */
  readonly get: (key: Key) => Promise<Stored<Item | null>>;
  /** The items that are there, in no order. */
  readonly getMany: (keys: readonly Key[]) => Promise<Stored<readonly Item[]>>;
  /** @returns false when the condition does not hold; nothing was written then */
  readonly put: (item: Item, condition?: Condition) => Promise<Stored<boolean>>;
  readonly putMany: (items: readonly Item[]) => Promise<Stored<null>>;
  /** @returns false when the condition does not hold; true also when it may have been this very request that removed it */
  readonly remove: (key: Key, condition: Condition) => Promise<Stored<boolean>>;
  /** The items of a partition whose `sk` begins so, the last in order first. */
  readonly lastOf: (pk: string, prefix: string, limit: number) => Promise<Stored<readonly Item[]>>;
  readonly close: () => void;
}

export interface TableOptions {
  readonly tableName: string;
  /** Null: DynamoDB of the region this process runs in. */
  readonly endpoint: string | null;
  /** Null: those AWS gives the process. */
  readonly accessKey: string | null;
  readonly timeoutMs: number;
}

/** Something that is asked of the table, within a time. */
type Work<T> = (
  sdk: typeof Sdk,
  client: DynamoDBClient,
  bound: { readonly abortSignal: AbortSignal },
) => Promise<T>;

/** Of BatchGetItem and BatchWriteItem. */
const MOST_READ_AT_ONCE = 100;
const MOST_WRITTEN_AT_ONCE = 25;
/** How often what a batch left undone is asked for again. */
const BATCH_TRIES = 4;
const BATCH_PAUSE_MS = 50;

/** Opens nothing yet: the client library is loaded at the first use, for it costs a tenth of a second. */
export function createTable({ tableName, endpoint, accessKey, timeoutMs }: TableOptions): Table {
  let opened: Promise<{ readonly sdk: typeof Sdk; readonly client: DynamoDBClient }> | null = null;

  async function open(): Promise<{ readonly sdk: typeof Sdk; readonly client: DynamoDBClient }> {
    const sdk = await import('@aws-sdk/client-dynamodb');
    const client = new sdk.DynamoDBClient({
      maxAttempts: 2,
      requestHandler: { connectionTimeout: timeoutMs },
      ...(endpoint === null ? {} : { endpoint, region: 'us-east-1' }),
      ...(accessKey === null ? {} : { credentials: { accessKeyId: accessKey, secretAccessKey: 'local' } }),
    });
    return { sdk, client };
  }

  async function ask<T>(work: Work<T>): Promise<Stored<T>> {
    try {
      const { sdk, client } = await (opened ??= open());
      return { ok: true, value: await work(sdk, client, { abortSignal: AbortSignal.timeout(timeoutMs) }) };
    } catch (error) {
      return failureOf(error);
    }
  }

  const read =
    (key: Key): Work<Item | null> =>
    async (sdk, client, bound) => {
      const command = new sdk.GetItemCommand({
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
    return ask(async (sdk, client, bound) => {
      try {
        await work(sdk, client, bound);
        return true;
      } catch (error) {
        if (!(error instanceof sdk.ConditionalCheckFailedException)) throw error;
        return (error.$metadata.attempts ?? 1) > 1 && wasOurs(sdk, client, bound);
      }
    });
  }

  return {
    get: (key) => ask(read(key)),

    getMany: (keys) =>
      ask(async (sdk, client, bound) => {
        const parts = inParts(keys, MOST_READ_AT_ONCE).map(async (part) => {
          const items: Item[] = [];
          let left = part.map(keyAttributes);
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const command = new sdk.BatchGetItemCommand({
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
        (sdk, client, bound) =>
          client.send(
            new sdk.PutItemCommand({
              TableName: tableName,
              Item: attributes(item),
              ...(condition === undefined ? {} : conditionOf(condition)),
            }),
            bound,
          ),
        async (...asking) => sameItem(item, await read(item)(...asking)),
      ),

    putMany: (items) =>
      ask(async (sdk, client, bound) => {
        for (const part of inParts(items, MOST_WRITTEN_AT_ONCE)) {
          let left = part.map((item) => ({ PutRequest: { Item: attributes(item) } }));
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const command = new sdk.BatchWriteItemCommand({ RequestItems: { [tableName]: left } });
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
        (sdk, client, bound) =>
          client.send(
            new sdk.DeleteItemCommand({
              TableName: tableName,
              Key: keyAttributes(key),
              ...conditionOf(condition),
            }),
            bound,
          ),
        async () => true,
      ),

    lastOf: (pk, prefix, limit) =>
      ask(async (sdk, client, bound) => {
        const items: Item[] = [];
        let from: QueryOutput['LastEvaluatedKey'];
        do {
          const command: QueryCommand = new sdk.QueryCommand({
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

    close: () => {
      void opened?.then(({ client }) => client.destroy());
    },
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
