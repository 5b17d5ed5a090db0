/** Items of the table: what one can hold, and the same as attributes of DynamoDB. */
import type { AttributeValue } from '@aws-sdk/client-dynamodb';
import type { Key } from './keys.ts';

export type ItemValue = string | number | Uint8Array;
export type Item = Key & Readonly<Record<string, ItemValue>>;

/** An expression of DynamoDB's with the values of its `:names`. Attribute names in it must not be reserved words. */
export interface Condition {
  readonly expression: string;
  readonly values: Readonly<Record<string, ItemValue>>;
}

/** An item serves as its own key. */
export const keyAttributes = ({ pk, sk }: Key): Record<string, AttributeValue> => attributes({ pk, sk });

export function attributes(item: Readonly<Record<string, ItemValue>> | Key): Record<string, AttributeValue> {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attribute(value)]));
}

function attribute(value: ItemValue): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { B: value };
}

/** Attributes of other kinds are none of ours and are left out. */
export function itemOf(found: Readonly<Record<string, AttributeValue>>): Item {
  const entries = Object.entries(found).flatMap(([name, { S: text, N: number, B: bytes }]) => {
    const value = text ?? (number === undefined ? bytes : Number(number));
    return value === undefined ? [] : [[name, value] as const];
  });
  return { pk: found['pk']?.S ?? '', sk: found['sk']?.S ?? '', ...Object.fromEntries(entries) };
}

/** @returns whether all that was put is in what was found */
export function sameItem(put: Item, found: Item | null): boolean {
  return Object.entries(put).every(([name, value]) => {
    const kept = found?.[name];
    if (!(value instanceof Uint8Array)) return kept === value;
    return kept instanceof Uint8Array && Buffer.from(value).equals(kept);
  });
}

export function conditionOf({ expression, values }: Condition): {
  ConditionExpression: string;
  ExpressionAttributeValues?: Record<string, AttributeValue>;
} {
  const used = attributes(values);
  return Object.keys(used).length === 0
    ? { ConditionExpression: expression }
    : { ConditionExpression: expression, ExpressionAttributeValues: used };
}
