/** What a process says to the internet after Lambda froze it: over connections that it opened since. */
import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { freshFetch } from '../../functions/aws/fresh-fetch.ts';

/** A server that has forgotten a connection by the time it is used again. */
async function forgetful(): Promise<string> {
  const used = new Set<Socket>();
  const server = createServer((request, response) => {
    if (used.has(request.socket)) request.socket.destroy();
    else response.end(String(request.headers['content-type']));
    used.add(request.socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/`;
}

test('one post after another is answered, each with the fields it was given', async () => {
  const url = await forgetful();
  for (const type of ['application/json', 'text/plain']) {
    const response = await freshFetch(url, { method: 'POST', body: '{}', headers: { 'Content-Type': type } });
    expect(await response.text()).toBe(type);
    await wait(10); // by then a connection that is kept is free again
  }
});
