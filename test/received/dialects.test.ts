import { describe, expect, test } from 'vitest';
import { hopTls, judgeEncryption } from '../../functions/assessment/hop-encryption.ts';
import * as dialects from '../../functions/received/dialects.ts';
import { parseReceivedField } from '../../functions/received/received-field.ts';
import { DIALECT_VECTORS, valueOf } from './received-vectors.ts';

const { DIALECTS, ...byShape } = dialects;
const ROWS = [...DIALECTS, ...Object.values(byShape)];

test('every dialect has a real field, and every real field a dialect', () => {
  const named = new Set(DIALECT_VECTORS.map((vector) => vector.dialect).filter((name) => name !== null));
  expect(ROWS.map((row) => row.name).filter((name) => !named.has(name))).toEqual([]);
  expect([...named].filter((name) => !ROWS.some((row) => row.name === name))).toEqual([]);
});

describe('each real field is recognised and judged', () => {
  test.each(DIALECT_VECTORS)('$dialect, $encryption: $source', (vector) => {
    const field = parseReceivedField(valueOf(vector.raw));
    expect(field?.dialect?.name ?? null).toBe(vector.dialect);
    if (field === null) return;
    expect(judgeEncryption(field).encryption).toBe(vector.encryption);
    const tls = hopTls(field, () => null);
    expect([tls.version, tls.cipher]).toEqual([vector.version, vector.cipher]);
    const seen = { ip: field.from?.ip ?? null, by: field.by?.host ?? null };
    expect({ ...seen, ip: vector.ip ?? seen.ip, by: vector.by ?? seen.by }).toEqual(seen);
  });
});
