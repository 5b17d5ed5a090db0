import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer } from 'node:tls';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assessCertificate } from '../../functions/assessment/certificate.ts';
import type { CertificateContent, Issuer, KeyPair } from '../lab/certificate.ts';
import { certificatePem } from '../lab/certificate.ts';

const HOST = 'mx.example.com';
const OBSERVED_AT = '2026-11-22T01:02:03.456Z';

const ecKeys = (namedCurve = 'P-256'): KeyPair => generateKeyPairSync('ec', { namedCurve });
const rsaKeys = (modulusLength: number): KeyPair => generateKeyPairSync('rsa', { modulusLength });
const authority: Issuer = { commonName: 'An authority', keys: ecKeys() };

function pem(content: Partial<CertificateContent> = {}, issuer: Issuer = authority): string {
  return certificatePem(
    {
      commonName: HOST,
      alternativeNames: [HOST],
      publicKey: ecKeys().publicKey,
      notBefore: new Date('2026-11-01T00:00:00Z'),
      notAfter: new Date('2027-01-01T00:00:00Z'),
      isAuthority: false,
      ...content,
    },
    issuer,
  );
}
const selfSigned = (content: Partial<CertificateContent> = {}): string => {
  const keys = ecKeys();
  return pem({ publicKey: keys.publicKey, ...content }, { commonName: HOST, keys });
};
const authorityPem = (content: Partial<CertificateContent>, issuer: Issuer): string =>
  pem({ alternativeNames: [], isAuthority: true, ...content }, issuer);

const day = (text: string) => new Date(text);
const evidence = (...pems: readonly string[]) =>
  pems.map((text) => ({
    sha256: 'aa'.repeat(32),
    derBase64: new X509Certificate(text).raw.toString('base64'),
  }));
const assess = (chainError: string | null, ...pems: readonly string[]) =>
  assessCertificate({ chain: evidence(...pems), chainError }, HOST, OBSERVED_AT);
const faults = (chainError: string | null, ...pems: readonly string[]) =>
  assess(chainError, ...pems).certificate?.faults;
const vector = (file: string): string =>
  readFileSync(new URL(`../vectors/certificates/${file}`, import.meta.url), 'utf8');

test('a sound certificate has no faults and is shown as it is', () => {
  const { certificate, observations } = assess(null, pem());
  expect(certificate).toEqual({
    subject: `CN=${HOST}`,
    issuer: 'CN=An authority',
    names: [HOST],
    notBefore: '2026-11-01T00:00:00.000Z',
    notAfter: '2027-01-01T00:00:00.000Z',
    key: 'ECDSA P-256',
    sha256: 'aa'.repeat(32),
    chainLength: 1,
    faults: [],
    grade: 'good',
  });
  expect(observations).toEqual([]);
});

describe('names (RFC 6125 section 6.4)', () => {
  test.each([
    ['the very name', [HOST], []],
    ['in capitals', ['MX.EXAMPLE.COM'], []],
    ['one name among several', ['other.example', HOST], []],
    ['a wildcard for the first label', ['*.example.com'], []],
    ['a wildcard for two labels', ['*.com'], ['certificate-host-mismatch']],
    ['a part of a label as a wildcard', ['m*.example.com'], ['certificate-host-mismatch']],
    ['another name', ['mx.example.net'], ['certificate-host-mismatch']],
    ['the parent domain', ['example.com'], ['certificate-host-mismatch']],
    ['no name, only the common one', [], ['common-name-only', 'certificate-host-mismatch']],
    ['another name, and the right common one', ['mx.example.net'], ['certificate-host-mismatch']],
  ])('%s', (_, alternativeNames, expected) => {
    expect(faults(null, pem({ alternativeNames }))).toEqual(expected);
  });

  test('an address in the certificate is shown and is no name', () => {
    const { certificate } = assess(null, pem({ alternativeNames: ['192.0.2.1', HOST] }));
    expect(certificate?.names).toEqual(['192.0.2.1', HOST]);
    const byAddress = assessCertificate(
      { chain: evidence(pem({ alternativeNames: ['192.0.2.1'] })), chainError: null },
      '192.0.2.1',
      OBSERVED_AT,
    );
    expect(byAddress.certificate?.faults).toEqual(['certificate-host-mismatch']);
  });

  test('commas and quotes in one name do not make it two', () => {
    const { certificate } = assess(null, vector('odd-names.pem'));
    expect(certificate?.names).toHaveLength(3);
    expect(certificate?.names.slice(0, 2)).toEqual([HOST, '192.0.2.1']);
    expect(certificate?.names.join(' ')).not.toContain('evil.example');
    expect(certificate?.key).toBe('Ed25519');
  });

  test('a reference name that is no host name matches nothing', () => {
    for (const name of ['', '.', '.example.com', 'mx.example.com\0', 'x'.repeat(70_000)]) {
      const judgement = assessCertificate({ chain: evidence(pem()), chainError: null }, name, OBSERVED_AT);
      expect(judgement.certificate?.faults).toEqual(['certificate-host-mismatch']);
    }
  });
});

describe('dates, judged at the time of the connection (RFC 5280 section 4.1.2.5)', () => {
  test.each([
    ['2026-11-22T01:02:03Z', '2026-12-01T00:00:00Z', []],
    ['2026-11-22T01:02:04Z', '2026-12-01T00:00:00Z', ['certificate-not-yet-valid']],
    ['2026-11-01T00:00:00Z', '2026-11-22T01:02:04Z', []],
    ['2026-11-01T00:00:00Z', '2026-11-22T01:02:03Z', ['certificate-expired']],
  ])('from %s until %s', (notBefore, notAfter, expected) => {
    expect(faults(null, pem({ notBefore: day(notBefore), notAfter: day(notAfter) }))).toEqual(expected);
  });

  test('an expired intermediate is told by its own date', () => {
    const intermediate = authorityPem({ notAfter: day('2026-11-10T00:00:00Z') }, authority);
    const { observations } = assess('CERT_HAS_EXPIRED', pem(), intermediate);
    expect(observations).toEqual([
      { code: 'certificate-expired', facts: { notAfter: '2026-11-10T00:00:00.000Z' } },
    ]);
  });

  test('dates past 2049 are read', () => {
    expect(assess(null, pem({ notAfter: day('2099-01-01T00:00:00Z') })).certificate?.notAfter).toBe(
      '2099-01-01T00:00:00.000Z',
    );
  });
});

describe('the chain', () => {
  test.each([
    ['DEPTH_ZERO_SELF_SIGNED_CERT', ['self-signed', 'certificate-not-trusted'], ['self-signed']],
    [
      'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
      ['chain-incomplete', 'certificate-not-trusted'],
      ['chain-incomplete'],
    ],
    ['SELF_SIGNED_CERT_IN_CHAIN', ['certificate-not-trusted'], ['certificate-not-trusted']],
    ['UNABLE_TO_GET_ISSUER_CERT_LOCALLY', ['certificate-not-trusted'], ['certificate-not-trusted']],
    ['CERT_REVOKED', ['certificate-not-trusted'], ['certificate-not-trusted']],
    ['a verdict of next year', ['certificate-not-trusted'], ['certificate-not-trusted']],
    ['CERT_HAS_EXPIRED', ['certificate-expired'], ['certificate-expired']],
    ['CERT_NOT_YET_VALID', ['certificate-not-yet-valid'], ['certificate-not-yet-valid']],
    ['HOSTNAME_MISMATCH', [], []],
  ])('%s', (chainError, expected, said) => {
    const { certificate, observations } = assess(chainError, pem());
    expect(certificate?.faults).toEqual(expected);
    expect(observations.map(({ code }) => code)).toEqual(said);
  });

  test('several faults hold at once', () => {
    const all = selfSigned({
      alternativeNames: ['elsewhere.example'],
      notAfter: new Date('2026-11-02T00:00:00Z'),
    });
    expect(faults('DEPTH_ZERO_SELF_SIGNED_CERT', all)).toEqual([
      'certificate-expired',
      'certificate-host-mismatch',
      'self-signed',
      'certificate-not-trusted',
    ]);
  });

  test('OpenSSL’s verdicts have the names the table has', async () => {
    const root: Issuer = { commonName: 'root', keys: ecKeys() };
    const middle: Issuer = { commonName: 'middle', keys: ecKeys() };
    const now = Date.now();
    const soon = { notBefore: new Date(now - 86_400_000), notAfter: new Date(now + 86_400_000) };
    const rootPem = authorityPem({ commonName: 'root', publicKey: root.keys.publicKey, ...soon }, root);
    const middlePem = authorityPem({ commonName: 'middle', publicKey: middle.keys.publicKey, ...soon }, root);
    const keys = ecKeys();
    const own = { publicKey: keys.publicKey, ...soon };
    const past = { ...own, notAfter: new Date(now - 3_600_000) };
    const future = { ...own, notBefore: new Date(now + 3_600_000) };
    const chains: readonly [string, string | null][] = [
      [pem(own, middle) + middlePem, null],
      [pem(own, middle), 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
      [pem(own, { commonName: HOST, keys }), 'DEPTH_ZERO_SELF_SIGNED_CERT'],
      [pem(past, root), 'CERT_HAS_EXPIRED'],
      [pem(future, root), 'CERT_NOT_YET_VALID'],
    ];
    for (const [cert, verdict] of chains) {
      expect(await chainError(cert, keys, rootPem)).toBe(verdict);
    }
  });
});

/** Node's `authorizationError` for a chain, names left aside. */
async function chainError(cert: string, keys: KeyPair, ca: string): Promise<string | null> {
  const key = keys.privateKey.export({ type: 'pkcs8', format: 'pem' });
  const server = createServer({ cert, key }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  const socket = connect({
    host: '127.0.0.1',
    port: address.port,
    ca,
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
  });
  await once(socket, 'secureConnect');
  const verdict: unknown = socket.authorizationError;
  socket.destroy();
  server.close();
  await once(server, 'close');
  return typeof verdict === 'string' ? verdict : null;
}

describe('strength', () => {
  test.each([
    ['RSA 1024', rsaKeys(1024), 'insufficient', ['key-too-small']],
    ['RSA 2048', rsaKeys(2048), 'phase-out', ['key-grade']],
    ['RSA 3072', rsaKeys(3072), 'good', []],
    ['ECDSA P-384', ecKeys('P-384'), 'good', []],
    ['ECDSA secp224r1', ecKeys('secp224r1'), 'phase-out', ['key-grade']],
    ['ECDSA secp256k1', ecKeys('secp256k1'), 'insufficient', ['key-too-small']],
  ] as const)('%s', (key, { publicKey }, grade, codes) => {
    const { certificate, observations } = assess(null, pem({ publicKey }));
    expect(certificate).toMatchObject({ key, grade });
    expect(observations.map(({ code }) => code)).toEqual(codes);
  });

  test('SHA-1 and SHA-224 signatures', () => {
    expect(assess(null, vector('sha1-signed.pem')).observations).toContainEqual({
      code: 'signature-too-weak',
      facts: { algorithm: 'sha1WithRSAEncryption' },
    });
    expect(assess(null, vector('sha224-signed.pem')).observations).toContainEqual({
      code: 'signature-grade',
      facts: { name: 'sha224WithRSAEncryption', grade: 'phase-out' },
    });
  });

  test('every certificate sent counts, except roots', () => {
    const weak = rsaKeys(1024);
    const intermediate = authorityPem({ commonName: 'middle', publicKey: weak.publicKey }, authority);
    const root = authorityPem(
      { commonName: 'root', publicKey: weak.publicKey },
      { commonName: 'root', keys: weak },
    );
    expect(assess(null, pem(), intermediate).certificate?.grade).toBe('insufficient');
    expect(assess(null, pem(), root).certificate?.grade).toBe('good');
  });

  test('the same weakness of two certificates is said once', () => {
    const { publicKey } = rsaKeys(2048);
    const intermediate = authorityPem({ commonName: 'middle', publicKey }, authority);
    expect(assess(null, pem({ publicKey }), intermediate).observations).toEqual([
      { code: 'key-grade', facts: { name: 'RSA 2048', grade: 'phase-out' } },
    ]);
  });
});

describe('hostile certificates', () => {
  test('no certificate at all', () => {
    expect(assessCertificate({ chain: [], chainError: null }, HOST, OBSERVED_AT)).toEqual({
      certificate: null,
      observations: [],
    });
  });

  test('bytes that are no certificate', () => {
    const chain = [{ sha256: '', derBase64: Buffer.from('not DER').toString('base64') }];
    expect(assessCertificate({ chain, chainError: null }, HOST, OBSERVED_AT)).toEqual({
      certificate: null,
      observations: [{ code: 'certificate-unreadable', facts: {} }],
    });
  });

  test('control characters and endless names are shown short and escaped', () => {
    const { certificate } = assess(null, pem({ commonName: `\u001b[2J\u202e${'x'.repeat(3000)}` }));
    expect(certificate?.subject.length).toBeLessThan(200);
    expect(certificate?.subject).not.toMatch(/[\p{Cc}\p{Cf}]/u);
  });

  test('a thousand names are not all kept', () => {
    const alternativeNames = Array.from({ length: 1000 }, (_, index) => `host${index}.example`);
    const { certificate, observations } = assess(
      null,
      pem({ alternativeNames: [...alternativeNames, HOST] }),
    );
    expect(certificate?.names.length).toBeLessThanOrEqual(100);
    expect(certificate?.faults).toEqual([]);
    expect(JSON.stringify(observations).length).toBeLessThan(1000);
  });

  test('a flipped byte anywhere never makes it throw', () => {
    const der = new X509Certificate(pem()).raw;
    const bytes = fc.tuple(fc.nat(der.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(fc.array(bytes, { minLength: 1, maxLength: 4 }), (flips) => {
        const damaged = Buffer.from(der);
        for (const [at, by] of flips) damaged[at] = (damaged[at] ?? 0) ^ by;
        const chain = [{ sha256: '', derBase64: damaged.toString('base64') }];
        const { certificate, observations } = assessCertificate(
          { chain, chainError: null },
          HOST,
          OBSERVED_AT,
        );
        expect(certificate === null).toBe(observations.some(({ code }) => code === 'certificate-unreadable'));
        expect(certificate?.subject ?? '').not.toMatch(/[\p{Cc}\p{Cf}]/u);
      }),
      { numRuns: 1000 },
    );
  });
});
