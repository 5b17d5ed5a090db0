/** A DNS server on loopback that says what a test wants it to say: UDP and TCP on one port. */
import { AUTHENTIC_DATA, RECURSION_AVAILABLE, TRUNCATED_RESPONSE, decode, encode } from 'dns-packet';
import type { Answer, DecodedPacket, OptAnswer, PacketOpt, Question } from 'dns-packet';
import { createSocket } from 'node:dgram';
import type { RemoteInfo } from 'node:dgram';
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

export interface Asked {
  readonly over: 'udp' | 'tcp' | 'https';
  readonly name: string;
  readonly type: string;
  readonly packet: DecodedPacket;
  /** Where the query came from, over UDP. */
  readonly client: RemoteInfo | null;
}

/** The messages to send back, in order; a promise may wait for other queries. */
export type Script = (asked: Asked) => readonly Buffer[] | Promise<readonly Buffer[]>;

export interface ScriptedServer {
  readonly ip: string;
  readonly port: number;
  readonly seen: readonly Asked[];
}

export function asked(message: Buffer, over: Asked['over'], client: RemoteInfo | null = null): Asked {
  const packet = decode(message);
  const [question] = packet.questions ?? [];
  if (question === undefined) throw new Error('a query without a question');
  return { over, name: question.name, type: question.type, packet, client };
}

/** The port that a server listens on. */
export function portOf(address: AddressInfo | string | null): number {
  if (address === null || typeof address === 'string') throw new Error('not listening on a port');
  return address.port;
}

/** Length and message (RFC 7766 section 8), cut where a network may cut them: within the length, within the message. */
async function inPieces(socket: Socket, message: Buffer): Promise<void> {
  const length = Buffer.alloc(2);
  length.writeUInt16BE(message.length);
  const framed = Buffer.concat([length, message]);
  for (const piece of [framed.subarray(0, 1), framed.subarray(1, 9), framed.subarray(9)]) {
    socket.write(piece);
    await pause(5);
  }
}

/** Starts a server that ends with the test. */
export async function scriptedServer(script: Script, ip = '127.0.0.1'): Promise<ScriptedServer> {
  const seen: Asked[] = [];
  const sockets = new Set<Socket>();
  const answer = async (query: Asked, send: (message: Buffer) => void): Promise<void> => {
    seen.push(query);
    for (const message of await script(query)) send(message);
  };
  const tcp = createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy());
    socket.once('data', (bytes: Buffer) => {
      void answer(asked(bytes.subarray(2), 'tcp'), (message) => {
        void inPieces(socket, message);
      });
    });
  });
  await new Promise<void>((resolve) => tcp.listen(0, ip, resolve));
  const port = portOf(tcp.address());
  const udp = createSocket(ip.includes(':') ? 'udp6' : 'udp4');
  udp.on('message', (bytes, client) => {
    void answer(asked(bytes, 'udp', client), (message) => udp.send(message, client.port, client.address));
  });
  await new Promise<void>((resolve) => udp.bind(port, ip, resolve));
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    await Promise.all([
      new Promise((resolve) => tcp.close(resolve)),
      new Promise<void>((resolve) => udp.close(resolve)),
    ]);
  });
  return { ip, port, seen };
}

export interface Said {
  readonly id?: number;
  readonly questions?: Question[];
  readonly rcode?: number;
  readonly secure?: boolean;
  readonly recursive?: boolean;
  readonly truncated?: boolean;
  readonly answers?: Answer[];
  readonly authorities?: Answer[];
  /** RFC 8914 codes with text. */
  readonly extended?: readonly (readonly [number, string])[];
  readonly additionals?: Answer[];
}

/** A reply to a query, as a resolver would give it but for what is said. */
export function reply(
  packet: { id?: number | undefined; questions?: Question[] | undefined },
  said: Said = {},
): Buffer {
  const { rcode = 0, recursive = true } = said;
  return encode({
    type: 'response',
    id: said.id ?? packet.id,
    flags:
      (recursive ? RECURSION_AVAILABLE : 0) |
      (said.secure === true ? AUTHENTIC_DATA : 0) |
      (said.truncated === true ? TRUNCATED_RESPONSE : 0) |
      (rcode & 0x0f),
    questions: said.questions ?? packet.questions,
    answers: said.answers ?? [],
    authorities: said.authorities ?? [],
    additionals: said.additionals ?? [opt(rcode >> 4, said.extended ?? [])],
  });
}

export function opt(extendedRcode: number, extended: readonly (readonly [number, string])[]): OptAnswer {
  return {
    type: 'OPT',
    name: '.',
    udpPayloadSize: 1232,
    extendedRcode,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: extended.map(([code, text]) => {
      const data = Buffer.concat([Buffer.from([code >> 8, code & 0xff]), Buffer.from(text)]);
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- dns-packet writes any option, its types know few
      return { code: 15, data } as unknown as PacketOpt;
    }),
  };
}

export const soa = (name: string, ttl: number, minimum: number): Answer => ({
  name,
  type: 'SOA',
  ttl,
  data: { mname: `ns.${name}`, rname: `admin.${name}`, serial: 1, refresh: 1, retry: 1, expire: 1, minimum },
});

export const mx = (name: string, preference: number, exchange: string, ttl = 300): Answer => ({
  name,
  type: 'MX',
  ttl,
  data: { preference, exchange },
});

export const a = (name: string, data: string, ttl = 300): Answer => ({ name, type: 'A', ttl, data });
export const cname = (name: string, data: string, ttl = 300): Answer => ({ name, type: 'CNAME', ttl, data });
