/** The lab's resolver on the wire: UDP and TCP on one port (RFC 7766), and DNS over HTTPS (RFC 8484). */
import { decode } from 'dns-packet';
import type { Packet } from 'dns-packet';
import { createSocket } from 'node:dgram';
import type { Socket as UdpSocket } from 'node:dgram';
import { once } from 'node:events';
import { createSecureServer } from 'node:http2';
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2';
import type { Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import type { Credentials } from './authority.ts';
import { answersTo } from './dns-answer.ts';
import type { Query } from './dns-answer.ts';
import { listen } from './listener.ts';
import type { Listener } from './listener.ts';
import type { Zone } from './zone.ts';

/** One query that came. */
export interface SeenQuery {
  readonly over: Query['over'];
  /** As asked, in lower case. */
  readonly name: string;
  readonly type: string;
  readonly flags: number;
}

export interface DnsServer {
  readonly udpPort: number;
  readonly dohPort: number;
  readonly seen: readonly SeenQuery[];
  readonly close: () => Promise<void>;
}

const HOST = '127.0.0.1';
const ATTEMPTS = 10;
const MOST_SEEN = 100_000;
const LARGEST_QUERY_BYTES = 4096;

export async function startDns(zone: Zone, credentials: Credentials, delayMs: number): Promise<DnsServer> {
  const seen: SeenQuery[] = [];
  const counts = new Map<string, number>();

  /** The answers to one query; none for what is no query. */
  function answers(message: Buffer, over: Query['over']): readonly Buffer[] {
    const packet = decodedQuery(message);
    const question = packet?.questions?.[0];
    if (packet === null || question === undefined) return [];
    const name = question.name.toLowerCase();
    if (seen.length < MOST_SEEN) seen.push({ over, name, type: question.type, flags: packet.flags ?? 0 });
    const key = `${over} ${name} ${question.type}`;
    const before = counts.get(key) ?? 0;
    counts.set(key, before + 1);
    return answersTo(zone, { packet, over, before });
  }

  const { tcp, udp } = await onePort((socket) => serveTcp(socket, (query) => answers(query, 'tcp')), delayMs);
  udp.on('message', (message, peer) => {
    void (async () => {
      if (delayMs > 0) await pause(2 * delayMs);
      for (const answer of answers(message, 'udp')) udp.send(answer, peer.port, peer.address, () => {});
    })();
  });
  const doh = createSecureServer({ ...credentials, allowHTTP1: true }, (request, response) => {
    void serveDoh(request, response, (query) => answers(query, 'doh')).catch(() =>
      response.stream?.destroy(),
    );
  });
  const serveTls = (socket: Socket): void => {
    socket.on('end', () => socket.end());
    doh.emit('connection', socket);
  };
  const https: Listener = await listen(HOST, 0, serveTls, delayMs);

  return {
    udpPort: tcp.port,
    dohPort: https.port,
    seen,
    async close() {
      await Promise.all([new Promise<void>((resolve) => udp.close(resolve)), tcp.close(), https.close()]);
    },
  };
}

/** A port that is free over TCP may be taken over UDP; then another one is tried. */
async function onePort(
  serve: (socket: Socket) => void,
  delayMs: number,
): Promise<{ tcp: Listener; udp: UdpSocket }> {
  for (let attempt = 1; ; attempt += 1) {
    const tcp = await listen(HOST, 0, serve, delayMs);
    const udp = createSocket('udp4');
    try {
      udp.bind(tcp.port, HOST);
      await once(udp, 'listening');
      return { tcp, udp };
    } catch (error) {
      udp.close();
      await tcp.close();
      if (attempt === ATTEMPTS) throw error;
    }
  }
}

function decodedQuery(message: Buffer): Packet | null {
  try {
    const packet = decode(message);
    return packet.type === 'query' ? packet : null;
  } catch {
    return null;
  }
}

/** RFC 1035 section 4.2.2: two bytes of length before each message. */
function serveTcp(socket: Socket, answers: (query: Buffer) => readonly Buffer[]): void {
  let received = Buffer.alloc(0);
  socket.on('error', () => socket.destroy());
  socket.on('end', () => socket.end());
  socket.on('data', (bytes) => {
    received = Buffer.concat([received, bytes]);
    while (received.length >= 2 && received.length >= 2 + received.readUInt16BE(0)) {
      const end = 2 + received.readUInt16BE(0);
      for (const answer of answers(received.subarray(2, end))) {
        const length = Buffer.alloc(2);
        length.writeUInt16BE(answer.length);
        socket.write(Buffer.concat([length, answer]));
      }
      received = received.subarray(end);
    }
  });
}

/** RFC 8484 section 4.1, POST alone. */
async function serveDoh(
  request: Http2ServerRequest,
  response: Http2ServerResponse,
  answers: (query: Buffer) => readonly Buffer[],
): Promise<void> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_QUERY_BYTES) break;
  }
  const reply = (status: number, body: Buffer | string, type: string): void => {
    response.writeHead(status, { 'content-type': type, 'cache-control': 'max-age=60' });
    response.end(body);
  };
  if (request.url !== '/dns-query') return reply(404, 'no such page', 'text/plain');
  if (request.method !== 'POST') return reply(405, 'POST alone', 'text/plain');
  if (request.headers['content-type'] !== 'application/dns-message')
    return reply(415, 'not DNS', 'text/plain');
  if (sizeBytes > LARGEST_QUERY_BYTES) return reply(413, 'too large', 'text/plain');
  const [answer] = answers(Buffer.concat(chunks));
  if (answer !== undefined) reply(200, answer, 'application/dns-message');
}
