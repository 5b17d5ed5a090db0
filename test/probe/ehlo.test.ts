import { describe, expect, it } from 'vitest';
import { ehloIdentity, fallsBackToHelo, offersStartTls } from '../../functions/probe/ehlo.ts';

const ehlo = (...lines: string[]) => ({ code: 250, lines: ['mx.example at your service', ...lines] });

describe('a reply to EHLO', () => {
  it.each(['STARTTLS', 'starttls', 'StartTLS', 'STARTTLS REQUIRED', 'STARTTLS '])(
    'offers STARTTLS with %j',
    (line) => {
      expect(offersStartTls(ehlo('SIZE 1000', line, 'HELP'))).toBe(true);
    },
  );

  it.each([
    'STARTTLSX',
    'STARTTLS=x',
    'XXXXXXXA',
    'X-STARTTLS',
    'AUTH STARTTLS',
    '',
    ' STARTTLS',
    'STARTTLS\\x00',
  ])('does not offer it with %j', (line) => {
    expect(offersStartTls(ehlo('SIZE 1000', line, 'HELP'))).toBe(false);
  });

  it('does not offer it in its first line, which greets', () => {
    expect(offersStartTls({ code: 250, lines: ['STARTTLS'] })).toBe(false);
  });

  it.each([500, 502])('of code %i says that EHLO was not understood', (code) => {
    expect(fallsBackToHelo({ code, lines: [''] })).toBe(true);
  });

  it.each([250, 220, 421, 450, 501, 503, 504, 521, 550, 554])('of code %i does not', (code) => {
    expect(fallsBackToHelo({ code, lines: [''] })).toBe(false);
  });
});

describe('our name in EHLO', () => {
  it('is the one of the settings', () => {
    expect(ehloIdentity('probe.us.example', '192.0.2.1')).toBe('probe.us.example');
  });

  it('is an address literal of our own end where there is none', () => {
    expect(ehloIdentity('', '192.0.2.1')).toBe('[192.0.2.1]');
    expect(ehloIdentity('', '2001:db8::1')).toBe('[IPv6:2001:db8::1]');
    expect(ehloIdentity('', 'fe80::1%eth0')).toBe('[IPv6:fe80::1]');
  });
});
