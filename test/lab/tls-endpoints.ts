/**
 * From a bare connection to one inside TLS. There is one node:tls server for each way of doing TLS; it does not
 * listen, connections are handed to it once STARTTLS was answered.
 */
import type { Socket } from 'node:net';
import { createServer } from 'node:tls';
import type { Server, TLSSocket } from 'node:tls';
import type { Authority } from './authority.ts';
import type { Tls } from './posture.ts';

const peer = (socket: Socket): string => `${socket.remoteAddress} ${socket.remotePort}`;

export interface TlsEndpoints {
  /** The connection inside TLS, or null when the handshake came to nothing. */
  readonly upgrade: (raw: Socket, tls: Tls) => Promise<TLSSocket | null>;
}

/** States how a mail server with these names turns to TLS. Certificates are made at the first handshake. */
export function tlsEndpoints(hosts: readonly string[], authority: Authority): TlsEndpoints {
  const servers = new Map<Tls, Server>();
  const waiting = new Map<string, (secured: TLSSocket) => void>();

  function make(tls: Tls): Server {
    const credentials = (host: string) => authority.credentials(tls.certificate ?? 'sound', host);
    const server = createServer({
      ...credentials(hosts[0] ?? ''),
      minVersion: tls.minVersion ?? 'TLSv1.2',
      maxVersion: tls.maxVersion ?? 'TLSv1.3',
      ...(tls.ciphers === undefined ? {} : { ciphers: tls.ciphers }),
      ...(tls.groups === undefined ? {} : { ecdhCurve: tls.groups }),
    });
    for (const host of hosts.slice(1)) server.addContext(host, credentials(host));
    server.on('secureConnection', (secured) => waiting.get(peer(secured))?.(secured));
    server.on('tlsClientError', (_error, secured) => secured.destroy());
    return server;
  }

  return {
    async upgrade(raw, tls) {
      const server = servers.get(tls) ?? make(tls);
      servers.set(tls, server);
      const key = peer(raw);
      try {
        return await new Promise<TLSSocket | null>((resolve) => {
          waiting.set(key, resolve);
          raw.once('close', () => resolve(null));
          server.emit('connection', raw);
        });
      } finally {
        waiting.delete(key);
      }
    },
  };
}
