/**
 * Addresses that do not answer a connection attempt. A thread listens with the shortest queue there is and then
 * sleeps for good, so nothing is ever accepted; once the queue is full the kernel drops every further SYN.
 */
import { createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';

const [port, ...ips] = Array.from<unknown>(workerData).map(String);

const listening = ips.map(
  (ip) =>
    new Promise<void>((resolve, reject) => {
      const server = createServer();
      server.once('error', reject);
      server.listen({ host: ip, port: Number(port), backlog: 1 }, resolve);
    }),
);
await Promise.all(listening);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread, not a window
parentPort?.postMessage('listening');
Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
