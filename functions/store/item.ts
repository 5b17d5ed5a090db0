/** Items of the table: what one can hold, and the same as attributes of DynamoDB. */
import type { Attributes, AttributeValue } from '../amazon/json-operations.ts';
import type { Key } from './keys.ts';

export type ItemValue = string | number | Uint8Array;
export type Item = Key & Readonly<Record<string, ItemValue>>;

/** An expression of DynamoDB's with the values of its `:names`. Attribute names in it must not be reserved words. */
export interface Condition {
  readonly expression: string;
  readonly values: Readonly<Record<string, ItemValue>>;
}

/** An item serves as its own key. */
export const keyAttributes = ({ pk, sk }: Key): Attributes => attributes({ pk, sk });

export function attributes(item: Readonly<Record<string, ItemValue>> | Key): Attributes {
  return Object.fromEntries(Object.entries(item).map(([name, value]) => [name, attribute(value)]));
}

function attribute(value: ItemValue): AttributeValue {
  if (typeof value === 'string') return { S: value };
  return typeof value === 'number' ? { N: String(value) } : { B: Buffer.from(value).toString('base64') };
}

/** Attributes of other kinds are none of ours and are left out. */
export function itemOf(found: Attributes): Item {
  const entries = Object.entries(found).flatMap(([name, attributeFound]) => {
    const value = valueOf(attributeFound);
    return value === null ? [] : [[name, value] as const];
  });
  return { pk: found['pk']?.S ?? '', sk: found['sk']?.S ?? '', ...Object.fromEntries(entries) };
}

function valueOf({ S: text, N: digits, B: base64 }: AttributeValue): ItemValue | null {
  if (text !== undefined) return text;
  if (digits !== undefined) return Number(digits);
  return base64 === undefined ? null : new Uint8Array(Buffer.from(base64, 'base64'));
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
  readonly ConditionExpression: string;
  readonly ExpressionAttributeValues?: Attributes;
} {
  const used = attributes(values);
  return Object.keys(used).length === 0
    ? { ConditionExpression: expression }
    : { ConditionExpression: expression, ExpressionAttributeValues: used };
}
