import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Duplex } from 'node:stream';
import { connect as connectTls } from 'node:tls';
import type { ConnectionOptions, TLSSocket } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readLines } from './line-reader.ts';
import type { LineReader } from './line-reader.ts';
import { startLab } from './start-lab.ts';
import type { Lab } from './start-lab.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await startLab({ secondMs: 10 });
});
afterAll(() => lab.close());

const address = (host: string): string => lab.addresses(host)[0] ?? '';

interface Client {
  readonly socket: Socket;
  readonly lines: LineReader;
}

function visit(host: string, ip = address(host)): Client {
  const socket = connect(lab.smtpPort, ip);
  socket.on('error', () => socket.destroy());
  return { socket, lines: readLines(socket) };
}

/** Every line of one reply. */
async function reply({ lines }: Pick<Client, 'lines'>): Promise<string[]> {
  const reply: string[] = [];
  for (;;) {
    const line = await lines.next();
    if (line === null) return [...reply, '(closed)'];
    reply.push(line);
    if (line[3] !== '-') return reply;
  }
}

async function say(client: Client, command: string): Promise<string[]> {
  client.socket.write(`${command}\r\n`);
  return reply(client);
}

/** Through STARTTLS into TLS; what the handshake ends in. */
async function secure(host: string, options: ConnectionOptions = {}, ip = address(host)): Promise<TLSSocket> {
  const client = visit(host, ip);
  await reply(client);
  await say(client, 'EHLO client.example');
  expect(await say(client, 'STARTTLS')).toStrictEqual([expect.stringMatching(/^220 /)]);
  client.lines.stop();
  const secured = connectTls({ socket: client.socket, servername: host, ca: lab.caPem, ...options });
  await once(secured, 'secureConnect');
  return secured;
}

/** The TLS version a handshake ends with, or the code of the error it ends in. */
async function outcome(host: string, options: ConnectionOptions): Promise<unknown> {
  try {
    const secured = await secure(host, options);
    const protocol = secured.getProtocol();
    secured.destroy();
    return protocol;
  } catch (error) {
    return error instanceof Error && 'code' in error ? error.code : error;
  }
}

const ANYTHING: ConnectionOptions = {
  rejectUnauthorized: false,
  minVersion: 'TLSv1',
  ciphers: 'ALL:eNULL:@SECLEVEL=0',
};

const TRUSTING: ConnectionOptions = { rejectUnauthorized: false };

const accepts = async (host: string, ecdhCurve: string): Promise<boolean> =>
  (await outcome(host, { ...TRUSTING, ecdhCurve })) === 'TLSv1.3';

describe('a sound server of the lab', () => {
  it('greets, offers STARTTLS, does TLS 1.3 under a certificate that leads to the lab’s root', async () => {
    const secured = await secure('mx.modern.example');
    expect(secured.authorized).toBe(true);
    expect(secured.getProtocol()).toBe('TLSv1.3');
    expect(secured.getPeerX509Certificate()?.checkHost('mx.modern.example')).toBe('mx.modern.example');
    const inside = { socket: secured, lines: readLines(secured) };
    expect(await say(inside, 'EHLO client.example')).not.toContain('250-STARTTLS');
    expect(await say(inside, 'QUIT')).toStrictEqual(['221 2.0.0 Bye']);
    const seen = lab.connections(address('mx.modern.example')).at(-1);
    expect(seen?.commands).toStrictEqual(['EHLO client.example', 'STARTTLS', 'EHLO client.example', 'QUIT']);
    expect(seen?.bytes).toBeGreaterThan(500);
    expect(seen).toMatchObject({ serverName: 'mx.modern.example', tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' });
  });

  it('offers ML-KEM in its posture’s order, or nothing else', async () => {
    expect(await accepts('mx.modern.example', 'X25519MLKEM768')).toBe(true);
    expect(await accepts('mx.mlkem-only.example', 'X25519MLKEM768')).toBe(true);
    expect(await accepts('mx.mlkem-only.example', 'X25519')).toBe(false);
    expect(await accepts('mx.without-mlkem.example', 'X25519MLKEM768')).toBe(false);
    expect(await accepts('mx.without-mlkem.example', 'X25519')).toBe(true);
  });

  it('stands on ::1 under every name that has it, with a certificate for each', async () => {
    if (!lab.ipv6) return;
    expect(lab.addresses('mx.ipv6-only.example')).toStrictEqual(['::1']);
    for (const host of ['mx.ipv6-only.example', 'mx.dual-stack.example']) {
      const secured = await secure(host, {}, '::1');
      expect(secured.authorized).toBe(true);
      secured.destroy();
    }
  });
});

describe('TLS of the lab', () => {
  it.each([
    ['mx.tls10.example', 'TLSv1'],
    ['mx.tls11.example', 'TLSv1.1'],
    ['mx.tls12.example', 'TLSv1.2'],
    ['mx.tls13.example', 'TLSv1.3'],
  ] as const)('%s speaks %s and no other version', async (host, version) => {
    expect(await outcome(host, ANYTHING)).toBe(version);
    for (const other of ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'] as const) {
      if (other === version) continue;
      expect(await outcome(host, { ...ANYTHING, minVersion: other, maxVersion: other })).toMatch(
        /^ERR_SSL_|^ECONN/,
      );
    }
  });

  it('has a server of NULL suites, of RSA key exchange, and of a small key', async () => {
    const suite = async (host: string): Promise<string> => {
      const secured = await secure(host, ANYTHING);
      const { name } = secured.getCipher();
      secured.destroy();
      return name;
    };
    expect(await suite('mx.null-cipher.example')).toMatch(/NULL/);
    expect(await outcome('mx.null-cipher.example', TRUSTING)).toMatch(/^ERR_SSL_|^ECONN/);
    expect(await suite('mx.rsa-key-exchange.example')).toBe('AES128-SHA');
    const small = await secure('mx.rsa1024.example', ANYTHING);
    expect(small.getPeerCertificate()).toMatchObject({ bits: 1024 });
    small.destroy();
  });

  it.each([
    ['mx.self-signed.example', 'DEPTH_ZERO_SELF_SIGNED_CERT'],
    ['mx.expired.example', 'CERT_HAS_EXPIRED'],
    ['mx.not-yet-valid.example', 'CERT_NOT_YET_VALID'],
    ['mx.wrong-name.example', 'ERR_TLS_CERT_ALTNAME_INVALID'],
    ['mx.unknown-ca.example', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['mx.missing-intermediate.example', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE'],
    ['mx.wildcard.example', 'TLSv1.3'],
  ])('%s is judged %s', async (host, verdict) => {
    expect(await outcome(host, {})).toBe(verdict);
  });
});

describe('the lab’s servers that do not do TLS', () => {
  it.each([
    [
      'mx.no-starttls.example',
      ['250-mx.no-starttls.example', '250-PIPELINING', '250-SIZE 10240000', '250 8BITMIME'],
    ],
    [
      'mx.masked-starttls.example',
      ['250-mx.masked-starttls.example', '250-SIZE 10240000', '250-XXXXXXXA', '250 8BITMIME'],
    ],
    ['mx.look-alike.example', ['250-mx.look-alike.example', '250-SIZE 10240000', '250 STARTTLSX']],
    ['mx.starttls-equals.example', ['250-mx.starttls-equals.example', '250-SIZE 10240000', '250 STARTTLS=x']],
    ['mx.helo-only.example', ['502 5.5.1 Command not implemented']],
    ['mx.ehlo-450.example', ['450 4.7.1 Client host rejected, try again']],
    ['mx.ehlo-421.example', ['421 4.3.2 mx.ehlo-421.example shutting down']],
    ['mx.reset-at-ehlo.example', ['(closed)']],
    ['mx.close-at-ehlo.example', ['(closed)']],
  ])('%s answers EHLO with %j', async (host, expected) => {
    const client = visit(host);
    await reply(client);
    expect(await say(client, 'EHLO client.example')).toStrictEqual(expected);
    client.socket.destroy();
  });

  it.each([
    ['mx.starttls-454.example', ['454 4.7.0 TLS not available due to local problem']],
    ['mx.starttls-502.example', ['502 5.5.1 Command not implemented']],
    ['mx.starttls-garbage.example', ['go\x00ahead \xff\xfe']],
    ['mx.starttls-reset.example', ['(closed)']],
    ['mx.starttls-close.example', ['(closed)']],
    ['mx.no-starttls.example', ['502 5.5.1 Command not implemented']],
  ])('%s answers STARTTLS with %j', async (host, expected) => {
    const client = visit(host);
    await reply(client);
    await say(client, 'EHLO client.example');
    expect(await say(client, 'STARTTLS')).toStrictEqual(expected);
    client.socket.destroy();
  });

  it.each([
    ['mx.handshake-alert.example', 'ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE'],
    ['mx.handshake-garbage.example', 'ERR_SSL_WRONG_VERSION_NUMBER'],
    ['mx.handshake-reset.example', 'ECONNRESET'],
    ['mx.handshake-close.example', 'ECONNRESET'],
  ])('%s ends the handshake in %s', async (host, code) => {
    expect(await outcome(host, TRUSTING)).toBe(code);
  });

  it.each([
    ['mx.greeting-421.example', ['421 4.7.0 mx.greeting-421.example Too many connections, try again later']],
    [
      'mx.greeting-554.example',
      ['554 5.7.1 mx.greeting-554.example Connections from your network are not accepted'],
    ],
    ['mx.reset-at-connect.example', ['(closed)']],
    ['mx.close-at-connect.example', ['(closed)']],
    ['mx.split-greeting.example', ['220-mx.split-greeting.example ESMTP', '220 welcome']],
    [
      'mx.multi-line-greeting.example',
      ['220-mx.multi-line-greeting.example ESMTP', '220-No spam, please', '220 Welcome'],
    ],
    ['mx.slow-6s.example', ['220 mx.slow-6s.example ESMTP']],
    ['mx.slow-20s.example', ['220 mx.slow-20s.example ESMTP']],
    ['mx.stutter.example', ['220 mx.stutter.example ESMTP']],
    ['mx.not-smtp.example', ['HTTP/1.1 400 Bad Request']],
  ])('%s greets with %j', async (host, expected) => {
    const client = visit(host);
    expect(await reply(client)).toStrictEqual(expected);
    client.socket.destroy();
  });

  it('sends bytes in clear right behind the 220 to STARTTLS, in the same segment', async () => {
    const client = visit('mx.injection.example');
    await reply(client);
    await say(client, 'EHLO client.example');
    client.lines.stop();
    const segment = new Promise((resolve) => client.socket.once('data', resolve));
    client.socket.write('STARTTLS\r\n');
    expect(String(await segment)).toBe('220 2.0.0 Ready to start TLS\r\n250 XINJECTED in clear text\r\n');
    client.socket.destroy();
  });

  it('greets without end, in lines or without line ends, for as long as the client stays', async () => {
    const client = visit('mx.endless-greeting.example');
    for (let line = 0; line < 300; line += 1) expect(await client.lines.next()).toMatch(/^220-/);
    client.socket.destroy();
    const flood = visit('mx.flood.example');
    flood.lines.stop();
    flood.socket.resume();
    let receivedBytes = 0;
    await new Promise<void>((resolve) => {
      flood.socket.on('data', (bytes) => {
        receivedBytes += bytes.length;
        if (receivedBytes > 1 << 20) resolve();
      });
    });
    flood.socket.destroy();
    expect(receivedBytes).toBeGreaterThan(1 << 20);
  });

  it('says nothing at all where it is silent, and remembers what it was told', async () => {
    const client = visit('mx.silent.example');
    await once(client.socket, 'connect');
    client.socket.end('QUIT\r\n');
    expect(await client.lines.next()).toBeNull();
    expect(lab.connections(address('mx.silent.example'))).toMatchObject([{ commands: [] }]);
  });

  it('goes on in clear text when TLS is closed without QUIT', async () => {
    const client = visit('mx.clear-after-tls.example');
    await reply(client);
    await say(client, 'EHLO client.example');
    await say(client, 'STARTTLS');
    client.lines.stop();
    const tail: Buffer[] = [];
    const tap = new Duplex({
      read: () => {},
      write: (bytes: Buffer, _encoding, done) => void client.socket.write(bytes, done),
    });
    client.socket.on('data', (bytes) => {
      tail.push(bytes);
      tap.push(bytes);
    });
    const secured = connectTls({ socket: tap, rejectUnauthorized: false });
    secured.on('error', () => secured.destroy());
    await once(secured, 'secureConnect');
    secured.end();
    await once(client.socket, 'end');
    expect(Buffer.concat(tail).toString('latin1')).toMatch(
      /421 4\.4\.2 mx\.clear-after-tls\.example lost input connection\r\n$/,
    );
    client.socket.destroy();
  });

  it('has a closed port, and one that does not answer a connection attempt', async () => {
    const refused = connect(lab.smtpPort, address('mx.refused.example'));
    await expect(once(refused, 'connect')).rejects.toMatchObject({ code: 'ECONNREFUSED' });
    const dropped = connect(lab.smtpPort, address('mx.dropped.example'));
    const first = await Promise.race([
      once(dropped, 'connect').then(() => 'connected'),
      new Promise((resolve) => setTimeout(() => resolve('nothing'), 300)),
    ]);
    expect(first).toBe('nothing');
    dropped.destroy();
  });

  it('takes turns where postures do', async () => {
    const offers: boolean[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      const client = visit('mx.now-and-then.example');
      await reply(client);
      offers.push((await say(client, 'EHLO client.example')).includes('250-STARTTLS'));
      await say(client, 'QUIT');
    }
    expect(offers).toStrictEqual([false, true, false, true]);
  });
});
