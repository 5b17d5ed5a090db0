import { describe, expect, test } from 'vitest';
import type { AddressOutcome } from '../../functions/assessment/assessment.ts';
import type { DaneAddress, HostDaneStatus } from '../../functions/assessment/dane.ts';
import { assessDomainDane, assessHostDane } from '../../functions/assessment/dane.ts';
import type { Answer } from '../../functions/dns/answer.ts';
import type { MailExchangers } from '../../functions/dns/mail-exchangers.ts';
import type { HostTlsa } from '../../functions/policy/dane/tlsa-base-domain.ts';
import type { TlsaRecord } from '../../functions/policy/dane/tlsa-records.ts';
import { absent, failed, found } from '../policy/answers.ts';
import type { Made } from '../policy/dane/chain.ts';
import { make } from '../policy/dane/chain.ts';
import { tlsa } from '../policy/dane/vectors.ts';

const HOST = 'mx.vendor.example';
const NOW = new Date().toISOString();
const server = make({ name: HOST, names: [HOST] });
const other = make({ name: HOST, names: [HOST] });
const root = make({ name: 'root', authority: true });
const expired = make({ name: HOST, names: [HOST], issuer: root, until: -1 });
const forDomain = make({ name: 'vendor.example', names: ['vendor.example'], issuer: root });

const mx = (answer: Answer<'MX'> = found([])): MailExchangers => ({ source: 'mx', exchangers: [], answer });
const published = (answer: Answer<'TLSA'>): HostTlsa => ({
  host: HOST,
  notAsked: null,
  initialAlias: null,
  lookUps: [{ baseDomain: HOST, answer }],
});
const records = (...list: TlsaRecord[]): HostTlsa => published(found(list));
const address = (outcome: AddressOutcome, chain: readonly Made[] = []): DaneAddress => ({
  ip: '192.0.2.1',
  outcome,
  observedAt: NOW,
  chain: chain.map(({ der }) => der.toString('base64')),
});
const assess = (asked: HostTlsa, addresses: readonly DaneAddress[], answer?: Answer<'MX'>) =>
  assessHostDane('vendor.example', mx(answer), asked, addresses);

describe('one host under its TLSA records', () => {
  test('matches when every tested address does', () => {
    const judged = assess(records(tlsa(3, 1, 1, server)), [
      address('encrypted', [server]),
      address('unreachable'),
    ]);
    expect(judged).toMatchObject({ status: 'match', baseDomain: HOST });
    expect(judged.addresses.map(({ status }) => status)).toEqual(['match', 'not-tested']);
  });

  test('matches in part when one address has another key', () => {
    const judged = assess(records(tlsa(3, 1, 1, server)), [
      address('encrypted', [server]),
      address('encrypted', [other]),
    ]);
    expect(judged.status).toBe('partial');
    expect(judged.addresses[1]).toMatchObject({ because: 'no-record-matches', resultType: 'tlsa-invalid' });
  });

  test('matches with either of two records, one for an RSA and one for an ECDSA certificate', () => {
    const both = records(tlsa(3, 1, 1, server), tlsa(3, 1, 1, other));
    expect(assess(both, [address('encrypted', [server]), address('encrypted', [other])]).status).toBe(
      'match',
    );
  });

  test.each([
    ['not-offered', 'starttls-not-offered', 'starttls-not-supported'],
    ['starttls-failed', 'starttls-failed', 'validation-failure'],
  ] as const)('does not match an address that is %s: DANE requires TLS', (outcome, because, resultType) => {
    expect(assess(records(tlsa(3, 1, 1, server)), [address(outcome)])).toMatchObject({
      status: 'mismatch',
      addresses: [{ status: 'mismatch', because, resultType }],
    });
  });

  test('says in the words of RFC 8460 why an expired certificate fails under DANE-TA', () => {
    expect(assess(records(tlsa(2, 1, 1, root)), [address('encrypted', [expired, root])])).toMatchObject({
      status: 'mismatch',
      addresses: [{ because: 'certificate-expired', resultType: 'certificate-expired' }],
    });
  });

  test('takes a certificate for the domain itself under DANE-TA (RFC 7672 section 3.2.2)', () => {
    expect(assess(records(tlsa(2, 1, 1, root)), [address('encrypted', [forDomain, root])]).status).toBe(
      'match',
    );
  });

  test('takes one for the name that the domain is an alias of, too (RFC 7672 section 3.2.2)', () => {
    const forTarget = make({ name: 'target.example', names: ['target.example'], issuer: root });
    const shown = [address('encrypted', [forTarget, root])];
    const pinned = records(tlsa(2, 1, 1, root));
    expect(assess(pinned, shown).status).toBe('mismatch');
    expect(assess(pinned, shown, found([], 'secure', ['by-way.example', 'target.example'])).status).toBe(
      'match',
    );
  });

  test('is unusable when no record can be used, and not tested when no address was', () => {
    expect(assess(records(tlsa(1, 1, 1, server)), [address('encrypted', [server])]).status).toBe('unusable');
    expect(assess(records(tlsa(3, 1, 1, server)), [address('refused')]).status).toBe('not-tested');
    expect(assess(records(tlsa(3, 1, 1, server)), []).status).toBe('not-tested');
  });

  test.each([
    ['insecure MX records', found<'MX'>([], 'insecure'), 'insecure'],
    ['bogus MX records', failed('bogus'), 'bogus'],
    ['an MX lookup that failed', failed('servfail'), 'unavailable'],
    ['a resolver not to be believed', found<'MX'>([], 'indeterminate'), 'unavailable'],
  ] as const)('does not count under %s, though its addresses are still compared', (_name, answer, status) => {
    const judged = assess(records(tlsa(3, 1, 1, server)), [address('encrypted', [server])], answer);
    expect(judged).toMatchObject({ status, published: 'secure', addresses: [{ status: 'match' }] });
  });

  test('counts under a signed absence of MX records: the domain is its own mail server', () => {
    const judged = assess(records(tlsa(3, 1, 1, server)), [address('encrypted', [server])], absent('secure'));
    expect(judged.status).toBe('match');
  });

  test.each([
    ['servfail', 'unavailable'],
    ['timeout', 'unavailable'],
    ['bogus', 'bogus'],
  ] as const)('a TLSA lookup that ends in %s is %s, never none', (outcome, status) => {
    expect(assess(published(failed(outcome)), [address('encrypted', [server])]).status).toBe(status);
  });
});

describe('a domain under DANE', () => {
  test.each<[readonly HostDaneStatus[], string]>([
    [['match', 'match'], 'valid'],
    [['match', 'none'], 'partial'],
    [['match', 'mismatch'], 'partial'],
    [['match', 'insecure'], 'partial'],
    [['match', 'unusable'], 'partial'],
    [['match', 'not-tested'], 'not-tested'],
    [['partial'], 'partial'],
    [['mismatch', 'mismatch'], 'invalid'],
    [['unusable'], 'unusable'],
    [['none', 'insecure'], 'none'],
    [['match', 'bogus'], 'bogus'],
    [['match', 'unavailable'], 'unavailable'],
    [['none', 'unavailable'], 'unavailable'],
    [['not-tested'], 'not-tested'],
    [[], 'none'],
  ])('with hosts %j is %s', (statuses, expected) => {
    expect(
      assessDomainDane(
        mx(),
        statuses.map((status) => ({ status })),
      ),
    ).toBe(expected);
  });

  test.each([
    ['timeout', 'unavailable'],
    ['servfail', 'unavailable'],
    ['bogus', 'bogus'],
  ] as const)('whose MX lookup ended in %s is %s: nobody could look for its records', (outcome, status) => {
    expect(assessDomainDane({ source: 'unavailable', answer: failed(outcome) }, [])).toBe(status);
  });
});
