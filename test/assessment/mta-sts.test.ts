import { describe, expect, test } from 'vitest';
import type { AddressOutcome, CertificateFault } from '../../functions/assessment/assessment.ts';
import type { MtaStsState } from '../../functions/assessment/mta-sts.ts';
import { assessHostMtaSts, assessMtaSts } from '../../functions/assessment/mta-sts.ts';
import type { MtaStsFetch, MtaStsFetchFault } from '../../functions/policy/mta-sts/fetch.ts';
import { absent, failed, found } from '../policy/answers.ts';

const RECORD = found<'TXT'>(['v=STSv1; id=7']);
const seen = { ip: '192.0.2.1', observedAt: '2026-11-22T00:00:00.000Z', tookMs: 1 };
const fetched = (body: string, mediaType: string | null = 'text/plain'): MtaStsFetch => ({
  outcome: 'fetched',
  ...seen,
  body,
  mediaType,
});
const notFetched = (because: MtaStsFetchFault, statusCode: number | null = null): MtaStsFetch => ({
  outcome: 'failed',
  ...seen,
  because,
  statusCode,
  detail: 'in their words',
});
const BODY = 'version: STSv1\nmode: enforce\nmx: *.vendor.example\nmax_age: 604800\n';

describe('what was found of the policy', () => {
  test('valid', () => {
    expect(assessMtaSts({ record: RECORD, fetch: fetched(BODY) })).toEqual({
      status: 'valid',
      id: '7',
      mode: 'enforce',
      maxAgeSeconds: 604_800,
      mx: ['*.vendor.example'],
      warnings: [],
    });
  });

  test('valid, with what should be put right', () => {
    const body = BODY.replace('604800', '86399');
    expect(assessMtaSts({ record: RECORD, fetch: fetched(body, 'text/html') })).toMatchObject({
      status: 'valid',
      warnings: ['media-type', 'max-age-short'],
    });
    expect(assessMtaSts({ record: RECORD, fetch: fetched(BODY.replace('604800', '86400')) })).toMatchObject({
      warnings: [],
    });
  });

  test('none without a record', () => {
    expect(assessMtaSts({ record: absent('insecure'), fetch: null })).toEqual({ status: 'none' });
    expect(assessMtaSts({ record: found<'TXT'>(['v=spf1 -all']), fetch: null })).toEqual({ status: 'none' });
  });

  test('invalid, with the record or the line that is wrong', () => {
    expect(
      assessMtaSts({ record: found<'TXT'>(['v=STSv1; id=1', 'v=STSv1; id=2']), fetch: null }),
    ).toMatchObject({
      status: 'invalid',
      because: 'several-records',
      resultType: 'sts-policy-invalid',
    });
    expect(assessMtaSts({ record: RECORD, fetch: fetched(BODY.replace('enforce', 'force')) })).toMatchObject({
      status: 'invalid',
      id: '7',
      because: 'mode-malformed',
      line: 2,
      part: 'mode: force',
    });
  });

  test.each([
    ['certificate-expired', null, 'invalid', 'sts-webpki-invalid'],
    ['certificate-host-mismatch', null, 'invalid', 'sts-webpki-invalid'],
    ['certificate-not-trusted', null, 'invalid', 'sts-webpki-invalid'],
    ['redirect', 302, 'invalid', 'sts-policy-fetch-error'],
    ['http-status', 404, 'invalid', 'sts-policy-fetch-error'],
    ['http-status', 403, 'invalid', 'sts-policy-fetch-error'],
    ['http-status', 429, 'unavailable', 'sts-policy-fetch-error'],
    ['http-status', 500, 'unavailable', 'sts-policy-fetch-error'],
    ['http-status', 503, 'unavailable', 'sts-policy-fetch-error'],
    ['too-long', 200, 'invalid', 'sts-policy-invalid'],
    ['no-address', null, 'invalid', 'sts-policy-fetch-error'],
    ['timeout', null, 'unavailable', 'sts-policy-fetch-error'],
    ['connection-refused', null, 'unavailable', 'sts-policy-fetch-error'],
    ['address-unavailable', null, 'unavailable', 'sts-policy-fetch-error'],
    ['address-bogus', null, 'unavailable', 'dnssec-invalid'],
    ['out-of-time', null, 'unavailable', 'sts-policy-fetch-error'],
  ] as const)('a fetch that ends in %s (%s) is %s, %s', (because, statusCode, status, resultType) => {
    expect(assessMtaSts({ record: RECORD, fetch: notFetched(because, statusCode) })).toMatchObject({
      status,
      resultType,
      because,
      id: '7',
      part: because === 'http-status' ? `${statusCode} in their words` : 'in their words',
    });
  });

  test.each([
    ['servfail', 'record-unavailable', null],
    ['timeout', 'record-unavailable', null],
    ['bogus', 'record-bogus', 'dnssec-invalid'],
  ] as const)('a record lookup that ends in %s is unavailable, not none', (outcome, because, resultType) => {
    expect(assessMtaSts({ record: failed(outcome), fetch: null })).toMatchObject({
      status: 'unavailable',
      because,
      resultType,
    });
  });
});

const policy = (mode: 'enforce' | 'testing' | 'none'): MtaStsState => ({
  status: 'valid',
  id: '7',
  mode,
  maxAgeSeconds: 604_800,
  mx: ['*.vendor.example'],
  warnings: [],
});
const address = (outcome: AddressOutcome, certificateFaults: readonly CertificateFault[] | null = null) => ({
  outcome,
  certificateFaults,
});

describe('one host under the policy', () => {
  const sound = address('encrypted', []);

  test.each([
    ['passes', 'mx.vendor.example', [sound], 'pass'],
    ['is not named', 'mx.other.example', [sound], 'no-match'],
    ['is named two labels deep', 'a.mx.vendor.example', [sound], 'no-match'],
    ['is the bare domain', 'vendor.example', [sound], 'no-match'],
    ['does not offer STARTTLS', 'mx.vendor.example', [address('not-offered')], 'no-starttls'],
    ['fails at STARTTLS', 'mx.vendor.example', [address('starttls-failed')], 'no-starttls'],
    [
      'has an expired certificate',
      'mx.vendor.example',
      [address('encrypted', ['certificate-expired'])],
      'certificate-invalid',
    ],
    [
      'has its name as a common name only',
      'mx.vendor.example',
      [address('encrypted', ['common-name-only'])],
      'certificate-invalid',
    ],
    [
      'has a small key, which is graded elsewhere',
      'mx.vendor.example',
      [address('encrypted', ['key-too-small'])],
      'pass',
    ],
    ['has one address in clear', 'mx.vendor.example', [sound, address('not-offered')], 'no-starttls'],
    ['could not be tested', 'mx.vendor.example', [address('refused'), address('unreachable')], 'not-tested'],
    [
      'showed no certificate for its own name',
      'mx.vendor.example',
      [address('encrypted', null)],
      'not-tested',
    ],
    ['has no address', 'mx.vendor.example', [], 'not-tested'],
  ] as const)('%s (%s)', (_name, host, addresses, expected) => {
    expect(assessHostMtaSts(policy('enforce'), host, addresses)).toBe(expected);
    expect(assessHostMtaSts(policy('testing'), host, addresses)).toBe(expected);
  });

  test('is not judged in mode none, nor without a valid policy', () => {
    expect(assessHostMtaSts(policy('none'), 'mx.other.example', [sound])).toBe('none');
    expect(assessHostMtaSts({ status: 'none' }, 'mx.vendor.example', [sound])).toBe('none');
  });
});
