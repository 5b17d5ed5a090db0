import * as fc from 'fast-check';
import { isIPv4 } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  SPECIAL_IPV4,
  SPECIAL_IPV6,
  WRAPPINGS,
  isPublicAddress,
} from '../../functions/dns/public-address.ts';

/** First and last address of each special range, and the public neighbours before and behind it where there are any. */
const EDGES: Readonly<Record<string, { inside: readonly string[]; outside: readonly string[] }>> = {
  '0.0.0.0/8': { inside: ['0.0.0.0', '0.255.255.255'], outside: ['1.0.0.0'] },
  '10.0.0.0/8': { inside: ['10.0.0.0', '10.255.255.255'], outside: ['9.255.255.255', '11.0.0.0'] },
  '100.64.0.0/10': { inside: ['100.64.0.0', '100.127.255.255'], outside: ['100.63.255.255', '100.128.0.0'] },
  '127.0.0.0/8': {
    inside: ['127.0.0.0', '127.0.0.1', '127.255.255.255'],
    outside: ['126.255.255.255', '128.0.0.0'],
  },
  '169.254.0.0/16': {
    inside: ['169.254.0.0', '169.254.169.254', '169.254.255.255'],
    outside: ['169.253.255.255', '169.255.0.0'],
  },
  '172.16.0.0/12': { inside: ['172.16.0.0', '172.31.255.255'], outside: ['172.15.255.255', '172.32.0.0'] },
  '192.0.0.0/24': { inside: ['192.0.0.0', '192.0.0.255'], outside: ['191.255.255.255', '192.0.1.0'] },
  '192.0.2.0/24': { inside: ['192.0.2.0', '192.0.2.255'], outside: ['192.0.1.255', '192.0.3.0'] },
  '192.31.196.0/24': {
    inside: ['192.31.196.0', '192.31.196.255'],
    outside: ['192.31.195.255', '192.31.197.0'],
  },
  '192.52.193.0/24': {
    inside: ['192.52.193.0', '192.52.193.255'],
    outside: ['192.52.192.255', '192.52.194.0'],
  },
  '192.88.99.0/24': { inside: ['192.88.99.0', '192.88.99.255'], outside: ['192.88.98.255', '192.88.100.0'] },
  '192.168.0.0/16': {
    inside: ['192.168.0.0', '192.168.255.255'],
    outside: ['192.167.255.255', '192.169.0.0'],
  },
  '192.175.48.0/24': {
    inside: ['192.175.48.0', '192.175.48.255'],
    outside: ['192.175.47.255', '192.175.49.0'],
  },
  '198.18.0.0/15': { inside: ['198.18.0.0', '198.19.255.255'], outside: ['198.17.255.255', '198.20.0.0'] },
  '198.51.100.0/24': {
    inside: ['198.51.100.0', '198.51.100.255'],
    outside: ['198.51.99.255', '198.51.101.0'],
  },
  '203.0.113.0/24': { inside: ['203.0.113.0', '203.0.113.255'], outside: ['203.0.112.255', '203.0.114.0'] },
  '224.0.0.0/4': { inside: ['224.0.0.0', '239.255.255.255'], outside: ['223.255.255.255'] },
  '240.0.0.0/4': { inside: ['240.0.0.0', '255.255.255.255'], outside: [] },
  '2001::/23': {
    inside: ['2001:1::1', '2001:2::1', '2001:20::1', '2001:1ff:ffff::'],
    outside: ['2001:200::'],
  },
  '2001:db8::/32': {
    inside: ['2001:db8::', '2001:db8:ffff:ffff::1'],
    outside: ['2001:db7:ffff::', '2001:db9::'],
  },
  '2620:4f:8000::/48': { inside: ['2620:4f:8000::1'], outside: ['2620:4f:7fff::1', '2620:4f:8001::1'] },
  '3fff::/20': { inside: ['3fff::1', '3fff:fff::1'], outside: ['3ffe::1', '3fff:1000::1'] },
};

test('every range of the tables is tried at its edges', () => {
  expect(Object.keys(EDGES)).toEqual([...SPECIAL_IPV4, ...SPECIAL_IPV6].map(({ range }) => range));
});

describe.each(Object.entries(EDGES))('%s', (_, { inside, outside }) => {
  test('is not public', () => {
    expect(inside.filter(isPublicAddress)).toEqual([]);
  });
  test('ends where the public internet begins', () => {
    expect(outside.filter((ip) => !isPublicAddress(ip))).toEqual([]);
  });
});

test.each([
  ['::', 'unspecified'],
  ['::1', 'loopback'],
  ['::8.8.8.8', 'IPv4-compatible, of old'],
  ['0:0:0:0:0:0:8.8.8.8', 'the same'],
  ['::808:808', 'the same'],
  ['64:ff9b:1::808:808', 'NAT64 of one network, RFC 8215'],
  ['100::1', 'discarded, RFC 6666'],
  ['5f00::1', 'segment routing, RFC 9602'],
  ['fc00::1', 'unique local'],
  ['fd12:3456::1', 'unique local'],
  ['fe80::1', 'link-local'],
  ['fec0::1', 'site-local, of old'],
  ['ff02::1', 'multicast'],
  ['4000::1', 'never given out'],
])('%s is not public: %s', (ip) => {
  expect(isPublicAddress(ip)).toBe(false);
});

test.each(['2606:4700:4700::1111', '2a00:1450:4001::1', '2400:cb00::1', '2c0f:f248::1'])(
  '%s is public',
  (ip) => {
    expect(isPublicAddress(ip)).toBe(true);
  },
);

/** The same IPv4 address in each wrapping. */
const hex = (ip: string): string =>
  Buffer.from(ip.split('.').map(Number))
    .toString('hex')
    .replace(/^(.{4})/, '$1:');
const turnedOver = (ip: string): string =>
  ip
    .split('.')
    .map((octet) => 255 - Number(octet))
    .join('.');
const WRAPPED: Readonly<Record<string, (ip: string) => readonly string[]>> = {
  '::ffff:0:0/96': (ip) => [`::ffff:${ip}`, `::FFFF:${hex(ip)}`],
  '64:ff9b::/96': (ip) => [`64:ff9b::${ip}`, `64:ff9b::${hex(ip)}`],
  '2002::/16': (ip) => [`2002:${hex(ip)}::1`, `2002:${hex(ip)}:8:8:8:8:8`],
  '2001::/32': (ip) => [
    `2001:0:${hex(ip)}:0:f7f7:f7f7:f7f7`, // the server, in front of the client 8.8.8.8
    `2001:0:808:808:0:f7f7:${hex(turnedOver(ip))}`, // the client, behind the server 8.8.8.8
  ],
};

test('every wrapping of the table is tried', () => {
  expect(Object.keys(WRAPPED)).toEqual(WRAPPINGS.map(({ range }) => range));
});

describe.each(Object.entries(WRAPPED))('an address inside %s is as public as it is outside', (_, wrap) => {
  test.each(['127.0.0.1', '10.1.2.3', '192.168.1.1', '169.254.169.254', '0.0.0.0', '8.8.8.8', '1.1.1.1'])(
    '%s',
    (ip) => {
      expect(wrap(ip).map(isPublicAddress)).toEqual(wrap(ip).map(() => isPublicAddress(ip)));
    },
  );
});

test.each([
  '',
  'vendor.example',
  '8.8.8',
  '134744072',
  '0x8.8.8.8',
  '08.8.8.8',
  '8.8.8.8 ',
  '[2606:4700::1]',
  '2606:4700::1%eth0',
  '8.8.8.8/32',
])('%j is no address, so not public', (text) => {
  expect(isPublicAddress(text)).toBe(false);
});

test('of any text there is an answer, and of any IPv4 address the same in every wrapping', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      expect([true, false]).toContain(isPublicAddress(text));
    }),
  );
  fc.assert(
    fc.property(fc.ipV4(), (ip) => {
      expect(isIPv4(ip)).toBe(true);
      const expected = isPublicAddress(ip);
      for (const wrap of Object.values(WRAPPED)) {
        for (const wrapped of wrap(ip)) expect(isPublicAddress(wrapped)).toBe(expected);
      }
    }),
  );
});
