/** Starts the thread whose addresses drop every connection attempt, and fills their queues. */
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { Worker } from 'node:worker_threads';

/** A queue of length 1 holds two connections on Linux; they are ours, and stay. */
const CONNECTIONS_TO_FILL_A_QUEUE = 2;

/** @returns what ends it; rejects when an address cannot be had */
export async function dropConnectionAttempts(
  ips: readonly string[],
  port: number,
): Promise<() => Promise<void>> {
  const worker = new Worker(new URL('./dropping.worker.ts', import.meta.url), { workerData: [port, ...ips] });
  worker.unref();
  // Rejects with the thread's own error when an address cannot be had.
  await once(worker, 'message');
  const fillers: Socket[] = [];
  for (const ip of ips) {
    for (let number = 0; number < CONNECTIONS_TO_FILL_A_QUEUE; number += 1) {
      const socket = connect(port, ip);
      fillers.push(socket);
      await once(socket, 'connect');
      socket.on('error', () => socket.destroy()).unref();
    }
  }
  return async () => {
    for (const socket of fillers) socket.destroy();
    await worker.terminate();
  };
}
