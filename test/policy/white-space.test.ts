import { expect, test } from 'vitest';
import { parseMtaStsPolicy } from '../../functions/policy/mta-sts/policy.ts';
import { parseMtaStsRecord } from '../../functions/policy/mta-sts/record.ts';
import { parseTlsReportingRecord } from '../../functions/policy/tls-reporting.ts';
import { withoutWhiteSpaceAround } from '../../functions/policy/white-space.ts';

test.each([
  ['', ''],
  [' \t ', ''],
  ['a', 'a'],
  [' a b\t', 'a b'],
  ['\u00a0a\n', '\u00a0a\n'],
])('spaces and tabs are taken off both ends of %j, and nothing else', (text, expected) => {
  expect(withoutWhiteSpaceAround(text)).toBe(expected);
});

/** As much as a TXT record over TCP, or a policy, can hold. Each of these once kept the process busy for seconds. */
const GAP = ' \t'.repeat(32_000);

test('64 KiB of white space in a record or a policy cost no more than any other 64 KiB', () => {
  const body = `version: STSv1\nmode: enforce\nmx: mx.vendor.example\nmax_age: 86400\nnote: a${GAP}b`;
  expect(parseMtaStsPolicy(body)).toMatchObject({ status: 'valid', policy: { mode: 'enforce' } });
  expect(parseMtaStsRecord([`v=STSv1; id=1;${GAP}x`])).toMatchObject({ because: 'field-malformed' });
  expect(parseMtaStsRecord([`${GAP}x`])).toEqual({ status: 'none' });
  expect(parseTlsReportingRecord([`v=TLSRPTv1; rua=a${GAP}x`])).toMatchObject({ because: 'rua-malformed' });
  expect(parseTlsReportingRecord([`${GAP}x`])).toEqual({ status: 'none' });
});

test.each([' v=STSv1; id=1', '"v=STSv1; id=1', 'v = STSv1; id=1', 'V=stsv1; id=1'])(
  '%j is a slip, and told as one',
  (text) => {
    expect(parseMtaStsRecord([text])).toMatchObject({ status: 'invalid', because: 'version-malformed' });
  },
);
