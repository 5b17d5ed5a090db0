import { describe, expect, test } from 'vitest';
import { assessRequireTls } from '../../functions/assessment/require-tls.ts';
import type { RequireTlsHost } from '../../functions/assessment/require-tls.ts';
import type { MtaStsState } from '../../functions/assessment/mta-sts.ts';
import type { MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import { failed, found } from '../policy/answers.ts';

const NONE: MtaStsState = { status: 'none' };
const UNAVAILABLE: MtaStsState = {
  status: 'unavailable',
  id: null,
  resultType: null,
  because: 'record-unavailable',
  part: '',
};
const mx = (security: 'secure' | 'insecure' | 'indeterminate'): MailExchangers => ({
  source: 'mx',
  exchangers: [],
  answer: found<'MX'>([], security),
});

type Address = RequireTlsHost['addresses'][number];
const SOUND: Address = {
  outcome: 'encrypted',
  version: 'TLSv1.3',
  certificateFaults: [],
  dane: 'none',
  requireTls: true,
};
const host = (address: Partial<Address> = {}, more: Partial<RequireTlsHost> = {}): RequireTlsHost => ({
  leadsNowhere: false,
  addresses: [{ ...SOUND, ...address }],
  dane: { status: 'none' },
  mtaSts: 'none',
  ...more,
});

describe('mail marked REQUIRETLS (RFC 8689 section 4.2.1)', () => {
  test('can rely on signed MX records with a certificate that DANE or a public authority vouches for', () => {
    expect(assessRequireTls(mx('secure'), [host()], NONE)).toBe('reliable');
    const selfSigned = { certificateFaults: ['self-signed'] } as const;
    const byDane = host({ ...selfSigned, dane: 'match' }, { dane: { status: 'match' } });
    expect(assessRequireTls(mx('secure'), [byDane], NONE)).toBe('reliable');
    expect(assessRequireTls(mx('secure'), [host(selfSigned)], NONE)).toBe('unproven');
  });

  test('can rely on an MTA-STS policy that the server passes', () => {
    expect(assessRequireTls(mx('insecure'), [host({}, { mtaSts: 'pass' })], NONE)).toBe('reliable');
  });

  test('cannot rely on a valid certificate for a name that anyone could have put into the DNS', () => {
    expect(assessRequireTls(mx('insecure'), [host()], NONE)).toBe('unproven');
  });

  test('cannot rely on a server that its own TLSA records disown', () => {
    const stale = host({ dane: 'mismatch' }, { dane: { status: 'mismatch' }, mtaSts: 'pass' });
    expect(assessRequireTls(mx('secure'), [stale], NONE)).toBe('unproven');
  });

  test('cannot rely on a domain where one server does not offer it, whatever the others do', () => {
    const plain = host({ requireTls: false });
    const inClear = host({ outcome: 'not-offered', certificateFaults: null, requireTls: false });
    expect(assessRequireTls(mx('secure'), [host(), plain], NONE)).toBe('in-part');
    expect(assessRequireTls(mx('secure'), [host(), inClear], NONE)).toBe('in-part');
    expect(assessRequireTls(mx('secure'), [plain], NONE)).toBe('not-offered');
    expect(assessRequireTls(mx('secure'), [], NONE)).toBe('not-offered');
  });

  test('is not spoken of where a lookup failed or a server was not tested', () => {
    const untested = host({ outcome: 'unreachable', certificateFaults: null, requireTls: false });
    expect(assessRequireTls(mx('secure'), [host(), untested], NONE)).toBe('unknown');
    expect(assessRequireTls(mx('insecure'), [host()], UNAVAILABLE)).toBe('unknown');
    expect(assessRequireTls(mx('indeterminate'), [host()], NONE)).toBe('unknown');
    const failedMx: MailExchangers = { source: 'unavailable', exchangers: [], answer: failed('servfail') };
    expect(assessRequireTls(failedMx, [host()], NONE)).toBe('unknown');
    const bogus = host({ dane: 'bogus' }, { dane: { status: 'bogus' } });
    expect(assessRequireTls(mx('secure'), [bogus], NONE)).toBe('unknown');
  });

  test('leaves out a host where nobody can deliver', () => {
    const nowhere = host({ requireTls: false }, { leadsNowhere: true });
    expect(assessRequireTls(mx('secure'), [host(), nowhere], NONE)).toBe('reliable');
  });
});
