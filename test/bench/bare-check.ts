/**
 * The least a client can do to check a domain: MX, addresses, sessions, each as soon as it can be. As a process,
 * `bare-check.ts RESOLVER DOMAIN SMTP-PORT`, it is what a whole command is measured by.
 */
import { RECURSION_DESIRED, decode, encode } from 'dns-packet';
import type { Answer } from 'dns-packet';
import { createSocket } from 'node:dgram';
import { connect } from 'node:http2';
import { bareSession } from './bare-session.ts';

export type BareLookUp = (name: string, type: 'MX' | 'A') => Promise<readonly Answer[]>;

export interface BareResolver {
  readonly lookUp: BareLookUp;
  readonly close: () => void;
}

/** @param address as `MAILTLS_RESOLVERS` writes one */
export function bareResolver(address: string): BareResolver {
  return address.startsWith('https:') ? overHttps(new URL(address)) : overUdp(new URL(address));
}

function overUdp({ hostname, port }: URL): BareResolver {
  return {
    close: () => {},
    lookUp: (name, type) =>
      new Promise((resolve, reject) => {
        const socket = createSocket('udp4');
        socket.once('error', reject);
        socket.once('message', (message) => {
          socket.close();
          resolve(decode(message).answers ?? []);
        });
        socket.send(query(name, type), Number(port), hostname);
      }),
  };
}

function overHttps({ origin, pathname }: URL): BareResolver {
  const session = connect(origin);
  return {
    close: () => session.destroy(),
    lookUp: (name, type) =>
      new Promise((resolve, reject) => {
        const stream = session.request({
          ':method': 'POST',
          ':path': pathname,
          'content-type': 'application/dns-message',
        });
        const chunks: Buffer[] = [];
        stream.on('data', (chunk: Buffer) => chunks.push(chunk));
        stream.once('error', reject);
        stream.once('end', () => resolve(decode(Buffer.concat(chunks)).answers ?? []));
        stream.end(query(name, type));
      }),
  };
}

const query = (name: string, type: 'MX' | 'A'): Buffer =>
  encode({ type: 'query', id: 1, flags: RECURSION_DESIRED, questions: [{ name, type }] });

/** @returns once the last server has answered the EHLO inside TLS; `gone` when all have taken their leave */
export async function bareCheck(
  domain: string,
  lookUp: BareLookUp,
  port: number,
): Promise<{ readonly gone: Promise<unknown> }> {
  const exchanges = (await lookUp(domain, 'MX')).flatMap((answer) =>
    answer.type === 'MX' ? [answer.data.exchange] : [],
  );
  const sessions = await Promise.all(
    exchanges.map(async (exchange) => {
      const ips = (await lookUp(exchange, 'A')).flatMap((answer) =>
        answer.type === 'A' ? [answer.data] : [],
      );
      return Promise.all(ips.map((ip) => bareSession(ip, port, exchange)));
    }),
  );
  return { gone: Promise.all(sessions.flat().map(({ gone }) => gone)) };
}

if (import.meta.main) {
  const [address = '', domain = '', port = ''] = process.argv.slice(2);
  const resolver = bareResolver(address);
  const { gone } = await bareCheck(domain, resolver.lookUp, Number(port));
  process.stdout.write(`${domain} encrypts\n`);
  await gone;
  resolver.close();
}
