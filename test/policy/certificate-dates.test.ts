import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { certificateDates } from '../../functions/policy/certificate-dates.ts';
import { make } from './dane/chain.ts';

const dates = (untilText: string) =>
  certificateDates(new X509Certificate(make({ name: 'mx.vendor.example', untilText }).der));

test.each([
  ['270102030405Z', '2027-01-02T03:04:05.000Z'],
  ['491231235959Z', '2049-12-31T23:59:59.000Z'],
  ['500101000000Z', '1950-01-01T00:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(new Date(dates(text).notAfter).toISOString()).toBe(instant);
});

test('a date that cannot be decoded is none, each time it is read', () => {
  const { der } = make({ name: 'mx.vendor.example', untilText: '991399999999Z' });
  for (let time = 0; time < 500; time += 1) {
    expect(certificateDates(new X509Certificate(der)).notAfter).toBeNaN();
  }
});

test('what Node reads of a sound certificate is read the same', () => {
  const x509 = new X509Certificate(make({ name: 'mx.vendor.example' }).der);
  expect(certificateDates(x509)).toEqual({
    notBefore: x509.validFromDate.getTime(),
    notAfter: x509.validToDate.getTime(),
  });
});
