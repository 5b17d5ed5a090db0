/** A private unbound that validates what the lab's zones sign: its own port, its files in a folder that goes away. */
import { spawn, spawnSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SignedDns } from './signed-dns.ts';

export interface Unbound {
  readonly port: number;
  readonly close: () => Promise<void>;
}

/** Null when it is here, else why not. */
export const unboundLack = (): string | null =>
  spawnSync('unbound', ['-V']).status === 0 ? null : 'unbound is not installed (Debian: apt install unbound)';

/** @param wanted port on 127.0.0.1; any that is free where left out */
export async function startUnbound(dns: SignedDns, wanted?: number): Promise<Unbound> {
  const port = wanted ?? (await freePort());
  const folder = await mkdtemp(join(tmpdir(), 'mailtls-unbound-'));
  const file = join(folder, 'unbound.conf');
  await writeFile(
    file,
    `server:
  interface: 127.0.0.1@${port}
  directory: "${folder}"
  chroot: ""
  username: ""
  pidfile: ""
  use-syslog: no
  do-daemonize: no
  do-not-query-localhost: no
  num-threads: 1
  module-config: "validator iterator"
  trust-anchor: "${dns.anchor}"
forward-zone:
  name: "."
  forward-addr: 127.0.0.1@${dns.port}
remote-control:
  control-enable: no
`,
  );
  const child = spawn('unbound', ['-d', '-v', '-c', file], { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(child, 'exit');
  let said = '';
  await new Promise<void>((resolve, reject) => {
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      said = (said + text).slice(-4000);
      if (said.includes('start of service')) resolve();
    });
    void exited.then(() => reject(new Error(`unbound did not start: ${said}`)));
  });
  return {
    port,
    async close() {
      child.kill('SIGTERM');
      await exited;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(() => resolve()));
  return port;
}
