/** A million hostile Received fields; run by `npm run test:slow`. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { judgeEncryption } from '../../functions/assessment/hop-encryption.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { anyField, plainField } from '../fuzz/received-mutations.ts';

const CASES = 500_000;
const encryptionOf = (value: string): string | null => {
  const field = parseReceivedField(value);
  return field === null ? null : judgeEncryption(field).encryption;
};

test('half a million fields of servers that recorded no TLS: none is called encrypted or local', () => {
  const wrong: string[] = [];
  for (const value of fc.sample(plainField, { numRuns: CASES, seed: 1 })) {
    const encryption = encryptionOf(value);
    if (encryption === 'encrypted' || encryption === 'local') wrong.push(value);
  }
  expect(wrong).toEqual([]);
});

test('half a million fields of anything: nothing thrown, nothing encrypted without a word of TLS', () => {
  const wrong: string[] = [];
  for (const value of fc.sample(anyField, { numRuns: CASES, seed: 2 })) {
    const says = /mtps|lmtps|https|tls|ssl|encrypted|cipher|Google Transport/i.test(value);
    if (encryptionOf(value) === 'encrypted' && !says) wrong.push(value);
  }
  expect(wrong).toEqual([]);
});
