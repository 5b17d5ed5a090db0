import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { matchDane } from '../../../functions/policy/dane/matching.ts';
import { judgeTlsaRecords } from '../../../functions/policy/dane/tlsa-records.ts';
import { make } from './chain.ts';
import type { OpensslDane } from './openssl-dane.ts';
import { openssl, opensslVerify, startOpensslDane } from './openssl-dane.ts';
import { HOST, makeVectors, tlsa } from './vectors.ts';

const vectors = makeVectors();

describe('a server is authenticated by its TLSA records as RFC 7672 section 3 has it', () => {
  test.each(vectors)('$name: $expected', ({ chain, records, expected, because }) => {
    const judged = matchDane({
      records,
      chain: chain.map(({ der }) => der),
      referenceNames: [HOST],
      observedAt: Date.now(),
    });
    expect({ status: judged.status, because: judged.because }).toEqual({
      status: expected,
      because: because ?? null,
    });
  });

  test('the domain the mail is for is a name to match as well', () => {
    const root = make({ name: 'root', authority: true });
    const server = make({ name: 'vendor', names: ['vendor.example'], issuer: root });
    const question = {
      records: [tlsa(2, 1, 1, root)],
      chain: [server.der, root.der],
      observedAt: Date.now(),
    };
    expect(matchDane({ ...question, referenceNames: [HOST] }).status).toBe('mismatch');
    expect(matchDane({ ...question, referenceNames: [HOST, 'vendor.example'] }).status).toBe('match');
  });

  test('is judged at the time the chain was seen, not now', () => {
    const root = make({ name: 'root', authority: true, until: 400 });
    const server = make({ name: HOST, names: [HOST], issuer: root, until: 10 });
    const question = {
      records: [tlsa(2, 1, 1, root)],
      chain: [server.der, root.der],
      referenceNames: [HOST],
    };
    expect(matchDane({ ...question, observedAt: Date.now() }).status).toBe('match');
    expect(matchDane({ ...question, observedAt: Date.now() + 20 * 86_400_000 })).toMatchObject({
      status: 'mismatch',
      because: 'certificate-expired',
    });
  });

  test('a record that is passed over for a stronger digest still shows that it would have matched', () => {
    const vector = vectors.find(({ name }) => name.startsWith('agility: a stale 3 1 2'));
    const judged = matchDane({
      records: vector?.records ?? [],
      chain: vector?.chain.map(({ der }) => der) ?? [],
      referenceNames: [HOST],
      observedAt: Date.now(),
    });
    expect(judged.records.map(({ counts, matches }) => ({ counts, matches }))).toEqual([
      { counts: true, matches: false },
      { counts: false, matches: true },
    ]);
  });

  test.each([
    ['no certificate', []],
    ['garbage', [Buffer.from('not a certificate')]],
    ['a length that promises more', [Buffer.from([0x30, 0x83, 0xff, 0xff, 0xff])]],
  ])('a chain of %s authenticates nobody and throws nothing', (_name, chain) => {
    const records = [{ usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) }];
    expect(matchDane({ records, chain, referenceNames: [HOST], observedAt: 0 })).toMatchObject({
      status: 'mismatch',
      because: 'certificate-unreadable',
    });
  });

  test('a set of a thousand records is read to the hundredth', () => {
    const record = { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) };
    const faults = judgeTlsaRecords(Array.from({ length: 1000 }, () => record)).map(({ fault }) => fault);
    expect(faults.filter((fault) => fault === null)).toHaveLength(100);
    expect(faults.at(-1)).toBe('too-many');
  });
});

describe.skipIf(openssl === null)("OpenSSL's own DANE verifier agrees, over a real handshake", () => {
  let dane: OpensslDane;
  beforeAll(async () => {
    dane = await startOpensslDane();
  });
  afterAll(() => dane.stop());

  // OpenSSL will not start a handshake on records it finds unusable alone; RFC 7672 section 2.2 does.
  test.each(vectors.filter(({ expected }) => expected !== 'unusable'))('$name: $expected', async (vector) => {
    const expected = vector.openssl?.says ?? vector.expected;
    const { verdict, output } = await dane.verify(HOST, vector.chain, vector.records);
    expect(verdict === expected ? verdict : output).toBe(expected);
  });
});

describe.skipIf(openssl === null)(
  'openssl verify -partial_chain agrees on the path, TLSA records left aside',
  () => {
    const anchored = vectors.flatMap((vector) => {
      const anchor = vector.chain
        .slice(1)
        .find((made) => vector.records[0]?.data === tlsa(2, 1, 1, made).data);
      const isAlone = vector.records.length === 1 && vector.openssl === undefined;
      return anchor !== undefined && isAlone ? [{ ...vector, anchor }] : [];
    });

    test('there are enough of them', () => {
      expect(anchored.length).toBeGreaterThan(25);
    });

    test.each(anchored)('$name: $expected', ({ chain, anchor, expected }) => {
      expect(opensslVerify(HOST, chain, anchor)).toBe(expected === 'match' ? 'holds' : 'fails');
    });
  },
);
