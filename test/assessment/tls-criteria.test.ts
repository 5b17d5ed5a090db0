import { getCiphers } from 'node:tls';
import { describe, expect, test } from 'vitest';
import {
  gradeCipher,
  gradeGroup,
  gradeKey,
  gradeSignature,
  gradeTls,
  gradeVersion,
  postQuantum,
  worstGrade,
} from '../../functions/assessment/tls-criteria.ts';

describe('versions', () => {
  test.each([
    ['TLSv1.3', 'good'],
    ['TLSv1.2', 'sufficient'],
    ['TLSv1.1', 'insufficient'],
    ['TLSv1', 'insufficient'],
    ['SSLv3', 'insufficient'],
    ['TLSv1/SSLv3', null],
    ['TLSv9', null],
  ])('%s is %s', (version, grade) => expect(gradeVersion(version)).toBe(grade));
});

describe('cipher suites', () => {
  test.each([
    ['TLS_AES_256_GCM_SHA384', 'good'],
    ['TLS_CHACHA20_POLY1305_SHA256', 'good'],
    ['TLS_AES_128_GCM_SHA256', 'sufficient'],
    ['TLS_AES_128_CCM_SHA256', 'sufficient'],
    ['TLS_AES_128_CCM_8_SHA256', 'insufficient'],
    ['ECDHE-RSA-AES256-GCM-SHA384', 'sufficient'],
    ['ECDHE-ECDSA-AES128-GCM-SHA256', 'sufficient'],
    ['ECDHE-RSA-CHACHA20-POLY1305', 'sufficient'],
    ['ECDHE-ECDSA-AES256-CCM', 'sufficient'],
    ['ECDHE-ECDSA-AES256-CCM8', 'insufficient'],
    ['ECDHE-RSA-AES256-SHA384', 'phase-out'],
    ['ECDHE-ARIA256-GCM-SHA384', 'phase-out'],
    ['ECDHE-ECDSA-CAMELLIA128-SHA256', 'phase-out'],
    ['DHE-RSA-AES256-GCM-SHA384', 'phase-out'],
    ['DHE-RSA-AES256-SHA256', 'phase-out'],
    ['DHE-RSA-CHACHA20-POLY1305', 'phase-out'],
    ['DHE-DSS-AES256-GCM-SHA384', 'insufficient'],
    ['ECDHE-RSA-AES256-SHA', 'insufficient'],
    ['DHE-RSA-AES256-SHA', 'insufficient'],
    ['AES256-GCM-SHA384', 'insufficient'],
    ['AES128-SHA', 'insufficient'],
    ['DES-CBC3-SHA', 'insufficient'],
    ['ECDHE-RSA-DES-CBC3-SHA', 'insufficient'],
    ['RC4-MD5', 'insufficient'],
    ['ADH-AES256-GCM-SHA384', 'insufficient'],
    ['ECDHE-RSA-NULL-SHA', 'insufficient'],
    ['ECDHE-PSK-CHACHA20-POLY1305', 'insufficient'],
    ['TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384', 'sufficient'],
    ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384', 'phase-out'],
    ['TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256', 'sufficient'],
    ['TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8', 'insufficient'],
    ['TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA', 'insufficient'],
    ['TLS_RSA_WITH_AES_256_GCM_SHA384', 'insufficient'],
    ['TLS_RSA_WITH_3DES_EDE_CBC_SHA', 'insufficient'],
    ['mail.example', null],
    ['', null],
  ])('%s is %s', (cipher, grade) => expect(gradeCipher(cipher)).toBe(grade));

  test('every suite this runtime could negotiate has a grade', () => {
    const suites = getCiphers().map((name) => name.toUpperCase());
    expect(suites.length).toBeGreaterThan(40);
    expect(suites.filter((suite) => gradeCipher(suite) === null)).toEqual([]);
  });
});

describe('key exchange groups', () => {
  test.each([
    ['X25519MLKEM768', 'good'],
    ['SecP256r1MLKEM768', 'good'],
    ['SecP384r1MLKEM1024', 'good'],
    ['X25519', 'good'],
    ['X448', 'good'],
    ['prime256v1', 'good'],
    ['P-384', 'good'],
    ['secp521r1', 'good'],
    ['brainpoolP256r1', 'good'],
    ['brainpoolP384r1tls13', 'good'],
    ['secp224r1', 'phase-out'],
    ['ffdhe3072', 'phase-out'],
    ['DH 3072', 'phase-out'],
    ['DH 4096', 'phase-out'],
    ['DH 8192', 'phase-out'],
    ['DH 3071', 'insufficient'],
    ['DH 2048', 'insufficient'],
    ['DH 1024', 'insufficient'],
    ['DH 512', 'insufficient'],
    ['ffdhe2048', 'insufficient'],
    ['secp192r1', 'insufficient'],
    ['secp256k1', 'insufficient'],
    ['brainpoolP224r1', 'insufficient'],
    ['sect283k1', 'insufficient'],
    ['MLKEM768', null],
    ['something new', null],
  ])('%s is %s', (group, grade) => expect(gradeGroup(group)).toBe(grade));
});

describe('certificate keys and signatures', () => {
  test.each([
    [{ type: 'rsa', bits: 4096 }, 'good'],
    [{ type: 'rsa', bits: 3072 }, 'good'],
    [{ type: 'rsa', bits: 3071 }, 'phase-out'],
    [{ type: 'rsa', bits: 2048 }, 'phase-out'],
    [{ type: 'rsa', bits: 2047 }, 'insufficient'],
    [{ type: 'ec', curve: 'prime256v1' }, 'good'],
    [{ type: 'ec', curve: 'secp224r1' }, 'phase-out'],
    [{ type: 'ec', curve: 'secp192r1' }, 'insufficient'],
    [{ type: 'ed25519' }, 'good'],
    [{ type: 'ed448' }, 'good'],
    [{ type: 'other', name: 'dsa' }, 'insufficient'],
    [{ type: 'other', name: 'ml-dsa-65' }, null],
  ] as const)('%o is %s', (key, grade) => expect(gradeKey(key)).toBe(grade));

  test.each([
    ['sha256WithRSAEncryption', 'good'],
    ['ecdsa-with-SHA384', 'good'],
    ['ED25519', 'good'],
    ['sha224WithRSAEncryption', 'phase-out'],
    ['ecdsa-with-SHA224', 'phase-out'],
    ['sha1WithRSAEncryption', 'insufficient'],
    ['ecdsa-with-SHA1', 'insufficient'],
    ['md5WithRSAEncryption', 'insufficient'],
    ['rsassaPss', null],
    ['ML-DSA-65', null],
  ])('%s is %s', (algorithm, grade) => expect(gradeSignature(algorithm)).toBe(grade));
});

describe('a session', () => {
  test.each([
    ['TLSv1.3', 'TLS_AES_256_GCM_SHA384', 'X25519MLKEM768', 'good'],
    ['TLSv1.3', 'TLS_AES_128_GCM_SHA256', 'X25519', 'sufficient'],
    ['TLSv1.2', 'ECDHE-RSA-AES256-GCM-SHA384', 'prime256v1', 'sufficient'],
    ['TLSv1.2', 'DHE-RSA-AES256-GCM-SHA384', 'DH 2048', 'insufficient'],
    ['TLSv1', 'ECDHE-RSA-AES256-SHA', 'prime256v1', 'insufficient'],
    [null, 'ECDHE-RSA-AES256-SHA384', null, 'phase-out'],
    ['TLSv1.3', null, null, 'good'],
    ['TLSv1.3', 'not a cipher', null, 'good'],
    [null, null, null, null],
    ['?', '?', '?', null],
  ] as const)('%s with %s over %s is %s', (version, cipher, group, grade) => {
    expect(gradeTls({ version, cipher, group })).toBe(grade);
  });

  test('is as good as its worst part', () => {
    expect(worstGrade(['good', null, 'phase-out', 'sufficient'])).toBe('phase-out');
    expect(worstGrade([null])).toBeNull();
  });

  test.each([
    ['X25519MLKEM768', 'TLSv1.3', 'yes'],
    ['SecP384r1MLKEM1024', 'TLSv1.3', 'yes'],
    ['MLKEM768', 'TLSv1.3', 'yes'],
    ['X25519', 'TLSv1.3', 'no'],
    [null, 'TLSv1.3', 'unknown'],
    [null, 'TLSv1.2', 'no'],
    [null, null, 'unknown'],
  ] as const)('over %s in %s: post-quantum %s', (group, version, expected) => {
    expect(postQuantum(group, version)).toBe(expected);
  });
});
