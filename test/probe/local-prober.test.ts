import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { createLocalProber } from '../../functions/probe/local-prober.ts';
import type { LocalProber, LocalProberOptions } from '../../functions/probe/local-prober.ts';
import { createManners } from '../../functions/probe/manners.ts';
import type { MannersRules } from '../../functions/probe/manners.ts';
import { noProber } from '../../functions/probe/no-prober.ts';
import type { ProbeRequest } from '../../functions/probe/prober.ts';
import { POSTURES } from '../lab/postures.ts';
import { HOST, authority, startServer } from './mail-server.ts';
import type { RunningServer } from './mail-server.ts';

let server: RunningServer;
afterEach(async () => {
  await server.close();
  await vi.waitUntil(() => open === 0);
});

const never = new AbortController().signal;

function localProber(
  options: Partial<LocalProberOptions> = {},
  rules: Partial<MannersRules> = {},
): LocalProber {
  return createLocalProber({
    bounds: { connectMs: 5000, greetingMs: 5000, replyMs: 5000, handshakeMs: 5000 },
    ehloName: 'probe.us.example',
    allowPrivate: true,
    manners: createManners({
      connectionsPerOperator: 2,
      operatorIntervalMs: 0,
      backOffMs: 900_000,
      neverProbe: [],
      clock: () => performance.now(),
      isExempt: () => false,
      ...rules,
    }),
    shareMs: 60_000,
    secondLookMs: 0,
    clock: Date.now,
    trustedRoots: [authority.rootPem],
    ...options,
  });
}

const request = (change: Partial<ProbeRequest> = {}): ProbeRequest => ({
  ip: '127.0.0.1',
  port: server.port,
  serverName: HOST,
  host: HOST,
  look: 'first',
  ...change,
});

const notMade = (because: string) => ({
  attempt: 'not-made',
  ip: '127.0.0.1',
  port: server.port,
  serverName: HOST,
  because,
  detail: '',
});

/** How many connections this process has had open at once, at most, since the test began. */
let open = 0;
let mostOpenAtOnce = 0;
const onSocket = (message: unknown): void => {
  if (typeof message !== 'object' || message === null || !('socket' in message)) return;
  if (!(message.socket instanceof Socket)) return;
  open += 1;
  mostOpenAtOnce = Math.max(mostOpenAtOnce, open);
  message.socket.once('close', () => {
    open -= 1;
  });
};
beforeAll(() => subscribe('net.client.socket', onSocket));
afterAll(() => void unsubscribe('net.client.socket', onSocket));
beforeEach(() => {
  mostOpenAtOnce = 0;
});

describe('an address', () => {
  it('that is not of the public internet is never connected to, unless that is allowed', async () => {
    server = await startServer(POSTURES.modern);
    const prober = localProber({ allowPrivate: false });
    expect(await prober.probe(request(), never)).toStrictEqual(notMade('not-public'));
    const mapped = await prober.probe(request({ ip: '::ffff:127.0.0.1' }), never);
    expect(mapped).toMatchObject({ attempt: 'not-made', because: 'not-public' });
    expect(server.visits).toHaveLength(0);
  });

  it('of a host never to probe is never connected to', async () => {
    server = await startServer(POSTURES.modern);
    const prober = localProber({}, { neverProbe: ['vendor.example'] });
    expect(await prober.probe(request(), never)).toStrictEqual(notMade('never-probe'));
    expect(server.visits).toHaveLength(0);
  });

  it('is not connected to when the time is over', async () => {
    server = await startServer(POSTURES.modern);
    expect(await localProber().probe(request(), AbortSignal.abort())).toStrictEqual(notMade('out-of-time'));
    expect(server.visits).toHaveLength(0);
  });

  it('is connected to once for all who ask about it, now and a little later', async () => {
    server = await startServer(POSTURES.modern);
    const prober = localProber();
    const results = await Promise.all(Array.from({ length: 20 }, () => prober.probe(request(), never)));
    results.push(await prober.probe(request(), never));
    expect(new Set(results).size).toBe(1);
    expect(results[0]).toMatchObject({ attempt: 'made', evidence: { ip: '127.0.0.1', serverName: HOST } });
    expect(server.visits).toHaveLength(1);
  });

  it('is asked by the host’s own name with one connection, whatever comes of its handshake', async () => {
    server = await startServer(POSTURES.tls10);
    const prober = localProber();
    const look = 'host-name';
    expect(await prober.probe(request({ look }), never)).toMatchObject({
      evidence: { connections: [{ hello: 'modern', tls: null }] },
    });
    expect(server.visits).toHaveLength(1);
    expect(await prober.probe(request(), never)).toMatchObject({
      evidence: { connections: [{ hello: 'modern' }, { hello: 'legacy', tls: { version: 'TLSv1' } }] },
    });
  });

  it('is connected to again under another SNI name, one connection after the other', async () => {
    server = await startServer(POSTURES.modern);
    const prober = localProber();
    await Promise.all(
      ['a.example', 'b.example', 'c.example'].map((serverName) =>
        prober.probe(request({ serverName }), never),
      ),
    );
    expect(server.visits.map(({ serverName }) => serverName)).toStrictEqual([
      'a.example',
      'b.example',
      'c.example',
    ]);
    expect(mostOpenAtOnce).toBe(1);
  });

  it('is connected to afresh for a second look, whose result then counts for all', async () => {
    server = await startServer([POSTURES.noStarttls, POSTURES.modern]);
    const prober = localProber();
    const end = async (look: 'first' | 'second') => {
      const result = await prober.probe(request({ look }), never);
      return result.attempt === 'made' ? result.evidence.connections[0].end.cause : result.because;
    };
    expect(await end('first')).toBe('not-offered');
    expect(await end('first')).toBe('not-offered');
    expect(await end('second')).toBe('completed');
    expect(await end('first')).toBe('completed');
    expect(server.visits).toHaveLength(2);
  });
});

describe('the legacy hello', () => {
  it('comes in a second connection, after the first is closed, and there is no third', async () => {
    server = await startServer(POSTURES.handshakeAlert);
    const result = await localProber().probe(request(), never);
    expect(result).toMatchObject({
      evidence: { connections: [{ hello: 'modern' }, { hello: 'legacy' }] },
    });
    expect(server.visits).toHaveLength(2);
    expect(mostOpenAtOnce).toBe(1);
  });

  it.each([
    'starttls454',
    'starttlsReset',
    'starttlsClose',
    'noStarttls',
    'greeting421',
    'closeAtEhlo',
  ] as const)('is not tried when the session ended before the handshake: %s', async (posture) => {
    server = await startServer(POSTURES[posture]);
    const result = await localProber().probe(request(), never);
    expect(result).toMatchObject({ evidence: { connections: [{ hello: 'modern' }] } });
    expect(server.visits).toHaveLength(1);
  });
});

describe('an operator that turns us away', () => {
  it('is left alone, at its other addresses and names too', async () => {
    server = await startServer(POSTURES.greeting421);
    const prober = localProber({ shareMs: 0 });
    expect(await prober.probe(request(), never)).toMatchObject({ attempt: 'made' });
    expect(await prober.probe(request(), never)).toStrictEqual(notMade('backing-off'));
    const elsewhere = await prober.probe(request({ host: 'mx2.vendor.example', ip: '127.0.0.2' }), never);
    expect(elsewhere).toMatchObject({ attempt: 'not-made', because: 'backing-off' });
    expect(server.visits).toHaveLength(1);
  });

  it('gives its words to the next who asks, from what was seen a moment ago', async () => {
    server = await startServer(POSTURES.greeting554);
    const prober = localProber();
    const first = await prober.probe(request(), never);
    expect(await prober.probe(request(), never)).toBe(first);
    expect(first).toMatchObject({
      evidence: { connections: [{ end: { stage: 'greeting', cause: 'reply' } }] },
    });
  });
});

describe('a probe that is given up', () => {
  it('tells what was seen so far, is not given to others, and leaves the server', async () => {
    server = await startServer([POSTURES.starttlsHang, POSTURES.modern]);
    const prober = localProber();
    const deadline = new AbortController();
    const asked = prober.probe(request(), deadline.signal);
    await vi.waitFor(() => expect(server.visits[0]?.commands).toHaveLength(2));
    deadline.abort();
    expect(await asked).toMatchObject({
      attempt: 'made',
      evidence: {
        connections: [{ greeting: { code: 220 }, end: { stage: 'starttls', cause: 'out-of-time' } }],
      },
    });
    expect(await prober.probe(request(), never)).toMatchObject({
      evidence: { connections: [{ end: { cause: 'completed' } }] },
    });
    await vi.waitFor(() =>
      expect(server.visits.map(({ closedAtMs }) => typeof closedAtMs)).toStrictEqual(['number', 'number']),
    );
  });

  it('while another check waits for the same goes on without the one that left', async () => {
    server = await startServer({ shows: 'a pause', greeting: [{ waitSeconds: 20 }, '220 {host} ESMTP'] });
    const prober = localProber();
    const deadline = new AbortController();
    const leaving = prober.probe(request(), deadline.signal);
    const staying = prober.probe(request(), never);
    deadline.abort();
    expect(await leaving).toStrictEqual(notMade('out-of-time'));
    expect(await staying).toMatchObject({ evidence: { connections: [{ end: { cause: 'completed' } }] } });
    expect(server.visits).toHaveLength(1);
  });
});

describe('a prober', () => {
  it('gives its result before the server has answered QUIT, and knows when all are left', async () => {
    const quit = [{ waitSeconds: 20 }, '221 2.0.0 Bye', { ending: 'close' }] as const;
    server = await startServer({ shows: 'a slow goodbye', quit });
    const prober = localProber();
    expect(await prober.probe(request(), never)).toMatchObject({ attempt: 'made' });
    expect(open).toBe(1);
    await prober.allClosed();
    expect(open).toBe(0);
    expect(server.visits[0]?.commands.at(-1)).toBe('QUIT');
  });

  it('that has asked nobody has nobody to leave', async () => {
    server = await startServer(POSTURES.modern);
    await expect(localProber().allClosed()).resolves.toBeUndefined();
  });
});

describe('an installation without a way to probe', () => {
  it('says so', async () => {
    server = await startServer(POSTURES.modern);
    expect(await noProber.probe(request(), never)).toStrictEqual(notMade('no-prober'));
    expect(server.visits).toHaveLength(0);
  });
});
