/** The real Received fields in `test/vectors/`, with what a careful reader says of each. */
import { readFileSync } from 'node:fs';
import * as z from 'zod/mini';

const text = z.nullable(z.string());
const label = z.union([z.boolean(), z.literal('unknown')]);

const received = z.object({
  source: z.string(),
  dialect: z.string(),
  raw: z.string(),
  expect: z.object({
    encrypted: label,
    /** A second answer that a careful reader could defend. */
    alsoAcceptable: z.optional(label),
    tlsVersion: text,
    cipher: text,
    fromHost: text,
    helo: text,
    fromIp: text,
    byHost: text,
    with: text,
    id: text,
    for: text,
    date: text,
  }),
});
const dialect = z.object({
  /** Null where nobody is known to write such a field. */
  dialect: text,
  raw: z.string(),
  encryption: z.enum(['encrypted', 'not-encrypted', 'unknown', 'local']),
  version: text,
  cipher: text,
  /** The address the server saw, and the server. */
  ip: z.optional(text),
  by: z.optional(text),
  source: z.string(),
});

function readLines(name: string): readonly unknown[] {
  const file = readFileSync(new URL(`../vectors/${name}`, import.meta.url), 'utf8');
  return file
    .trim()
    .split('\n')
    .map((line): unknown => JSON.parse(line));
}

export const RECEIVED_VECTORS = readLines('received.jsonl').map((line) => received.parse(line));
export const DIALECT_VECTORS = readLines('received-dialects.jsonl').map((line) => dialect.parse(line));

/** The value of a field as it stands in a header, without its name. */
export const valueOf = (raw: string): string => raw.replace(/^Received:\s*/i, '');
