import { createSecureServer as createHttp2, constants } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse, ServerHttp2Session } from 'node:http2';
import { createServer as createHttps } from 'node:https';
import { createServer as createTcp } from 'node:net';
import type { Server } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { dohTransport } from '../../functions/dns/doh.ts';
import type { Transport } from '../../functions/dns/transport.ts';
import { makeAuthority } from '../lab/authority.ts';
import type { Asked } from './scripted-server.ts';
import { asked, mx, portOf, reply, soa } from './scripted-server.ts';

const authority = makeAuthority();
const trustedBefore = getCACertificates('default');
beforeAll(() => setDefaultCACertificates([...trustedBefore, authority.rootPem]));
afterAll(() => setDefaultCACertificates(trustedBefore));

const QUERY = { name: 'vendor.example', type: 'MX', checkingDisabled: false } as const;
const ANSWERS = [mx('vendor.example', 10, 'mx.vendor.example', 300)];
const DNS = { 'content-type': 'application/dns-message' };

type Respond = (
  asked: Asked,
  response: Http2ServerResponse,
  request: Http2ServerRequest,
) => void | Promise<void>;
const answering: Respond = ({ packet }, response) => {
  response.writeHead(200, DNS);
  response.end(reply(packet, { answers: ANSWERS }));
};

interface DohServer {
  readonly url: string;
  readonly seen: readonly Asked[];
  readonly sessions: readonly ServerHttp2Session[];
}

async function listening(server: Server, ip = '127.0.0.1'): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, ip, resolve));
  return `https://${ip.includes(':') ? `[${ip}]` : ip}:${portOf(server.address())}/dns-query`;
}

async function dohServer(
  respond: Respond,
  kind: 'sound' | 'expired' | 'self-signed' | 'wrong-name' = 'sound',
  ip = '127.0.0.1',
): Promise<DohServer> {
  const seen: Asked[] = [];
  const sessions: ServerHttp2Session[] = [];
  const server = createHttp2(authority.credentials(kind, ip), (request, response) => {
    void (async () => {
      const query = asked(await buffer(request), 'https');
      seen.push(query);
      await respond(query, response, request);
    })();
  });
  server.on('session', (session) => {
    session.on('error', () => {});
    sessions.push(session);
  });
  onTestFinished(async () => {
    for (const session of sessions) session.destroy();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: await listening(server, ip), seen, sessions };
}

function transportTo(url: string, timeoutMs = 5000, now?: () => number): Transport {
  const transport = dohTransport(url, timeoutMs, now);
  onTestFinished(() => transport.close());
  return transport;
}

async function ask(transport: Transport) {
  const exchange = await transport.exchange(QUERY);
  if (exchange.status !== 'reply') return `${exchange.status} ${exchange.detail}`.trim();
  return exchange.reply.records.map(({ data }) => data.exchange).join(' ');
}

test('a query is the body of a POST, of its media type, with id 0', async () => {
  let headers: Http2ServerRequest['headers'] = {};
  const server = await dohServer((query, response, request) => {
    headers = request.headers;
    return answering(query, response, request);
  });
  const transport = transportTo(`${server.url}?token=x`);
  expect(await ask(transport)).toBe('mx.vendor.example');
  expect(transport.name).toBe(`${server.url}?token=x`);
  expect(headers).toMatchObject({
    ':method': 'POST',
    ':path': '/dns-query?token=x',
    ...DNS,
    accept: 'application/dns-message',
  });
  expect(server.seen[0]?.packet).toMatchObject({
    id: 0,
    questions: [{ name: 'vendor.example', type: 'MX' }],
  });
});

test('an IPv6 address is a host as well: it answers, with a certificate of another name', async () => {
  const server = await dohServer(answering, 'wrong-name', '::1');
  expect(await ask(transportTo(server.url))).toBe('refused ERR_TLS_CERT_ALTNAME_INVALID');
});

describe('one connection', () => {
  test('carries all queries, side by side and one after the other', async () => {
    const all = Promise.withResolvers<void>();
    const server = await dohServer(async (query, response, request) => {
      if (server.seen.length === 20) all.resolve();
      await all.promise;
      await answering(query, response, request);
    });
    const transport = transportTo(server.url);
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask(transport)));
    expect(new Set(answers)).toEqual(new Set(['mx.vendor.example']));
    expect(await ask(transport)).toBe('mx.vendor.example');
    expect(server.sessions.length).toBe(1);
  });

  test.each<[string, (session: ServerHttp2Session) => void]>([
    ['was closed while nobody asked', (session) => session.close()],
    ['was cut', (session) => session.destroy()],
    ['got GOAWAY', (session) => session.goaway(constants.NGHTTP2_NO_ERROR)],
  ])('is opened again when it %s', async (_, end) => {
    const server = await dohServer(answering);
    const transport = transportTo(server.url);
    await ask(transport);
    for (const session of server.sessions) end(session);
    expect(await ask(transport)).toBe('mx.vendor.example');
    expect(server.sessions.length).toBe(2);
  });

  test('that was idle for half a minute is left, and the next query has a new one', async () => {
    const { url, sessions } = await dohServer(answering);
    let nowMs = 0;
    const { exchange } = transportTo(url, 5000, () => nowMs);
    await exchange(QUERY);
    nowMs += 29_999;
    await exchange(QUERY);
    expect(sessions).toHaveLength(1);
    nowMs += 30_000;
    expect(await exchange(QUERY)).toMatchObject({ status: 'reply' });
    expect(sessions).toHaveLength(2);
  });

  test('that is lost under a query is opened again once, and no more', async () => {
    let cuts = 0;
    const server = await dohServer((query, response, request) => {
      if (server.seen.length === 1) return answering(query, response, request);
      cuts += 1;
      response.stream.session?.destroy();
    });
    const transport = transportTo(server.url);
    await ask(transport);
    expect(await ask(transport)).toMatch(/^refused /);
    expect(cuts).toBe(2);
  });
});

/** An answer but for its status and headers. */
const status =
  (code: number, headers = {}): Respond =>
  ({ packet }, response) => {
    response.writeHead(code, { ...DNS, ...headers });
    response.end(reply(packet, { answers: ANSWERS }));
  };

describe('what is no answer', () => {
  test.each<[string, Respond, string]>([
    [
      'a redirect, which is not followed',
      status(302, { location: 'https://127.0.0.1/dns-query' }),
      'refused HTTP 302',
    ],
    ['a refusal', status(403), 'refused HTTP 403'],
    ['a limit', status(429), 'refused HTTP 429'],
    ['a fault', status(503), 'refused HTTP 503'],
    ['another success', status(206), 'refused HTTP 206'],
    ['a web page', status(200, { 'content-type': 'text/html' }), 'malformed not application/dns-message'],
    [
      'another question',
      (_, response) => {
        response.writeHead(200, DNS);
        response.end(reply({ id: 0, questions: [{ name: 'evil.example', type: 'MX' }] }));
      },
      'malformed not-ours',
    ],
    [
      'a truncated message',
      ({ packet }, response) => {
        response.writeHead(200, DNS);
        response.end(reply(packet, { truncated: true }));
      },
      'malformed truncated',
    ],
    [
      'nothing',
      (_, response) => {
        response.writeHead(200, DNS);
        response.end();
      },
      'malformed not-ours',
    ],
    [
      'half a message',
      ({ packet }, response) => {
        response.writeHead(200, DNS);
        response.end(reply(packet, { answers: ANSWERS }).subarray(0, 40));
      },
      'malformed malformed',
    ],
  ])('%s', async (_, respond, expected) => {
    const server = await dohServer(respond);
    expect(await ask(transportTo(server.url))).toBe(expected);
  });

  test.each([
    ['before its answer', false],
    ['within its answer', true],
  ])('a stream that the server resets %s', async (_, within) => {
    const server = await dohServer(({ packet }, response) => {
      if (within) response.writeHead(200, DNS);
      if (within) response.write(reply(packet, { answers: ANSWERS }));
      setImmediate(() => response.stream.close(constants.NGHTTP2_CANCEL));
    });
    expect(await ask(transportTo(server.url))).toBe('refused closed without an answer');
  });

  test('a body without end is left at 64 KiB', async () => {
    const closed = Promise.withResolvers<void>();
    const server = await dohServer((_, response) => {
      response.writeHead(200, DNS);
      response.stream.on('close', closed.resolve);
      const more = (): void => {
        while (!response.stream.destroyed && response.write(Buffer.alloc(16_384))) continue;
      };
      response.stream.on('drain', more);
      response.on('drain', more);
      more();
    });
    expect(await ask(transportTo(server.url))).toBe('malformed larger than 65,535 octets');
    await closed.promise;
  });

  test('a media type may be written in capitals, with parameters', async () => {
    const server = await dohServer(status(200, { 'content-type': 'Application/DNS-Message; x=y' }));
    expect(await ask(transportTo(server.url))).toBe('mx.vendor.example');
  });
});

describe('who cannot be trusted or reached is not asked', () => {
  test.each([
    ['expired', 'CERT_HAS_EXPIRED'],
    ['self-signed', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['wrong-name', 'ERR_TLS_CERT_ALTNAME_INVALID'],
  ] as const)('a certificate that is %s', async (kind, code) => {
    const server = await dohServer(answering, kind);
    expect(await ask(transportTo(server.url))).toBe(`refused ${code}`);
    expect(server.seen).toEqual([]);
  });

  test('a server without HTTP/2', async () => {
    const server = createHttps(authority.credentials('sound', '127.0.0.1'));
    onTestFinished(() => void server.close());
    expect(await ask(transportTo(await listening(server)))).toMatch(/^refused ERR_/);
  });

  test('a port where nobody listens', async () => {
    const server = createTcp();
    const url = await listening(server);
    await new Promise((resolve) => server.close(resolve));
    expect(await ask(transportTo(url))).toBe('refused ECONNREFUSED');
  });

  test('a server that takes the connection and says nothing', async () => {
    const sockets = new Set<{ destroy: () => unknown }>();
    const server = createTcp((socket) => {
      socket.on('error', () => {});
      sockets.add(socket);
    });
    onTestFinished(() => {
      for (const socket of sockets) socket.destroy();
      server.close();
    });
    expect(await ask(transportTo(await listening(server), 100))).toBe('timeout');
  });
});

test('silence to one query ends in a timeout, and the next query has a new connection', async () => {
  const server = await dohServer((query, response, request) => {
    if (server.seen.length > 1) return answering(query, response, request);
  });
  const transport = transportTo(server.url, 300);
  expect(await ask(transport)).toBe('timeout');
  expect(await ask(transport)).toBe('mx.vendor.example');
  expect(server.sessions.length).toBe(2);
});

test('what an HTTP cache kept for a while has that much less time to live', async () => {
  const server = await dohServer(({ packet }, response) => {
    response.writeHead(200, { ...DNS, age: '250' });
    response.end(reply(packet, { answers: ANSWERS, authorities: [soa('example', 900, 60)] }));
  });
  expect(await transportTo(server.url).exchange(QUERY)).toMatchObject({
    reply: { records: [{ ttlSeconds: 50 }], negativeTtlSeconds: 0 },
  });
});

test('closing ends what is under way, and nothing is asked afterwards', async () => {
  const arrived = Promise.withResolvers<void>();
  const server = await dohServer(() => arrived.resolve());
  const transport = transportTo(server.url, 60_000);
  const under = ask(transport);
  await arrived.promise;
  transport.close();
  expect(await under).toMatch(/^refused/);
  expect(await ask(transport)).toBe('refused closed');
  expect(server.seen.length).toBe(1);
});
