import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:net';
import type { Socket } from 'node:net';
import { afterEach, describe, expect, test } from 'vitest';
import type { MtaStsFetch } from '../../../functions/policy/mta-sts/fetch.ts';
import { fetchMtaStsPolicy } from '../../../functions/policy/mta-sts/fetch.ts';
import { LARGEST_POLICY_BYTES } from '../../../functions/policy/mta-sts/policy-request.ts';
import { absent, failed, found, tableResolver } from '../answers.ts';
import type { Made } from '../dane/chain.ts';
import { make } from '../dane/chain.ts';
import { startPolicyHost } from './policy-host.ts';
import type { PolicyHost } from './policy-host.ts';

const DOMAIN = 'vendor.example';
const HOST = 'mta-sts.vendor.example';
const POLICY = 'version: STSv1\r\nmode: enforce\r\nmx: mx.vendor.example\r\nmax_age: 604800\r\n';
const root = make({ name: 'root', authority: true });
const sound = make({ name: HOST, names: [HOST], issuer: root });

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

type Answer = (request: IncomingMessage, response: ServerResponse) => void;
const serve: Answer = (_request, response) => {
  response.setHeader('content-type', 'text/plain').end(POLICY);
};

async function policyHost(answer: Answer = serve, chain: readonly Made[] = [sound]): Promise<PolicyHost> {
  const host = await startPolicyHost(chain, answer);
  stops.push(host.stop);
  return host;
}

interface Circumstances {
  readonly addresses?: readonly string[];
  readonly timeoutMs?: number;
  readonly allowPrivate?: boolean;
  readonly signal?: AbortSignal;
}

/** Fetches from loopback, with a resolver that knows the policy host. */
function fetchFrom(port: number, given: Circumstances = {}): Promise<MtaStsFetch> {
  const resolver = tableResolver({
    [`${HOST} A`]: found(given.addresses ?? ['127.0.0.1'], 'insecure'),
    [`${HOST} AAAA`]: absent('insecure'),
  });
  const tools = {
    resolver,
    now: () => new Date(),
    port,
    allowPrivate: given.allowPrivate ?? true,
    authorities: [root.pem],
    timeoutMs: given.timeoutMs ?? 5000,
  };
  return fetchMtaStsPolicy(DOMAIN, tools, given.signal ?? new AbortController().signal);
}

describe('a policy is fetched as RFC 8461 section 3.3 has it', () => {
  test('with GET, from the well-known path, with the policy host as SNI and Host', async () => {
    const host = await policyHost();
    expect(await fetchFrom(host.port)).toMatchObject({
      outcome: 'fetched',
      ip: '127.0.0.1',
      body: POLICY,
      mediaType: 'text/plain',
    });
    expect(host.requests).toEqual([
      { method: 'GET', url: '/.well-known/mta-sts.txt', host: `${HOST}:${host.port}`, sni: HOST },
    ]);
  });

  test('a wrong media type is recorded, and the policy still read', async () => {
    const host = await policyHost((_request, response) => {
      response.setHeader('content-type', 'Text/HTML; charset=utf-8').end(POLICY);
    });
    expect(await fetchFrom(host.port)).toMatchObject({
      outcome: 'fetched',
      body: POLICY,
      mediaType: 'text/html',
    });
  });

  test.each([301, 302, 307, 308])('a redirect (%i) is not followed', async (status) => {
    const host = await policyHost((request, response) => {
      if (request.url === '/.well-known/mta-sts.txt') {
        response.writeHead(status, { location: '/elsewhere.txt' }).end();
      } else serve(request, response);
    });
    expect(await fetchFrom(host.port)).toMatchObject({
      outcome: 'failed',
      because: 'redirect',
      statusCode: status,
      detail: '/elsewhere.txt',
    });
    expect(host.requests).toHaveLength(1);
  });

  test.each([201, 204, 206, 404, 410, 429, 500, 503])(
    'a status of %i is no policy, whatever its body',
    async (status) => {
      const host = await policyHost((_request, response) => {
        response.writeHead(status).end(status === 204 ? undefined : POLICY);
      });
      expect(await fetchFrom(host.port)).toMatchObject({
        outcome: 'failed',
        because: 'http-status',
        statusCode: status,
      });
    },
  );

  test('64 KiB are read, and not one byte more', async () => {
    const host = await policyHost((_request, response) => {
      response.end(POLICY.padEnd(LARGEST_POLICY_BYTES + host.requests.length - 1, '\n'));
    });
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'fetched' });
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because: 'too-long' });
  });

  test('an endless policy is left after 64 KiB', async () => {
    let sentBytes = 0;
    const host = await policyHost((_request, response) => {
      const more = (): void => {
        sentBytes += 16_384;
        if (response.destroyed) return;
        if (response.write('x'.repeat(16_384))) setImmediate(more);
        else response.once('drain', more);
      };
      more();
    });
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because: 'too-long' });
    expect(sentBytes).toBeLessThan(64 * 1024 * 1024);
  });
});

describe("the certificate must be valid for the policy host's own name", () => {
  const other = make({ name: 'other.example', names: ['other.example'], issuer: root });
  test.each([
    ['another name', [other], 'certificate-host-mismatch'],
    [
      'the domain and not the policy host',
      [make({ name: DOMAIN, names: [DOMAIN], issuer: root })],
      'certificate-host-mismatch',
    ],
    ['the name as a common name only', [make({ name: HOST, issuer: root })], 'certificate-host-mismatch'],
    [
      'a wildcard for part of the label',
      [make({ name: 'w', names: ['mta-*.vendor.example'], issuer: root })],
      'certificate-host-mismatch',
    ],
    [
      'a wildcard two labels up',
      [make({ name: 'w', names: ['*.example'], issuer: root })],
      'certificate-host-mismatch',
    ],
    [
      'expired',
      [make({ name: HOST, names: [HOST], issuer: root, from: -60, until: -1 })],
      'certificate-expired',
    ],
    [
      'not yet valid',
      [make({ name: HOST, names: [HOST], issuer: root, from: 5 })],
      'certificate-not-yet-valid',
    ],
    ['self-signed', [make({ name: HOST, names: [HOST] })], 'certificate-not-trusted'],
    [
      'an unknown authority',
      [make({ name: HOST, names: [HOST], issuer: make({ name: 'unknown', authority: true }) })],
      'certificate-not-trusted',
    ],
  ])('%s: no request is sent', async (_name, chain, because) => {
    const host = await policyHost(serve, chain);
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because });
    expect(host.requests).toEqual([]);
  });

  test('a wildcard for the whole label is valid', async () => {
    const host = await policyHost(serve, [make({ name: 'w', names: ['*.vendor.example'], issuer: root })]);
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'fetched' });
  });

  test('the failure quotes the library, without control characters', async () => {
    const host = await policyHost(serve, [other]);
    expect(await fetchFrom(host.port)).toMatchObject({ detail: `the certificate is not for ${HOST}` });
  });
});

describe('where the connection goes', () => {
  test('not to an address that is not public: no packet is sent', async () => {
    const host = await policyHost();
    expect(await fetchFrom(host.port, { allowPrivate: false })).toMatchObject({
      outcome: 'failed',
      because: 'not-public',
      ip: null,
      detail: '127.0.0.1',
    });
    expect(host.connections()).toBe(0);
  });

  test('to the address that was checked, which is looked up once', async () => {
    const host = await policyHost();
    const resolver = tableResolver({ [`${HOST} A`]: found(['127.0.0.1']), [`${HOST} AAAA`]: absent() });
    const tools = {
      resolver,
      now: () => new Date(),
      port: host.port,
      allowPrivate: true,
      authorities: [root.pem],
      timeoutMs: 5000,
    };
    const result = await fetchMtaStsPolicy(DOMAIN, tools, new AbortController().signal);
    expect(result).toMatchObject({ outcome: 'fetched', ip: '127.0.0.1' });
    expect(resolver.asked).toEqual([`${HOST} A`, `${HOST} AAAA`]);
  });

  test('to the second address when the first one refuses the connection', async () => {
    const host = await policyHost();
    expect(await fetchFrom(host.port, { addresses: ['127.0.0.99', '127.0.0.1'] })).toMatchObject({
      outcome: 'fetched',
      ip: '127.0.0.1',
    });
  });

  test('not to the second address when the first one answers wrongly', async () => {
    const host = await policyHost((_request, response) => response.writeHead(404).end());
    expect(await fetchFrom(host.port, { addresses: ['127.0.0.1', '127.0.0.2'] })).toMatchObject({
      because: 'http-status',
      ip: '127.0.0.1',
    });
  });

  test.each([
    ['no such host', absent('secure', 'name-error'), 'no-address'],
    ['no address', absent('secure', 'no-data'), 'no-address'],
    ['a lookup that failed', failed('servfail'), 'address-unavailable'],
    ['a bogus answer', failed('bogus'), 'address-bogus'],
  ])('nowhere: %s', async (_name, answer, because) => {
    const resolver = tableResolver({ [`${HOST} A`]: answer, [`${HOST} AAAA`]: answer });
    const tools = { resolver, now: () => new Date(), port: 443, allowPrivate: true, timeoutMs: 1000 };
    const result = await fetchMtaStsPolicy(DOMAIN, tools, new AbortController().signal);
    expect(result).toMatchObject({ outcome: 'failed', because, ip: null });
  });
});

async function rawServer(onSocket: (socket: Socket) => void): Promise<number> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    onSocket(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  stops.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const address = server.address();
  return typeof address === 'object' ? (address?.port ?? 0) : 0;
}

describe('servers that are slow, broken or not there end in their outcome', () => {
  test('nobody listens', async () => {
    const host = await startPolicyHost([sound], serve);
    await host.stop();
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because: 'connection-refused' });
  });

  test('a server that never speaks', async () => {
    const port = await rawServer((socket) => socket.resume());
    expect(await fetchFrom(port, { timeoutMs: 200 })).toMatchObject({
      outcome: 'failed',
      because: 'timeout',
    });
  });

  test('a server that does not speak TLS', async () => {
    const port = await rawServer((socket) => socket.end('HTTP/1.1 200 OK\r\n\r\n'));
    expect(await fetchFrom(port)).toMatchObject({ outcome: 'failed', because: 'tls' });
  });

  test('a connection that is reset', async () => {
    const port = await rawServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    expect(await fetchFrom(port)).toMatchObject({ outcome: 'failed', because: 'reset' });
  });

  test('a policy that never ends, one byte at a time', async () => {
    const host = await policyHost((_request, response) => {
      const drip = setInterval(() => response.write('v'), 20);
      response.once('close', () => clearInterval(drip));
    });
    expect(await fetchFrom(host.port, { timeoutMs: 300 })).toMatchObject({
      outcome: 'failed',
      because: 'timeout',
    });
  });

  test('a body cut short of its length', async () => {
    const host = await policyHost((_request, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write(POLICY, () => response.destroy());
    });
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because: 'reset' });
  });

  test('a head that is not HTTP', async () => {
    const host = await policyHost((request) => request.socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    expect(await fetchFrom(host.port)).toMatchObject({ outcome: 'failed', because: 'malformed' });
  });

  test("the check's own deadline is not the server's fault", async () => {
    const port = await rawServer((socket) => socket.resume());
    expect(await fetchFrom(port, { signal: AbortSignal.timeout(100) })).toMatchObject({
      outcome: 'failed',
      because: 'out-of-time',
    });
  });
});
