import { execFileSync } from 'node:child_process';
import { getCiphers } from 'node:tls';
import { describe, expect, test } from 'vitest';
import { CIPHER_SUITE_REGISTRY } from '../../functions/received/cipher-suite-registry.ts';
import { cipherSuite, looksLikeCipher } from '../../functions/received/cipher-suite.ts';
import { parseTlsVersion } from '../../functions/received/tls-version.ts';

/** What this machine's OpenSSL knows, with both names and the code point; empty where there is no openssl command. */
function suitesOfOpenssl(): readonly { code: number; iana: string; openssl: string }[] {
  let listing: string;
  try {
    const arguments_ = ['ciphers', '-V', '-stdname', 'ALL:COMPLEMENTOFALL:eNULL:@SECLEVEL=0'];
    listing = execFileSync('openssl', arguments_, { encoding: 'utf8' });
  } catch {
    return [];
  }
  return listing
    .trim()
    .split('\n')
    .map((line) => {
      const [code = '', , iana = '', , openssl = ''] = line.trim().split(/\s+/);
      return { code: Number.parseInt(code.replace(',0x', ''), 16), iana, openssl };
    });
}

const KNOWN = suitesOfOpenssl();

describe('the table of cipher suites', () => {
  test.skipIf(KNOWN.length === 0)('has every suite that OpenSSL knows, under the same names', () => {
    const rows = new Map(CIPHER_SUITE_REGISTRY.map(([code, iana, openssl]) => [code, { iana, openssl }]));
    expect(KNOWN.length).toBeGreaterThan(50);
    const differing = KNOWN.filter(({ code, iana, openssl }) => {
      const row = rows.get(code);
      return row?.iana !== iana || row.openssl !== openssl;
    });
    expect(differing).toEqual([]);
  });
  test('has every suite that Node can use', () => {
    expect(getCiphers().filter((name) => cipherSuite(name) === null)).toEqual([]);
  });
  test('maps both names of every row to the row, in any case', () => {
    for (const [codePoint, ianaName, opensslName] of CIPHER_SUITE_REGISTRY) {
      for (const name of [ianaName, opensslName, opensslName.toLowerCase()]) {
        expect(cipherSuite(name)).toMatchObject({ codePoint, ianaName, opensslName });
      }
    }
  });
  test('has each code point and name once', () => {
    const [codes, iana, openssl] = [0, 1, 2].map(
      (column) => new Set(CIPHER_SUITE_REGISTRY.map((row) => row[column])),
    );
    expect([codes?.size, iana?.size, openssl?.size]).toEqual(Array(3).fill(CIPHER_SUITE_REGISTRY.length));
  });
});

test.each([
  ['AEAD-AES128-GCM-SHA256', 'TLS_AES_128_GCM_SHA256'],
  ['TLS13_AES_256_GCM_SHA384', 'TLS_AES_256_GCM_SHA384'],
  ['AES128-GCM-SHA256', 'AES128-GCM-SHA256'],
  ['ECDHE_RSA_AES_256_GCM_SHA384', 'ECDHE-RSA-AES256-GCM-SHA384'],
  ['RSA_AES_256_CBC_SHA1', 'AES256-SHA'],
  ['EDH-RSA-DES-CBC3-SHA', 'DHE-RSA-DES-CBC3-SHA'],
  ['AES128_SHA', 'AES128-SHA'],
  ['0x1301', 'TLS_AES_128_GCM_SHA256'],
  ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384_P384', 'ECDHE-RSA-AES256-SHA384'],
])('%s is %s', (written, opensslName) => {
  expect(cipherSuite(written)?.opensslName).toBe(opensslName);
});

test('a NULL suite is known not to encrypt', () => {
  expect(cipherSuite('ECDHE-RSA-NULL-SHA')?.encrypts).toBe(false);
  expect(cipherSuite('AES128-SHA')?.encrypts).toBe(true);
});

test('a host name or a word is no cipher', () => {
  for (const word of ['mail-aes.example', 'Postfix', 'AES', 'x'.repeat(100), '0xffff']) {
    expect(cipherSuite(word)).toBeNull();
    expect(looksLikeCipher(word)).toBe(false);
  }
});

test.each([
  ['TLS1_2', 'TLSv1.2'],
  ['TLS1.2', 'TLSv1.2'],
  ['TLS-1.3', 'TLSv1.3'],
  ['TLSv1.2', 'TLSv1.2'],
  ['TLSv1', 'TLSv1'],
  ['TLS1.0', 'TLSv1'],
  ['TLS\\Tls12', 'TLSv1.2'],
  ['SSLv3', 'SSLv3'],
])('version %s is %s', (written, version) => {
  expect(parseTlsVersion(written)).toEqual({ kind: 'version', version });
});

test('TLSv1/SSLv3 names a family of ciphers and no version', () => {
  expect(parseTlsVersion('TLSv1/SSLv3')).toEqual({ kind: 'unnamed' });
  expect(parseTlsVersion('NONE')).toEqual({ kind: 'none' });
  for (const word of ['TLSv2', 'TLSx', 'DTLS1.2', '1.2', 'SMTPS', 'TLS1.4'])
    expect(parseTlsVersion(word)).toBeNull();
});
