import { describe, expect, test } from 'vitest';
import { parseTlsReportingRecord, readTlsReporting } from '../../functions/policy/tls-reporting.ts';
import { failed, found } from './answers.ts';

describe('the TLS reporting record', () => {
  test.each([
    [
      'the mail example of RFC 8460 section 3',
      'v=TLSRPTv1;rua=mailto:reports@example.com',
      ['mailto:reports@example.com'],
    ],
    [
      'the web example of RFC 8460 section 3',
      'v=TLSRPTv1; rua=https://reporting.example.com/v1/tlsrpt',
      ['https://reporting.example.com/v1/tlsrpt'],
    ],
    [
      'two addresses',
      'v=TLSRPTv1; rua=mailto:a@example.com , https://b.example/r;',
      ['mailto:a@example.com', 'https://b.example/r'],
    ],
    [
      'an address of another scheme beside a good one',
      'v=TLSRPTv1; rua=ftp://a.example/,mailto:a@example.com',
      ['mailto:a@example.com'],
    ],
    ['an extension', 'v=TLSRPTv1; rua=mailto:a@example.com; ext=1', ['mailto:a@example.com']],
  ])('is read: %s', (_name, record, rua) => {
    expect(parseTlsReportingRecord(['unrelated', record])).toEqual({ status: 'valid', rua });
  });

  test('is absent without a TXT record of its kind', () => {
    expect(parseTlsReportingRecord(['v=spf1 -all'])).toEqual({ status: 'none' });
  });

  test.each([
    [
      'two records',
      ['v=TLSRPTv1; rua=mailto:a@b.example', 'v=TLSRPTv1; rua=mailto:c@d.example'],
      'several-records',
    ],
    ['a version in small letters', ['v=tlsrptv1; rua=mailto:a@b.example'], 'version-malformed'],
    ['no address', ['v=TLSRPTv1;'], 'rua-missing'],
    ['an address without its scheme', ['v=TLSRPTv1; rua=reports@example.com'], 'rua-malformed'],
    ['an address that is plain http', ['v=TLSRPTv1; rua=http://example.com/r'], 'rua-malformed'],
    ['a mailto without an address', ['v=TLSRPTv1; rua=mailto:'], 'rua-malformed'],
    [
      'an unencoded exclamation mark, as in DMARC size limits',
      ['v=TLSRPTv1; rua=mailto:a@b.example!10m'],
      'rua-malformed',
    ],
    ['a second version field', ['v=TLSRPTv1; rua=mailto:a@b.example; nonsense'], 'field-malformed'],
  ])('is invalid: %s', (_name, records, because) => {
    expect(parseTlsReportingRecord(records)).toMatchObject({ status: 'invalid', because });
  });

  test('is unavailable, not absent, when the lookup failed', () => {
    expect(readTlsReporting(failed('servfail'))).toEqual({ status: 'unavailable', because: 'unavailable' });
    expect(readTlsReporting(failed('timeout'))).toEqual({ status: 'unavailable', because: 'unavailable' });
    expect(readTlsReporting(failed('bogus'))).toEqual({ status: 'unavailable', because: 'bogus' });
    expect(readTlsReporting(found(['v=TLSRPTv1; rua=mailto:a@b.example']))).toMatchObject({
      status: 'valid',
    });
  });
});
