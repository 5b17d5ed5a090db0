import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MAIL_PROVIDERS, mailProvider } from '../../functions/assessment/mail-providers.ts';

describe('a real MX host names its provider', () => {
  test.each(MAIL_PROVIDERS)('$sample is $provider', ({ sample, provider }) => {
    expect(mailProvider(sample)?.provider).toBe(provider);
    expect(mailProvider(sample.toUpperCase())?.provider).toBe(provider);
  });

  test.each([
    ['aspmx2.googlemail.com', 'Google Workspace'],
    ['smtp.google.com', 'Google Workspace'],
    ['contoso-com.j-v1.mx.microsoft', 'Microsoft 365'],
    ['hotmail-com.olc.protection.outlook.com', 'Outlook.com'],
    ['mx-aol.mail.gm0.yahoodns.net', 'Yahoo'],
    ['inbound-smtp.eu-west-1.amazonaws.com', 'Amazon SES'],
    ['d12345.ess.de.barracudanetworks.com', 'Barracuda'],
    ['mx01.ionos.co.uk', 'IONOS'],
  ])('%s is %s', (host, provider) => expect(mailProvider(host)?.provider).toBe(provider));
});

test('there are at least twenty-five providers, none twice, each with a source', () => {
  const names = MAIL_PROVIDERS.map(({ provider }) => provider);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(25);
  expect(MAIL_PROVIDERS.every(({ source, startTls }) => source !== '' && startTls !== '')).toBe(true);
});

test('what is expected of a provider rests on a source', () => {
  expect(mailProvider('alt1.aspmx.l.google.com')?.startTls).toContain('support.google.com');
  expect(mailProvider('mx01.mail.icloud.com')?.startTls).toBeNull();
});

describe('names that only look like a provider’s', () => {
  test.each([
    'aspmx.l.google.com.evil.example',
    'evilaspmx.l.google.com',
    'aspmx-l-google-com.example',
    'notpphosted.com',
    'mail.google.com',
    'ec2-192-0-2-1.compute-1.amazonaws.com',
    'inbound-smtp.amazonaws.com',
    'ip-192-0-2-1.ip.secureserver.net',
    'mx.example.com',
    'com',
    '',
    '.',
  ])('%s', (host) => expect(mailProvider(host)).toBeNull());
});

test('a label in front of a known suffix never changes the provider to another company’s by substring', () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[a-z0-9-]{1,20}$/), fc.constantFrom(...MAIL_PROVIDERS), (label, row) => {
      expect(mailProvider(`${label}.${row.sample}`)?.provider).toBe(row.provider);
      expect(mailProvider(`${row.sample}.${label}.example`)).toBeNull();
    }),
  );
});
