/**
 * The larger part of an item: JSON, compressed. DynamoDB refuses items over 400 KB, and a transcript or a list of
 * addresses shrinks to a fifth.
 */
import { promisify } from 'node:util';
import { gunzip, gzip } from 'node:zlib';
import { failure } from './stored.ts';
import type { Stored } from './stored.ts';

/** Written into every item; raised when an older program would misread what a newer one writes. */
export const ITEM_VERSION = 1;

/** "Far below 400 KB", keys and the other attributes included. */
export const LARGEST_BODY_BYTES = 300_000;
const LARGEST_TEXT_BYTES = 16 * 1024 * 1024;

const compress = promisify(gzip);
const expand = promisify(gunzip);

/** @returns the body, or `too-large` */
export async function packBody(json: string): Promise<Stored<Uint8Array>> {
  const body = await compress(json);
  return body.byteLength > LARGEST_BODY_BYTES
    ? failure('too-large', `${body.byteLength} bytes in one item`)
    : { ok: true, value: body };
}

/** @returns null when it is not what `packBody` made */
export async function unpackBody(body: unknown): Promise<string | null> {
  if (!(body instanceof Uint8Array)) return null;
  try {
    return (await expand(body, { maxOutputLength: LARGEST_TEXT_BYTES })).toString('utf8');
  } catch {
    return null;
  }
}
