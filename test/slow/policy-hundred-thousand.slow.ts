/**
 * 100,000 broken records, policies, TLSA sets and certificate chains: every one is valid, or invalid with a reason
 * and an excerpt that can be shown; nothing throws and nothing takes long. Not part of `npm test`.
 */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchDane } from '../../functions/policy/dane/matching.ts';
import { isNamedByMtaStsPolicy } from '../../functions/policy/mta-sts/match.ts';
import { parseMtaStsPolicy } from '../../functions/policy/mta-sts/policy.ts';
import { parseMtaStsRecord } from '../../functions/policy/mta-sts/record.ts';
import { parseTlsReportingRecord } from '../../functions/policy/tls-reporting.ts';
import { HOST, makeVectors } from '../policy/dane/vectors.ts';

const RUNS = { numRuns: 25_000 };
const isShowable = (text: string): boolean => /^[^\p{Cc}]{0,900}$/u.test(text);

/** A sound text with some of it replaced, repeated, removed or put in. */
const damaged = (sounds: readonly string[]): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom(...sounds),
      fc.array(fc.tuple(fc.nat(), fc.nat(8), fc.string({ unit: 'binary', maxLength: 12 })), { maxLength: 6 }),
    )
    .map(([sound, wounds]) =>
      wounds.reduce((text, [at, length, put]) => {
        const start = at % (text.length + 1);
        return text.slice(0, start) + put + text.slice(start + length);
      }, sound),
    );

/** Holds a rule over many cases; the first case that breaks it is in the error. */
const holds =
  <T>(cases: fc.Arbitrary<T>, rule: (one: T) => boolean): (() => void) =>
  () =>
    fc.assert(fc.property(cases, rule), RUNS);

const recordIsReadOrQuoted = (records: readonly string[]): boolean => {
  const parsed = parseMtaStsRecord(records);
  if (parsed.status === 'none') return true;
  return parsed.status === 'valid' ? /^[A-Za-z0-9]{1,32}$/.test(parsed.id) : isShowable(parsed.part);
};

test('MTA-STS records', () => {
  const record = damaged(['v=STSv1; id=20160831085700Z;', 'v=STSv1; id=1; a=b', 'v=stsv1;id=1', '']);
  expect(holds(fc.array(record, { maxLength: 3 }), recordIsReadOrQuoted)).not.toThrow();
});

const policyIsReadOrQuoted = (body: string): boolean => {
  const parsed = parseMtaStsPolicy(body);
  if (parsed.status === 'invalid') {
    return (
      isShowable(parsed.part) && (parsed.line === null || body.split(/\r?\n/)[parsed.line - 1] !== undefined)
    );
  }
  const { mode, mx, maxAgeSeconds } = parsed.policy;
  const named = mx.every(
    (pattern) =>
      /^(?:\*\.)?[a-z0-9.-]+$/.test(pattern) && isNamedByMtaStsPolicy(pattern.replace('*', 'one'), mx),
  );
  return named && (mode === 'none' || mx.length > 0) && maxAgeSeconds <= 31_557_600;
};

test('MTA-STS policies', () => {
  const policy = damaged([
    'version: STSv1\r\nmode: enforce\r\nmx: mail.example.com\r\nmx: *.example.net\r\nmax_age: 604800\r\n',
    'version: STSv1\nmode: none\nmax_age: 0',
    '',
  ]);
  expect(holds(policy, policyIsReadOrQuoted)).not.toThrow();
});

const reportingIsReadOrQuoted = (records: readonly string[]): boolean => {
  const parsed = parseTlsReportingRecord(records);
  if (parsed.status === 'valid') return parsed.rua.every((uri) => /^(?:mailto|https):/i.test(uri));
  return parsed.status !== 'invalid' || isShowable(parsed.part);
};

test('TLS reporting records', () => {
  const record = damaged([
    'v=TLSRPTv1; rua=mailto:a@example.com,https://b.example/r',
    'v=TLSRPTv1;rua=mailto:a@b.example; x=1',
    '',
  ]);
  expect(holds(fc.array(record, { maxLength: 3 }), reportingIsReadOrQuoted)).not.toThrow();
});

test('TLSA sets and certificate chains', () => {
  const hex = fc.oneof(
    fc.constantFrom('', 'ab', 'ab'.repeat(32), 'ab'.repeat(64)),
    fc.uint8Array({ maxLength: 80 }).map((octets) => Buffer.from(octets).toString('hex')),
  );
  const record = fc.record({ usage: fc.nat(4), selector: fc.nat(2), matchingType: fc.nat(3), data: hex });
  const wound = fc.record({ certificate: fc.nat(), at: fc.nat(), octet: fc.nat(255) });
  const cases = fc.record({
    vector: fc.constantFrom(...makeVectors()),
    further: fc.array(record, { maxLength: 4 }),
    wounds: fc.array(wound, { maxLength: 4 }),
  });
  expect(
    holds(cases, ({ vector, further, wounds }) => {
      const chain = vector.chain.map(({ der }) => Buffer.from(der));
      for (const { certificate, at, octet } of wounds) {
        const der = chain[certificate % chain.length];
        if (der) der[at % der.length] = octet;
      }
      const records = [...vector.records, ...further];
      const judged = matchDane({ records, chain, referenceNames: [HOST], observedAt: Date.now() });
      // A server certificate that its anchor did not sign as it stands authenticates nobody.
      const isAltered = chain[0]?.equals(vector.chain[0]?.der ?? Buffer.alloc(0)) === false;
      const byAnchor = further.length === 0 && vector.records.every(({ usage }) => usage === 2);
      return (
        judged.records.length === records.length && !(isAltered && byAnchor && judged.status === 'match')
      );
    }),
  ).not.toThrow();
});
