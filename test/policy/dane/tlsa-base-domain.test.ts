import { describe, expect, test } from 'vitest';
import type { Answer, RecordType } from '../../../functions/dns/answer.ts';
import type { HostAddresses } from '../../../functions/dns/host-addresses.ts';
import {
  lookUpTlsa,
  publishedTlsa,
  serverNameDependsOnTlsa,
  tlsServerName,
} from '../../../functions/policy/dane/tlsa-base-domain.ts';
import { absent, addressesOf, failed, found, tableResolver } from '../answers.ts';

const HOST = 'mx.vendor.example';
const TARGET = 'mx.provider.example';
const RECORD = { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) };
const OTHER = { ...RECORD, data: 'cd'.repeat(32) };
const ADDRESS = ['192.0.2.1'];

async function ask(addresses: HostAddresses | null, table: Readonly<Record<string, Answer<RecordType>>>) {
  const resolver = tableResolver(table);
  const tlsa = await lookUpTlsa(HOST, addresses, resolver, 25);
  return { asked: resolver.asked, published: publishedTlsa(tlsa), serverName: tlsServerName(tlsa) };
}

describe('where TLSA records are looked for (RFC 7672 section 2.2)', () => {
  test('a host in a signed zone: at its own name', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS)), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([RECORD]),
    });
    expect(seen).toEqual({
      asked: [`_25._tcp.${HOST} TLSA`],
      published: { status: 'secure', baseDomain: HOST, records: [RECORD] },
      serverName: HOST,
    });
  });

  test('a host in an unsigned zone: nowhere, the question is not asked', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'insecure')), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([RECORD]),
    });
    expect(seen).toMatchObject({ asked: [], published: { status: 'insecure' }, serverName: HOST });
  });

  test('an alias, signed all the way: at the name it leads to first, which is then the SNI', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'secure', [TARGET])), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([OTHER]),
      [`_25._tcp.${TARGET} TLSA`]: found<'TLSA'>([RECORD]),
    });
    expect(seen).toMatchObject({
      published: { status: 'secure', baseDomain: TARGET, records: [RECORD] },
      serverName: TARGET,
    });
  });

  test('an alias, signed all the way, with records at its own name only: there', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'secure', [TARGET])), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([OTHER]),
      [`_25._tcp.${TARGET} TLSA`]: absent('secure', 'name-error'),
    });
    expect(seen).toMatchObject({ published: { status: 'secure', baseDomain: HOST }, serverName: HOST });
  });

  test('an alias whose target fails to answer: unavailable, although its own name has records', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'secure', [TARGET])), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([OTHER]),
      [`_25._tcp.${TARGET} TLSA`]: failed('servfail'),
    });
    expect(seen.published).toEqual({ status: 'unavailable' });
  });

  test('a signed alias into an unsigned zone: at its own name, after asking for the alias alone', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'insecure', [TARGET])), {
      [`${HOST} CNAME`]: found<'CNAME'>([TARGET]),
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([RECORD]),
      [`_25._tcp.${TARGET} TLSA`]: found<'TLSA'>([OTHER]),
    });
    expect(seen).toEqual({
      asked: [`${HOST} CNAME`, `_25._tcp.${HOST} TLSA`],
      published: { status: 'secure', baseDomain: HOST, records: [RECORD] },
      serverName: HOST,
    });
  });

  test('an unsigned alias: nowhere', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'insecure', [TARGET])), {
      [`${HOST} CNAME`]: found<'CNAME'>([TARGET], 'insecure'),
    });
    expect(seen).toMatchObject({ asked: [`${HOST} CNAME`], published: { status: 'insecure' } });
  });

  test('an alias that cannot be asked about: unavailable', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS, 'insecure', [TARGET])), {
      [`${HOST} CNAME`]: failed('timeout'),
    });
    expect(seen.published).toEqual({ status: 'unavailable' });
  });
});

describe('a lookup that failed never reads as no TLSA records', () => {
  const secure = addressesOf(found<'A'>(ADDRESS));
  test.each(['servfail', 'timeout', 'refused', 'malformed'] as const)(
    '%s is unavailable',
    async (outcome) => {
      const seen = await ask(secure, { [`_25._tcp.${HOST} TLSA`]: failed(outcome) });
      expect(seen.published).toEqual({ status: 'unavailable' });
    },
  );

  test('wrong signatures are bogus', async () => {
    expect((await ask(secure, { [`_25._tcp.${HOST} TLSA`]: failed('bogus') })).published).toEqual({
      status: 'bogus',
    });
  });

  test('addresses that could not be looked up leave it unavailable, bogus ones bogus', async () => {
    expect((await ask(addressesOf(failed('servfail'), failed('timeout')), {})).published).toEqual({
      status: 'unavailable',
    });
    expect((await ask(addressesOf(failed('bogus'), failed('timeout')), {})).published).toEqual({
      status: 'bogus',
    });
    expect((await ask(addressesOf(absent(), failed('timeout')), {})).published).toEqual({
      status: 'unavailable',
    });
  });

  test('one family that could not be looked up does not hide the records', async () => {
    const seen = await ask(addressesOf(found<'A'>(ADDRESS), failed('servfail')), {
      [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([RECORD]),
    });
    expect(seen.published).toMatchObject({ status: 'secure' });
  });

  test('a resolver whose word on signatures does not count leaves it unavailable', async () => {
    expect((await ask(addressesOf(found<'A'>(ADDRESS, 'indeterminate')), {})).published).toEqual({
      status: 'unavailable',
    });
  });
});

test('secure absence is none, and records that are not signed are insecure', async () => {
  const secure = addressesOf(found<'A'>(ADDRESS));
  expect((await ask(secure, { [`_25._tcp.${HOST} TLSA`]: absent() })).published).toEqual({ status: 'none' });
  const unsigned = { [`_25._tcp.${HOST} TLSA`]: found<'TLSA'>([RECORD], 'insecure') };
  expect((await ask(secure, unsigned)).published).toEqual({ status: 'insecure' });
});

test('an exchange that is no host name, or has no address, is not asked about', async () => {
  expect(await ask(null, {})).toMatchObject({ asked: [], published: { status: 'none' } });
  expect(await ask(addressesOf(absent()), {})).toMatchObject({ asked: [], published: { status: 'none' } });
});

test('only the probe of an alias has to wait for the TLSA lookup', () => {
  expect(serverNameDependsOnTlsa(addressesOf(found<'A'>(ADDRESS)))).toBe(false);
  expect(serverNameDependsOnTlsa(addressesOf(found<'A'>(ADDRESS, 'secure', [TARGET])))).toBe(true);
});
