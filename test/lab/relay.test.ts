import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { afterEach, describe, expect, it } from 'vitest';
import { relay } from './relay.ts';

const DELAY_MS = 40;
const open: { close: () => void }[] = [];
afterEach(() => {
  for (const one of open.splice(0)) one.close();
});

async function listening(onConnection: (socket: Socket) => void): Promise<number> {
  const server: Server = createServer({ allowHalfOpen: true }, onConnection);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  open.push(server);
  const bound = server.address();
  return typeof bound === 'object' && bound !== null ? bound.port : 0;
}

/** A client of `far`, behind a relay. */
async function throughRelay(far: (socket: Socket) => void, delayMs = DELAY_MS): Promise<Socket> {
  const farPort = await listening(far);
  const nearPort = await listening((socket) =>
    relay(socket, () => connect({ port: farPort, host: '127.0.0.1', allowHalfOpen: true }), delayMs),
  );
  const client = connect({ port: nearPort, host: '127.0.0.1', allowHalfOpen: true });
  await once(client, 'connect');
  return client;
}

describe('the relay', () => {
  it('makes a server that speaks first wait a round trip for TCP and a flight for its words', async () => {
    const startedAt = performance.now();
    const client = await throughRelay((socket) => socket.end('220 hello'));
    expect(await text(client)).toBe('220 hello');
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(4 * DELAY_MS);
    client.destroy();
  });

  it('makes a question and its answer pay a round trip more', async () => {
    const client = await throughRelay((socket) => socket.pipe(socket));
    client.write('a');
    await once(client, 'data');
    const askedAt = performance.now();
    client.write('b');
    await once(client, 'data');
    expect(performance.now() - askedAt).toBeGreaterThanOrEqual(2 * DELAY_MS);
    client.destroy();
  });

  it('keeps every byte in order, through a slow reader and more than the wire holds', async () => {
    const sent = Buffer.alloc(6 << 20, 'The quick brown fox jumps over the lazy dog. ');
    const client = await throughRelay((socket) => socket.end(sent), 1);
    client.pause();
    await new Promise((resolve) => setTimeout(resolve, 50));
    const received: Buffer[] = [];
    for await (const chunk of client as AsyncIterable<Buffer>) received.push(chunk);
    expect(Buffer.concat(received).equals(sent)).toBe(true);
  });

  it('holds no more than a bounded number of bytes for a reader that does not read', async () => {
    let taken = 0;
    const client = await throughRelay((socket) => {
      const chunk = Buffer.alloc(65_536);
      const more = (): void => {
        if (!socket.destroyed) socket.write(chunk, () => ((taken += chunk.length), more()));
      };
      socket.on('error', () => socket.destroy());
      more();
    }, 1);
    client.pause();
    let before = -1;
    while (taken !== before) {
      before = taken;
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
    // The wire's own megabyte, and what the kernel and the sockets hold at three places on the way.
    expect(taken).toBeLessThan(32 << 20);
    client.destroy();
  });

  it('passes on the end of one direction and leaves the other open', async () => {
    const client = await throughRelay((socket) => {
      void text(socket).then((all) => socket.end(`heard: ${all}`));
    });
    client.end('all I have to say');
    expect(await text(client)).toBe('heard: all I have to say');
  });

  it('passes on a reset as a reset, either way', async () => {
    const client = await throughRelay((socket) => socket.resetAndDestroy());
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);

    const seen = Promise.withResolvers<string | undefined>();
    const leaving = await throughRelay((socket) => {
      socket.on('error', (error: NodeJS.ErrnoException) => seen.resolve(error.code));
      socket.write('hello');
    });
    await once(leaving, 'data');
    leaving.resetAndDestroy();
    expect(await seen.promise).toBe('ECONNRESET');
  });

  it('passes on a refused connection as a reset', async () => {
    const farPort = await listening(() => {});
    open.pop()?.close();
    const nearPort = await listening((socket) =>
      relay(socket, () => connect({ port: farPort, host: '127.0.0.1', allowHalfOpen: true }), 1),
    );
    const client = connect(nearPort, '127.0.0.1');
    expect(await once(client, 'error')).toMatchObject([{ code: 'ECONNRESET' }]);
  });
});
