/** Node's HTTP server in front of the service: bounds on what a connection may cost, and an orderly end. */
import { once } from 'node:events';
import { Server } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import type { createService } from '../http/service.ts';

export interface HttpServer {
  readonly port: number;
  /** Takes no further connections. */
  readonly stopListening: () => void;
  /** Resolves when every request under way has its response, or was given up. */
  readonly close: () => Promise<void>;
}

const MOST_CONNECTIONS = 2000;
const HEADERS_MS = 10_000;
const REQUEST_MS = 30_000;
/** Longer than anybody may wait for a check: a client that takes nothing for so long is left. */
const SILENT_MS = 150_000;
/** How long responses may take to be sent once there is nothing more to wait for. */
const LAST_WORDS_MS = 1000;

/**
 * Rejects with the system's error when it cannot listen there.
 * @param silentMs for how long nothing may pass over a connection
 */
export async function listen(
  service: ReturnType<typeof createService>,
  at: { readonly address: string; readonly port: number },
  silentMs = SILENT_MS,
): Promise<HttpServer> {
  const server = createAdaptorServer({
    fetch: (request, environment) =>
      service.fetch(request, { clientAddress: environment.incoming.socket.remoteAddress ?? '' }),
  });
  if (!(server instanceof Server)) throw new TypeError('this door speaks HTTP/1.1');
  server.maxConnections = MOST_CONNECTIONS;
  server.headersTimeout = HEADERS_MS;
  server.requestTimeout = REQUEST_MS;
  server.timeout = silentMs;
  server.listen({ host: at.address, port: at.port });
  await once(server, 'listening');
  const closed = new Promise<void>((resolve) => server.once('close', () => resolve()));
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? at.port) : at.port,
    stopListening: () => void server.close(),
    async close() {
      server.closeIdleConnections();
      await Promise.race([closed, wait(LAST_WORDS_MS, undefined, { ref: false })]);
      server.closeAllConnections();
    },
  };
}
