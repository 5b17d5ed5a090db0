/**
 * The least a client can do that asks a mail server for TLS: the same commands as ours, one after the other,
 * and not one line of reading, recording or care beyond finding the end of a reply. What ours is measured by.
 */
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { connect as secure, createSecureContext } from 'node:tls';

const LAST_LINE = /^\d{3}(?: .*)?\r\n$/m;
const secureContext = createSecureContext({ minVersion: 'TLSv1.2' });

/** @returns once the EHLO inside TLS is answered; `gone` when the server has taken its leave too */
export async function bareSession(
  ip: string,
  port: number,
  servername: string,
): Promise<{ readonly gone: Promise<void> }> {
  const raw = connect({ host: ip, port, noDelay: true });
  await reply(raw);
  raw.write('EHLO [127.0.0.1]\r\n');
  await reply(raw);
  raw.write('STARTTLS\r\n');
  await reply(raw);
  const secured = secure({ socket: raw, secureContext, servername, rejectUnauthorized: false });
  secured.write('EHLO [127.0.0.1]\r\n');
  await reply(secured);
  const gone = new Promise<void>((resolve) => secured.once('close', () => resolve()));
  secured.end('QUIT\r\n');
  secured.resume();
  return { gone };
}

function reply(socket: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    let text = '';
    const onData = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!LAST_LINE.test(text)) return;
      socket.off('data', onData);
      socket.off('error', reject);
      resolve();
    };
    socket.on('data', onData);
    socket.once('error', reject);
  });
}
