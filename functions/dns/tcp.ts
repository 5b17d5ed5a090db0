/** DNS over TCP (RFC 7766): the same message behind two octets of its length. */
import { connect } from 'node:net';
import { errorCode } from './transport.ts';

/** What one connection gave: a whole message, or why none came. */
export type TcpReply =
  | { readonly status: 'message'; readonly message: Buffer }
  | { readonly status: 'refused'; readonly detail: string };

/**
 * Sends a query and reads one message, of at most 65,535 octets.
 * @param signal ends it, at the latest when the caller's time is up
 */
export function askOverTcp(
  address: { readonly ip: string; readonly port: number },
  query: Buffer,
  signal: AbortSignal,
): Promise<TcpReply> {
  return new Promise((resolve) => {
    const socket = connect({ host: address.ip, port: address.port, noDelay: true });
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    /** Where the message ends, as far as that is known: its length comes first. */
    let endBytes = 2;
    const finish = (reply: TcpReply): void => {
      signal.removeEventListener('abort', onAbort);
      socket.destroy();
      resolve(reply);
    };
    const onAbort = (): void => finish({ status: 'refused', detail: 'closed' });
    signal.addEventListener('abort', onAbort);
    socket.on('error', (error) => finish({ status: 'refused', detail: errorCode(error) }));
    socket.on('end', () => finish({ status: 'refused', detail: 'TCP connection closed without an answer' }));
    socket.on('data', (chunk: Buffer) => {
      chunks.push(chunk);
      sizeBytes += chunk.length;
      if (sizeBytes < endBytes) return;
      const received = Buffer.concat(chunks);
      endBytes = 2 + received.readUInt16BE(0);
      if (sizeBytes >= endBytes) finish({ status: 'message', message: received.subarray(2, endBytes) });
    });
    const length = Buffer.alloc(2);
    length.writeUInt16BE(query.length);
    // RFC 7766 section 8: length and message in one write, for servers that read but once.
    socket.write(Buffer.concat([length, query]));
  });
}
