/**
 * DNS over UDP (RFC 1035 section 4.2.1). Anyone can send us a datagram, so an answer is one only if it comes
 * from the address asked, to the port and with the id and question of the query (RFC 5452 section 9.1): each
 * query has a socket of its own on a port of the system's choosing, connected, which makes the system drop what
 * others send, and a random id. What does not fit is dropped, and the wait goes on. Too large an answer is
 * asked for again over TCP.
 */
import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { isIPv6 } from 'node:net';
import type { RecordType } from './answer.ts';
import { encodeQuery, readReply } from './message.ts';
import type { Query } from './message.ts';
import { askOverTcp } from './tcp.ts';
import { errorCode } from './transport.ts';
import type { Exchange, Transport } from './transport.ts';

/** A lost datagram is sent again, the same to the bit: another id would give a forger more chances. */
const SENDINGS = 3;

/** @param timeoutMs for one exchange, TCP included */
export function udpTransport(ip: string, port: number, timeoutMs: number): Transport {
  const underWay = new Set<() => void>();

  function exchange<T extends RecordType>(query: Query<T>): Promise<Exchange<T>> {
    return new Promise((resolve) => {
      const id = randomInt(0x1_0000);
      const message = encodeQuery(query, id);
      const socket = createSocket(isIPv6(ip) ? 'udp6' : 'udp4');
      let tcp: AbortController | null = null;

      const finish = (result: Exchange<T>): void => {
        if (!underWay.delete(close)) return;
        clearTimeout(deadline);
        clearInterval(again);
        socket.close();
        tcp?.abort('done');
        resolve(result);
      };
      const close = (): void => finish({ status: 'refused', detail: 'closed' });
      const send = (): void => {
        if (tcp === null) socket.send(message, () => {}); // its error comes as an event too
      };
      const read = (reply: Buffer): void => {
        const result = readReply(reply, query, id);
        if (result.status === 'reply') finish(result);
        else if (result.status === 'malformed') finish({ status: 'malformed', detail: '' });
        else if (result.status === 'truncated' && tcp === null) {
          tcp = new AbortController();
          void askAgainOverTcp(tcp.signal);
        }
      };
      const askAgainOverTcp = async (signal: AbortSignal): Promise<void> => {
        const reply = await askOverTcp({ ip, port }, message, signal);
        if (reply.status === 'refused') return finish(reply);
        read(reply.message);
        finish({ status: 'malformed', detail: 'not an answer to the query sent over TCP' });
      };

      const deadline = setTimeout(() => finish({ status: 'timeout', detail: '' }), timeoutMs);
      const again = setInterval(send, timeoutMs / SENDINGS);
      underWay.add(close);
      socket.on('message', read);
      socket.on('error', (error) => finish({ status: 'refused', detail: errorCode(error) }));
      socket.once('connect', send);
      socket.connect(port, ip);
    });
  }

  return {
    name: `udp://${isIPv6(ip) ? `[${ip}]` : ip}:${port}`,
    exchange,
    close: () => {
      for (const close of underWay) close();
    },
  };
}
