/** The real thing: a Postfix of our own, with TLS and without, checked end to end. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import { checkDomain } from '../../functions/check-domain.ts';
import type { CheckTools } from '../../functions/check-domain.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { createLocalProber } from '../../functions/probe/local-prober.ts';
import { createManners, isLoopback } from '../../functions/probe/manners.ts';
import { makeAuthority } from '../lab/authority.ts';
import { tableResolver } from '../table-resolver.ts';
import { freePort, postfixLack, startPostfix } from './postfix-instance.ts';

const lack = postfixLack();
if (lack !== null && process.env['CI'] === 'true') throw new Error(`${lack}; CI must install it`);

const HOST = 'mx.postfix.example';
const SERVICES = {
  'with-tls.example': { ip: '127.26.0.1', settings: ['smtpd_tls_security_level=may'] },
  'without-tls.example': { ip: '127.26.0.2', settings: ['smtpd_tls_security_level=none'] },
  'old-tls.example': {
    ip: '127.26.0.3',
    settings: [
      'smtpd_tls_security_level=may',
      'smtpd_tls_protocols=TLSv1.2',
      'smtpd_tls_mandatory_protocols=TLSv1.2',
    ],
  },
} as const;

describe.skipIf(lack !== null)(`Postfix${lack === null ? '' : ` (left out: ${lack})`}`, () => {
  const authority = makeAuthority();
  let postfix: Awaited<ReturnType<typeof startPostfix>>;
  let port = 0;

  beforeAll(async () => {
    port = await freePort(SERVICES['with-tls.example'].ip);
    const { cert, key } = authority.credentials('sound', HOST);
    postfix = await startPostfix({
      hostname: HOST,
      port,
      certificatePem: cert,
      keyPem: key,
      services: Object.values(SERVICES),
    });
  });
  afterAll(async () => postfix?.stop());

  test('a Postfix with TLS encrypts, is recognised, and its certificate is in order', async () => {
    const report = await check('with-tls.example');
    expect(report.verdict.answer).toBe('opportunistic');
    expect(report.verdict.encryptedNow).toBe('always');
    const [address] = report.mailServers[0]?.addresses ?? [];
    expect(address).toMatchObject({
      outcome: 'encrypted',
      software: 'Postfix',
      tls: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384', legacyOnly: false },
      certificate: { faults: [], chainLength: 2 },
    });
  });

  test('its dialogue is the one that is kept as a test vector', async () => {
    const report = await check('with-tls.example');
    const dialogue = report.mailServers[0]?.addresses[0]?.transcript
      .filter(({ from }) => from !== 'note')
      .map(({ from, line }) => ({ from, line }));
    const kept: { dialogue: unknown } = JSON.parse(
      readFileSync(new URL('../vectors/postfix-dialogue.json', import.meta.url), 'utf8'),
    );
    expect(dialogue).toEqual(kept.dialogue);
  });

  test('a Postfix without TLS is in clear, and the answer waits for a second look', async () => {
    const report = await check('without-tls.example');
    expect(report.verdict.answer).toBe('plaintext');
    expect(report.provisional).toBe(true);
    expect(report.mailServers[0]?.addresses[0]).toMatchObject({ outcome: 'not-offered', tls: null });
  });

  test('a Postfix held to TLS 1.2 encrypts with it', async () => {
    const report = await check('old-tls.example');
    expect(report.mailServers[0]?.addresses[0]?.tls).toMatchObject({ version: 'TLSv1.2', legacyOnly: false });
  });

  async function check(domain: keyof typeof SERVICES): Promise<Report> {
    const evidence = await checkDomain(domain, tools(domain), AbortSignal.timeout(30_000));
    const presented = presentReport({ domain, displayDomain: domain }, evidence, assessDomain(evidence), '');
    if (presented.outcome !== 'report') throw new Error(presented.sentence);
    return presented.report;
  }

  function tools(domain: keyof typeof SERVICES): CheckTools {
    const prober = createLocalProber({
      bounds: { connectMs: 5000, greetingMs: 10_000, replyMs: 5000, handshakeMs: 5000 },
      ehloName: '',
      allowPrivate: true,
      manners: createManners({
        connectionsPerOperator: 2,
        operatorIntervalMs: 0,
        backOffMs: 0,
        neverProbe: [],
        clock: () => performance.now(),
        isExempt: isLoopback,
      }),
      shareMs: 0,
      secondLookMs: 0,
      clock: Date.now,
      trustedRoots: [authority.rootPem],
    });
    return {
      resolver: tableResolver({
        [domain]: { MX: [{ preference: 10, exchange: HOST }] },
        [HOST]: { A: [SERVICES[domain].ip] },
      }),
      prober,
      egress: async () => ({ observedAt: new Date(0).toISOString(), canaries: [] }),
      now: () => new Date(),
      observer: {
        vantage: 'local',
        sourceIp: null,
        ehloName: null,
        resolvers: ['table'],
        toolVersion: 'test',
      },
      smtpPort: port,
      policyFetch: { port: 1, timeoutMs: 1000, allowPrivate: true },
      addressesPerDomain: 16,
      progress: () => {},
    };
  }
});
