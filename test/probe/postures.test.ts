import { afterAll, assert, beforeAll, describe, expect, it } from 'vitest';
import { createLocalProber } from '../../functions/probe/local-prober.ts';
import { createManners, isLoopback } from '../../functions/probe/manners.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import type { Prober } from '../../functions/probe/prober.ts';
import type { Posture } from '../lab/posture.ts';
import { POSTURES } from '../lab/postures.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';

const SOUND = 'modern quit completed, TLSv1.3 TLS_AES_256_GCM_SHA384 X25519MLKEM768, trusted';
const modern = (what: string): readonly string[] => [`modern ${what}`];
const both = (what: string): readonly string[] => [`modern ${what}`, `legacy ${what}`];
const certificate = (verdict: string): readonly string[] => [SOUND.replace('trusted', verdict)];

/** What is seen of every posture, a line for each connection: hello, stage, cause; TLS; OpenSSL's verdict. */
const SEEN: Record<keyof typeof POSTURES, readonly string[]> = {
  modern: [SOUND],
  tls10: ['modern handshake tls', 'legacy quit completed, TLSv1 ECDHE-ECDSA-AES256-SHA X25519, trusted'],
  tls11: ['modern handshake tls', 'legacy quit completed, TLSv1.1 ECDHE-ECDSA-AES256-SHA X25519, trusted'],
  tls12: modern('quit completed, TLSv1.2 ECDHE-ECDSA-AES256-GCM-SHA384 X25519, trusted'),
  tls13: [SOUND],
  mlKemOnly: [SOUND],
  mlKemPreferred: [SOUND],
  withoutMlKem: [SOUND.replace('MLKEM768', '')],
  rsaKeyExchange: modern('quit completed, TLSv1.2 AES128-SHA null, trusted'),
  nullCipher: both('handshake tls'),
  selfSigned: certificate('DEPTH_ZERO_SELF_SIGNED_CERT'),
  expired: certificate('CERT_HAS_EXPIRED'),
  notYetValid: certificate('CERT_NOT_YET_VALID'),
  wrongName: [SOUND],
  wildcard: [SOUND],
  commonNameOnly: [SOUND],
  unknownAuthority: certificate('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  missingIntermediate: certificate('UNABLE_TO_VERIFY_LEAF_SIGNATURE'),
  allWrong: certificate('CERT_HAS_EXPIRED'),
  rsa1024: certificate('UNSPECIFIED'),
  rsa2048: [SOUND],
  noStarttls: modern('ehlo not-offered'),
  masked: modern('ehlo not-offered'),
  lookAlike: modern('ehlo not-offered'),
  equals: modern('ehlo not-offered'),
  withParameter: [SOUND],
  lowerCase: [SOUND],
  heloOnly: modern('helo not-offered'),
  starttls454: modern('starttls reply'),
  starttls502: modern('starttls reply'),
  starttlsGarbage: modern('starttls malformed'),
  starttlsReset: modern('starttls reset'),
  starttlsClose: modern('starttls closed'),
  starttlsHang: modern('starttls timeout'),
  injection: [`${SOUND}, 29 bytes in clear`],
  handshakeAlert: both('handshake tls'),
  handshakeGarbage: both('handshake tls'),
  handshakeHang: both('handshake timeout'),
  handshakeReset: both('handshake reset'),
  handshakeClose: both('handshake closed'),
  greeting421: modern('greeting reply'),
  greeting554: modern('greeting reply'),
  ehlo450: modern('ehlo reply'),
  ehlo550: modern('ehlo reply'),
  ehlo421: modern('ehlo reply'),
  slow6: [SOUND],
  slow20: [SOUND],
  stutter: [SOUND],
  endlessBanner: modern('greeting too-long'),
  endlessEhlo: modern('ehlo too-long'),
  longLine: modern('greeting too-long'),
  floodWithoutLineEnd: modern('greeting too-long'),
  silent: modern('greeting timeout'),
  split: [SOUND],
  multiLine: [SOUND],
  bareNewlines: [SOUND],
  bigEhlo: [SOUND],
  notSmtp: modern('greeting malformed'),
  hostileBanner: [SOUND],
  resetAtConnect: modern('greeting reset'),
  resetInGreeting: modern('greeting reset'),
  closeAtConnect: modern('greeting closed'),
  resetAtEhlo: modern('ehlo reset'),
  closeAtEhlo: modern('ehlo closed'),
  requireTls: [SOUND],
  clearAfterTls: [SOUND],
  quitUnanswered: [SOUND],
  postfix: [SOUND],
  exim: [SOUND.replace('MLKEM768', '')],
  exchange: modern('quit completed, TLSv1.2 ECDHE-RSA-AES128-GCM-SHA256 secp384r1, trusted'),
  sendmail: [SOUND],
  openSmtpd: [SOUND],
};

function line({ hello, end, tls, clearBytesAfterStartTls }: ConnectionEvidence): string {
  const parts = [`${hello} ${end.stage} ${end.cause}`];
  if (tls !== null) parts.push(`${tls.version} ${tls.cipher} ${tls.group}`, tls.chainError ?? 'trusted');
  if (clearBytesAfterStartTls > 0) parts.push(`${clearBytesAfterStartTls} bytes in clear`);
  return parts.join(', ');
}

let lab: Lab;
let prober: Prober;
beforeAll(async () => {
  lab = await startLab({ secondMs: 10 });
  prober = createLocalProber({
    bounds: { connectMs: 2000, greetingMs: 2000, replyMs: 2000, handshakeMs: 2000 },
    ehloName: 'probe.us.example',
    allowPrivate: true,
    manners: createManners({
      connectionsPerOperator: 2,
      operatorIntervalMs: 1000,
      backOffMs: 900_000,
      neverProbe: [],
      clock: () => performance.now(),
      isExempt: isLoopback,
    }),
    shareMs: 0,
    secondLookMs: 0,
    clock: Date.now,
    trustedRoots: [lab.caPem],
  });
});
afterAll(() => lab.close());

const { signal } = new AbortController();

async function see(host: string, ip = lab.addresses(host)[0] ?? ''): Promise<readonly string[]> {
  const request = { ip, port: lab.smtpPort, serverName: host, host, look: 'first' } as const;
  const result = await prober.probe(request, signal);
  return result.attempt === 'made' ? result.evidence.connections.map(line) : [result.because];
}

/** The lab's host whose one address has this posture and no other. */
function hostOf(posture: Posture): string {
  const domain = lab.sections
    .flatMap(({ domains }) => domains)
    .find(({ hosts }) => hosts?.['mx']?.length === 1 && hosts['mx'][0]?.answering[0] === posture);
  return `mx.${domain?.name}`;
}

describe('every posture of the lab', () => {
  const rows = Object.entries(SEEN).map(([name, expected]) => ({ name, expected }));
  const postures = new Map<string, Posture>(Object.entries(POSTURES));

  it.concurrent.each(rows)('$name', async ({ name, expected }) => {
    const posture = postures.get(name);
    assert(posture !== undefined);
    const seen = await see(hostOf(posture));
    // A reset right behind the handshake of TCP may come before or after the system calls it connected.
    expect(seen.map((one) => one.replace('connect reset', 'greeting reset'))).toStrictEqual(expected);
  });
});

describe('an address where nobody is', () => {
  it('refuses the connection', async () => {
    expect(await see('mx.refused.example')).toStrictEqual(['modern connect connection-refused']);
  });

  it('or never answers', async () => {
    expect(await see('mx.dropped.example')).toStrictEqual(['modern connect timeout']);
  });
});

describe('a server that differs from connection to connection', () => {
  it('is seen as it was each time', async () => {
    expect(await see('mx.now-and-then.example')).toStrictEqual(['modern ehlo not-offered']);
    expect(await see('mx.now-and-then.example')).toStrictEqual([SOUND]);
  });
});

describe('a server with an IPv6 address alone', () => {
  it('is greeted over IPv6', async ({ skip }) => {
    if (!lab.ipv6) skip('no IPv6 loopback');
    expect(await see('mx.ipv6-only.example')).toStrictEqual([SOUND]);
  });
});
