/** An HTTPS server on loopback that answers as a scripted policy host does, and remembers who came. */
import { once } from 'node:events';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import type { Made } from '../dane/chain.ts';

export interface PolicyHost {
  readonly port: number;
  readonly requests: {
    readonly method: string;
    readonly url: string;
    readonly host: string;
    readonly sni: string;
  }[];
  readonly connections: () => number;
  readonly stop: () => Promise<void>;
}

/** @param chain the certificate it serves, then what it sends along */
export async function startPolicyHost(
  chain: readonly Made[],
  answer: (request: IncomingMessage, response: ServerResponse) => void,
): Promise<PolicyHost> {
  const requests: PolicyHost['requests'] = [];
  let connections = 0;
  let sni = '';
  const server = createServer(
    {
      cert: chain.map(({ pem }) => pem).join(''),
      key: chain[0]?.keyPem,
      SNICallback: (name, done) => {
        sni = name;
        done(null);
      },
    },
    (request, response) => {
      requests.push({
        method: request.method ?? '',
        url: request.url ?? '',
        host: request.headers.host ?? '',
        sni,
      });
      answer(request, response);
    },
  );
  server.on('connection', () => {
    connections += 1;
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' ? (address?.port ?? 0) : 0,
    requests,
    connections: () => connections,
    async stop() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
