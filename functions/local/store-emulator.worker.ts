/**
 * DynamoDB on this machine, in a thread of its own: what goes wrong in the emulator (a full disk is an exception
 * that nobody catches there) ends the thread and not the service. It answers only who knows the access key, for
 * every program on the machine can reach the port, and every web page can try to.
 */
import { timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';
import dynalite from 'dynalite';
import type { EmulatorOptions } from './store-emulator.ts';

const MOST_CONNECTIONS = 1024;
const { folder, accessKey }: EmulatorOptions = workerData;

const emulator = dynalite({ path: folder, createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 });
const door = createServer((request, response) => {
  const { authorization = '', origin } = request.headers;
  if (origin === undefined && showsKey(authorization)) {
    emulator.emit('request', request, response);
  } else response.writeHead(403).end();
});
door.maxConnections = MOST_CONNECTIONS;
door.listen(0, '127.0.0.1', () => {
  const address = door.address();
  parentPort?.postMessage({ port: typeof address === 'object' ? address?.port : null }, []);
});

/** How long it takes tells nothing of the key. */
function showsKey(authorization: string): boolean {
  const shown = Buffer.from(/ Credential=([^/,]*)\//.exec(authorization)?.[1] ?? '');
  const known = Buffer.from(accessKey);
  return shown.length === known.length && timingSafeEqual(shown, known);
}

parentPort?.once('message', () => {
  door.close();
  door.closeAllConnections();
  // The emulator closes its files when it closes the server that it never listened on.
  emulator.listen(0, '127.0.0.1', () => emulator.close(() => process.exit(0)));
});
