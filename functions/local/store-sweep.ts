/**
 * Takes expired items out of the embedded store. DynamoDB does it by itself; the emulator keeps them for ever. A
 * reader compares the time anyway, so nothing depends on when this happens.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { callJson } from '../amazon/json-operations.ts';
import type { Attributes, Page } from '../amazon/json-operations.ts';
import { createService } from '../amazon/late-service.ts';
import { isServiceError } from '../amazon/service.ts';
import type { StoreAddress } from './store-owner.ts';

const EVERY_MS = 6 * 3_600_000;
const ITEMS_AT_ONCE = 100;
/** Between two pages, so that the sweep is hardly felt. */
const PAUSE_MS = 100;
const ANSWER_MS = 5_000;

/** Sweeps at once and a few times a day, until it is told to end. */
export function sweepNowAndThen(store: StoreAddress, tableName: string): AbortController {
  const end = new AbortController();
  const sweep = (): void => void sweepExpired(store, tableName, Date.now, end.signal);
  const timer = setInterval(sweep, EVERY_MS);
  timer.unref();
  end.signal.addEventListener('abort', () => clearInterval(timer));
  sweep();
  return end;
}

/**
 * Goes through the table once.
 * @param now milliseconds since 1970
 * @param signal ends it early
 * @returns how many items were taken out; what fails is left for the next time
 */
export async function sweepExpired(
  { endpoint, accessKey }: StoreAddress,
  tableName: string,
  now: () => number,
  signal: AbortSignal,
): Promise<number> {
  const service = createService({
    name: 'dynamodb',
    endpoint,
    accessKey,
    timeoutMs: ANSWER_MS,
    attempts: 2,
    keepsConnections: true,
  });
  const seconds = { ':now': { N: String(Math.floor(now() / 1000)) } };
  let removed = 0;
  try {
    let next: Page | null = await page();
    while (next !== null) {
      for (const { pk, sk } of next.Items ?? []) {
        if (pk !== undefined && sk !== undefined && (await remove({ pk, sk }))) removed += 1;
      }
      await wait(PAUSE_MS, undefined, { signal, ref: false });
      next = next.LastEvaluatedKey === undefined ? null : await page(next.LastEvaluatedKey);
    }
  } catch {
    return removed;
  } finally {
    service.close();
  }
  return removed;

  /** @returns false for what was renewed since it was seen */
  async function remove(key: Attributes): Promise<boolean> {
    const expired = {
      TableName: tableName,
      Key: key,
      ConditionExpression: 'expiresAt < :now',
      ExpressionAttributeValues: seconds,
    };
    try {
      await callJson(service, 'DeleteItem', expired, signal);
      return true;
    } catch (error) {
      if (isServiceError(error, 'ConditionalCheckFailedException')) return false;
      throw error;
    }
  }

  async function page(from?: Attributes): Promise<Page> {
    const looked = {
      TableName: tableName,
      FilterExpression: 'expiresAt < :now',
      ExpressionAttributeValues: seconds,
      ProjectionExpression: 'pk, sk',
      Limit: ITEMS_AT_ONCE,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    };
    return callJson(service, 'Scan', looked, signal);
  }
}
