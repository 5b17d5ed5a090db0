/** What a connection may cost: one that takes nothing of what it asked for is not held for ever. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { listen } from '../../functions/local/serve-http.ts';
import { testService } from './test-service.ts';

/** Node tells here of every connection that one of its servers takes. */
const TAKEN = 'net.server.socket';

test('a client that asks and asks and never reads is left', async () => {
  const { service } = testService();
  const server = await listen(service, { address: '127.0.0.1', port: 0 }, 200);
  const taken = Promise.withResolvers<Socket>();
  const onTaken = (told: unknown): void => {
    if (typeof told !== 'object' || told === null || !('socket' in told)) return;
    if (told.socket instanceof Socket && told.socket.localPort === server.port) taken.resolve(told.socket);
  };
  subscribe(TAKEN, onTaken);
  const client = connect(server.port, '127.0.0.1').on('error', () => {});
  onTestFinished(async () => {
    unsubscribe(TAKEN, onTaken);
    client.destroy();
    await server.close();
  });
  client.pause();
  client.write('GET /v1/openapi.json HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'.repeat(2_000));
  const held = await taken.promise;
  await once(held, 'close');
  expect(held.destroyed).toBe(true);
});
