/** A listening port whose connections can be closed with it, near by or at the end of a relay. */
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { relay } from './relay.ts';

export interface Listener {
  readonly port: number;
  /** Stops listening and ends what is open. */
  readonly close: () => Promise<void>;
}

/**
 * @param port 0 takes any free one
 * @param onConnection gets it with `allowHalfOpen`: when the client ends its side, ending ours is up to you
 * @param delayMs one way; 0 needs no relay
 * @returns once connections are accepted; rejects when the address or port cannot be had
 */
export async function listen(
  ip: string,
  port: number,
  onConnection: (socket: Socket) => void,
  delayMs: number,
): Promise<Listener> {
  if (delayMs === 0) return direct(ip, port, onConnection);
  const far = await direct(ip, 0, onConnection);
  const dialFar = () => connect({ host: ip, port: far.port, allowHalfOpen: true });
  try {
    const near = await direct(ip, port, (socket) => relay(socket, dialFar, delayMs));
    return {
      port: near.port,
      close: async () => {
        await Promise.all([near.close(), far.close()]);
      },
    };
  } catch (error) {
    await far.close();
    throw error;
  }
}

async function direct(ip: string, port: number, onConnection: (socket: Socket) => void): Promise<Listener> {
  const open = new Set<Socket>();
  const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
    onConnection(socket);
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, ip, resolve);
  });
  const bound = server.address();
  return {
    port: typeof bound === 'object' && bound !== null ? bound.port : port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of open) socket.destroy();
      }),
  };
}
