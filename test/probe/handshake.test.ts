import { once } from 'node:events';
import { connect } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createHandshakes } from '../../functions/probe/handshake.ts';
import type { Hello } from '../../functions/probe/handshake.ts';
import { listen } from '../lab/listener.ts';
import { readClientHello, words } from './client-hello.ts';
import type { ClientHello } from './client-hello.ts';

const startHandshake = createHandshakes();

async function sentHello(hello: Hello): Promise<ClientHello> {
  const { promise, resolve } = Promise.withResolvers<ClientHello>();
  const server = await listen(
    '127.0.0.1',
    0,
    (socket) => {
      let bytes = Buffer.alloc(0);
      socket.on('error', () => socket.destroy());
      socket.on('data', (chunk: Buffer) => {
        bytes = Buffer.concat([bytes, chunk]);
        const whole = readClientHello(bytes);
        if (whole !== null) resolve(whole);
      });
    },
    0,
  );
  const raw = connect(server.port, '127.0.0.1');
  await once(raw, 'connect');
  const secured = startHandshake(raw, hello, 'mx.vendor.example');
  secured.on('error', () => {});
  const clientHello = await promise;
  secured.destroy();
  await server.close();
  return clientHello;
}

const SERVER_NAME = 0;
const SUPPORTED_GROUPS = 10;
const ALPN = 16;
const SUPPORTED_VERSIONS = 43;
const X25519MLKEM768 = 0x11ec;
const X25519 = 0x001d;
const groups = ({ extensions }: ClientHello) =>
  words(extensions.get(SUPPORTED_GROUPS)?.subarray(2) ?? Buffer.alloc(0));
const versions = ({ extensions }: ClientHello) =>
  words(extensions.get(SUPPORTED_VERSIONS)?.subarray(1) ?? Buffer.alloc(0));

/** IANA, "TLS Cipher Suites": what encrypts nothing (NULL), and what anyone could have answered (anonymous). */
const NULL_SUITES = [0x0000, 0x0001, 0x0002, 0x003b, 0x002c, 0x002d, 0x002e, 0xc006, 0xc010, 0xc001, 0xc00b];
const ANONYMOUS_SUITES = [
  0x0018, 0x001b, 0x0034, 0x003a, 0x006c, 0x006d, 0x00a6, 0x00a7, 0xc015, 0xc016, 0xc017, 0xc018, 0xc019,
];

describe('the modern hello', () => {
  it('offers TLS 1.3 and 1.2 and nothing older', async () => {
    expect(versions(await sentHello('modern'))).toStrictEqual([0x0304, 0x0303]);
  });

  it('offers ML-KEM with X25519 first, and X25519 alone after it', async () => {
    const offered = groups(await sentHello('modern'));
    expect(offered[0]).toBe(X25519MLKEM768);
    expect(offered).toContain(X25519);
  });
});

describe('the legacy hello', () => {
  it('offers TLS 1.0 and everything newer', async () => {
    expect(versions(await sentHello('legacy'))).toStrictEqual([0x0304, 0x0303, 0x0302, 0x0301]);
  });

  it('offers no ML-KEM and stays within one small segment', async () => {
    const hello = await sentHello('legacy');
    expect(groups(hello)).toContain(X25519);
    expect(groups(hello)).not.toContain(X25519MLKEM768);
    expect(hello.sizeBytes).toBeLessThan(536);
  });
});

describe.each(['modern', 'legacy'] as const)('either hello, %s', (kind) => {
  it('offers no suite without encryption or without a certificate', async () => {
    const { cipherSuites } = await sentHello(kind);
    expect(cipherSuites.length).toBeGreaterThan(10);
    expect(
      cipherSuites.filter((suite) => [...NULL_SUITES, ...ANONYMOUS_SUITES].includes(suite)),
    ).toStrictEqual([]);
  });

  it('names the server and no application protocol', async () => {
    const { extensions } = await sentHello(kind);
    expect(extensions.get(SERVER_NAME)?.toString('latin1')).toContain('mx.vendor.example');
    expect(extensions.has(ALPN)).toBe(false);
  });
});
