import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
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

describe('a sound server of the lab', () => {
  it('greets, offers STARTTLS, does TLS 1.3 with ML-KEM under a certificate that leads to the lab’s root', async () => {
    const secured = await secure('mx.modern.example');
    expect(secured.authorized).toBe(true);
    expect(secured.getProtocol()).toBe('TLSv1.3');
    expect(secured.getPeerX509Certificate()?.checkHost('mx.modern.example')).toBe('mx.modern.example');
    const inside = { socket: secured, lines: readLines(secured) };
    expect(await say(inside, 'EHLO client.example')).not.toContain('250-STARTTLS');
    expect(await say(inside, 'QUIT')).toStrictEqual(['221 2.0.0 Bye']);
    const seen = lab.connections(address('mx.modern.example')).at(-1);
    expect(seen?.commands).toStrictEqual(['EHLO client.example', 'STARTTLS', 'EHLO client.example', 'QUIT']);
    expect(seen).toMatchObject({ serverName: 'mx.modern.example', tls: 'TLSv1.3 TLS_AES_256_GCM_SHA384' });
  });
});
