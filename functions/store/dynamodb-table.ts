/**
 * A table of DynamoDB, each request with a bound on its time. Only what the embedded emulator knows as well is used:
 * no transactions, and no item comes back from a failed condition.
 */
import { callJson } from '../amazon/json-operations.ts';
import type { Attributes, JsonOperation, Page, Write } from '../amazon/json-operations.ts';
import { createService, loadService } from '../amazon/late-service.ts';
import { attemptsOf, isServiceError } from '../amazon/service.ts';
import { attributes, conditionOf, itemOf, keyAttributes, sameItem } from './item.ts';
import type { Item } from './item.ts';
import type { Key } from './keys.ts';
import type { Stored } from './stored.ts';
import { failureOf } from './table-failure.ts';
import type { Table, TableOptions } from './table.ts';

/** Something that is asked of the table, until the time is up. */
type Work<T> = (timeUp: AbortSignal) => Promise<T>;

/** Of BatchGetItem and BatchWriteItem. */
const MOST_READ_AT_ONCE = 100;
const MOST_WRITTEN_AT_ONCE = 25;
/** How often what a batch left undone is asked for again. */
const BATCH_TRIES = 4;
const BATCH_PAUSE_MS = 50;

/** Opens no connection yet. */
export function createTable({ tableName, endpoint, accessKey, timeoutMs }: TableOptions): Table {
  const service = createService({
    name: 'dynamodb',
    endpoint: endpoint ?? '',
    accessKey,
    timeoutMs,
    attempts: 2,
    keepsConnections: true,
  });
  const call = <Operation extends JsonOperation>(operation: Operation, input: object, timeUp: AbortSignal) =>
    callJson(service, operation, input, timeUp);

  async function ask<T>(work: Work<T>): Promise<Stored<T>> {
    try {
      // The time is for the table, not for loading what asks it.
      await loadService();
      return { ok: true, value: await work(AbortSignal.timeout(timeoutMs)) };
    } catch (error) {
      return failureOf(error);
    }
  }

  const read =
    (key: Key): Work<Item | null> =>
    async (timeUp) => {
      const { Item: found } = await call(
        'GetItem',
        { TableName: tableName, Key: keyAttributes(key), ConsistentRead: true },
        timeUp,
      );
      return found === undefined ? null : itemOf(found);
    };

  /**
   * A request whose answer was lost is made again. When it was carried out, it is its own doing that the condition no
   * longer holds.
   * @param wasOurs whether it was, where that is possible
   * @returns false where the only thing wrong was the condition
   */
  async function conditionally(work: Work<unknown>, wasOurs: Work<boolean>): Promise<Stored<boolean>> {
    return ask(async (timeUp) => {
      try {
        await work(timeUp);
        return true;
      } catch (error) {
        if (!isServiceError(error, 'ConditionalCheckFailedException')) throw error;
        return attemptsOf(error) > 1 && wasOurs(timeUp);
      }
    });
  }

  return {
    get: (key) => ask(read(key)),

    getMany: (keys) =>
      ask(async (timeUp) => {
        const parts = inParts(keys, MOST_READ_AT_ONCE).map(async (part) => {
          const items: Item[] = [];
          let left: readonly Attributes[] = part.map(keyAttributes);
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const { Responses: found, UnprocessedKeys: unread } = await call(
              'BatchGetItem',
              { RequestItems: { [tableName]: { Keys: left, ConsistentRead: true } } },
              timeUp,
            );
            items.push(...(found?.[tableName] ?? []).map(itemOf));
            left = unread?.[tableName]?.Keys ?? [];
          }
          return items;
        });
        return (await Promise.all(parts)).flat();
      }),

    put: (item, condition) =>
      conditionally(
        (timeUp) =>
          call(
            'PutItem',
            {
              TableName: tableName,
              Item: attributes(item),
              ...(condition === undefined ? {} : conditionOf(condition)),
            },
            timeUp,
          ),
        async (timeUp) => sameItem(item, await read(item)(timeUp)),
      ),

    putMany: (items) =>
      ask(async (timeUp) => {
        for (const part of inParts(items, MOST_WRITTEN_AT_ONCE)) {
          let left: readonly Write[] = part.map((item) => ({ PutRequest: { Item: attributes(item) } }));
          for (let tries = 0; left.length > 0; tries += 1) {
            await pauseBefore(tries);
            const { UnprocessedItems: unwritten } = await call(
              'BatchWriteItem',
              { RequestItems: { [tableName]: left } },
              timeUp,
            );
            left = unwritten?.[tableName] ?? [];
          }
        }
        return null;
      }),

    remove: (key, condition) =>
      conditionally(
        (timeUp) =>
          call(
            'DeleteItem',
            { TableName: tableName, Key: keyAttributes(key), ...conditionOf(condition) },
            timeUp,
          ),
        async () => true,
      ),

    lastOf: (pk, prefix, limit) =>
      ask(async (timeUp) => {
        const items: Item[] = [];
        let from: Attributes | undefined;
        do {
          const page: Page = await call(
            'Query',
            {
              TableName: tableName,
              KeyConditionExpression: 'pk = :pk AND begins_with(sk, :prefix)',
              ExpressionAttributeValues: { ':pk': { S: pk }, ':prefix': { S: prefix } },
              ScanIndexForward: false,
              ConsistentRead: true,
              Limit: limit - items.length,
              ...(from === undefined ? {} : { ExclusiveStartKey: from }),
            },
            timeUp,
          );
          items.push(...(page.Items ?? []).map(itemOf));
          from = page.LastEvaluatedKey;
        } while (from !== undefined && items.length < limit);
        return items;
      }),

    close: service.close,
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
