import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createResolver } from '../../functions/dns/resolver.ts';
import type { OpenResolver } from '../../functions/dns/resolver.ts';
import { readSettings } from '../../functions/environment.ts';
import type { CanaryEvidence } from '../../functions/probe/egress-evidence.ts';
import { checkEgress, createEgressWatch } from '../../functions/probe/egress.ts';
import { createLocalProber } from '../../functions/probe/local-prober.ts';
import { createManners, isLoopback } from '../../functions/probe/manners.ts';
import type { Prober } from '../../functions/probe/prober.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';

let lab: Lab;
let prober: Prober;
let resolver: OpenResolver;
beforeAll(async () => {
  lab = await startLab({ secondMs: 10 });
  const read = readSettings(lab.environment);
  if (!read.ok) throw new Error('the lab gives settings that are none');
  resolver = createResolver(read.settings, () => performance.now());
  prober = createLocalProber({
    bounds: { connectMs: 500, greetingMs: 500, replyMs: 5000, handshakeMs: 5000 },
    ehloName: '',
    allowPrivate: true,
    manners: createManners({
      connectionsPerOperator: 2,
      operatorIntervalMs: 1000,
      backOffMs: 900_000,
      neverProbe: ['never.example'],
      clock: () => performance.now(),
      isExempt: isLoopback,
    }),
    shareMs: 60_000,
    secondLookMs: 0,
    clock: Date.now,
    trustedRoots: [lab.caPem],
  });
});
afterAll(async () => {
  resolver.close();
  await lab.close();
});

const never = new AbortController().signal;
const tools = () => ({
  resolver,
  prober,
  port: lab.smtpPort,
  clock: () => Date.parse('2026-11-22T01:02:03Z'),
});

async function ask(...hosts: string[]): Promise<readonly CanaryEvidence[]> {
  return (await checkEgress(hosts, tools(), never)).canaries;
}

describe('a canary', () => {
  it('that comes through as it should is clear', async () => {
    const hosts = lab.canaries.healthy.split(',');
    expect(await checkEgress(hosts, tools(), never)).toStrictEqual({
      observedAt: '2026-11-22T01:02:03.000Z',
      canaries: hosts.map((host) => ({ host, ip: lab.addresses(host)[0], outcome: 'clear', detail: '' })),
    });
  });

  it.each([
    ['mx.dropped.example', 'no-connection', 'connect: timeout'],
    ['mx.refused.example', 'no-connection', 'connect: connection-refused (ECONNREFUSED)'],
    ['mx.masked-starttls.example', 'tampered', 'ehlo: not-offered'],
    ['mx.no-starttls.example', 'tampered', 'ehlo: not-offered'],
    ['mx.starttls-502.example', 'tampered', 'starttls: reply (502 5.5.1 Command not implemented)'],
    ['mx.starttls-reset.example', 'tampered', 'starttls: reset (ECONNRESET)'],
    ['mx.handshake-garbage.example', 'tampered', 'handshake: tls (wrong version number)'],
    ['mx.not-smtp.example', 'tampered', 'greeting: malformed (HTTP/1.1 400 Bad Request)'],
    ['mx.unknown-ca.example', 'tampered', 'certificate: UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['mx.wrong-name.example', 'tampered', 'certificate: not for mx.wrong-name.example'],
    ['mx.common-name-only.example', 'tampered', 'certificate: not for mx.common-name-only.example'],
    ['mx.silent.example', 'refused', 'greeting: timeout'],
    ['mx.close-at-ehlo.example', 'refused', 'ehlo: closed'],
    ['mx.ehlo-550.example', 'refused', 'ehlo: reply (550 5.7.1 Not here)'],
    [
      'mx.starttls-454.example',
      'refused',
      'starttls: reply (454 4.7.0 TLS not available due to local problem)',
    ],
  ])('%s is %s', async (host, outcome, detail) => {
    expect(await ask(host)).toStrictEqual([{ host, ip: lab.addresses(host)[0], outcome, detail }]);
  });

  it('without an address is not found', async () => {
    expect(await ask('mx.no-such.example')).toStrictEqual([
      {
        host: 'mx.no-such.example',
        ip: null,
        outcome: 'not-found',
        detail: 'A: name-error, AAAA: name-error',
      },
    ]);
  });

  it('with two families is asked over both', async ({ skip }) => {
    if (!lab.ipv6) skip('no IPv6 loopback');
    const canaries = await ask('mx.dual-stack.example');
    expect(canaries.map(({ ip, outcome }) => [ip, outcome])).toStrictEqual([
      [lab.addresses('mx.dual-stack.example')[0], 'clear'],
      ['::1', 'clear'],
    ]);
  });

  it.each([
    ['longer than any chain may be', []],
    ['no certificate', [{ sha256: '', derBase64: 'bm90IG9uZQ==' }]],
  ])('whose certificate is %s is tampered, and nothing is thrown', async (_what, chain) => {
    const [host = ''] = lab.canaries.healthy.split(',');
    const seen = await prober.probe(
      { ip: lab.addresses(host)[0] ?? '', port: lab.smtpPort, serverName: host, host, look: 'first' },
      never,
    );
    if (seen.attempt !== 'made') throw new Error(seen.because);
    const [connection] = seen.evidence.connections;
    const tls = connection.tls === null ? null : { ...connection.tls, chain, chainLeftOut: 1 };
    const evidence = { ...seen.evidence, connections: [{ ...connection, tls }] as const };
    const elsewhere: Prober = {
      vantage: 'agent',
      probe: () => Promise.resolve({ attempt: 'made', evidence }),
    };
    const { canaries } = await checkEgress([host], { ...tools(), prober: elsewhere }, never);
    expect(canaries).toMatchObject([{ outcome: 'tampered', detail: 'certificate: unreadable' }]);
  });

  it('that was given up says nothing of our side', async () => {
    const { canaries } = await checkEgress(['mx.modern.example'], tools(), AbortSignal.abort());
    expect(canaries).toMatchObject([{ outcome: 'not-tested', detail: 'out-of-time' }]);
  });
});

describe('a watch on our own side', () => {
  const host = 'mx.sendmail.example';
  const visits = () => lab.connections(lab.addresses(host)[0] ?? '').length;

  it('asks once for all who have a doubt', async () => {
    const before = visits();
    const watch = createEgressWatch([host], tools(), 60_000);
    const states = [...(await Promise.all([watch(never), watch(never)])), await watch(never)];
    expect(new Set(states).size).toBe(1);
    expect(visits()).toBe(before + 1);
  });

  it('asks again when the state is old', async () => {
    const before = visits();
    const watch = createEgressWatch([host], tools(), 0);
    await watch(never);
    await watch(never);
    expect(visits()).toBe(before + 2);
  });

  it('does not remember what was not tested', async () => {
    const watch = createEgressWatch([host], tools(), 60_000);
    expect((await watch(AbortSignal.abort())).canaries).toMatchObject([{ outcome: 'not-tested' }]);
    expect((await watch(never)).canaries).toMatchObject([{ outcome: 'clear' }]);
  });
});
