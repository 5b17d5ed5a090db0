/**
 * A private Postfix: its own configuration, queue and log in a temporary folder, on loopback addresses and a
 * port of its own, without touching the machine's mail service. Postfix's master starts as root only, so these
 * tests run where they are root (as in CI) and say that they were left out elsewhere.
 */
import { execFile, execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { promisify } from 'node:util';

export interface PostfixService {
  readonly ip: string;
  /** smtpd settings of this address alone, as `-o` takes them. */
  readonly settings: readonly string[];
}

export interface PostfixOptions {
  readonly hostname: string;
  readonly port: number;
  readonly certificatePem: string;
  readonly keyPem: string;
  readonly services: readonly PostfixService[];
}

const SBIN = '/usr/sbin/postfix';
const START_WITHIN_MS = 20_000;

/** Why no Postfix can be started here, or null when one can. Under CI a missing one is no excuse. */
export function postfixLack(): string | null {
  if (!existsSync(SBIN)) return 'Postfix is not installed (Debian: apt-get install postfix)';
  return process.getuid?.() === 0 ? null : 'Postfix starts as root only';
}

/** @returns a port that nothing listens on at this address; Postfix cannot choose one itself */
export async function freePort(ip: string): Promise<number> {
  const server = createServer().listen(0, ip);
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('a TCP server has a port');
  return address.port;
}

/** @returns what stops it and removes every trace of it */
export async function startPostfix(options: PostfixOptions): Promise<{ readonly stop: () => Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'mailtls-postfix-'));
  chmodSync(folder, 0o755);
  const configuration = join(folder, 'etc');
  for (const name of ['etc', 'queue', 'data']) mkdirSync(join(folder, name));
  execFileSync('chown', ['postfix', join(folder, 'data')]);
  writeFileSync(join(configuration, 'server.pem'), options.keyPem + options.certificatePem, { mode: 0o600 });
  writeFileSync(join(configuration, 'main.cf'), mainCf(folder, options));
  writeFileSync(join(configuration, 'master.cf'), masterCf(options));

  const master = spawn(SBIN, ['-c', configuration, 'start-fg'], { stdio: 'ignore' });
  const stop = async (): Promise<void> => {
    await promisify(execFile)(SBIN, ['-c', configuration, 'stop']).catch(() => master.kill());
    if (master.exitCode === null) await new Promise((resolve) => master.once('exit', resolve));
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await Promise.all(options.services.map(({ ip }) => listening(ip, options.port)));
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function mainCf(folder: string, { hostname }: PostfixOptions): string {
  return `compatibility_level = 3.6
queue_directory = ${folder}/queue
data_directory = ${folder}/data
maillog_file = ${folder}/postfix.log
maillog_file_prefixes = ${folder}
mail_owner = postfix
setgid_group = postdrop
myhostname = ${hostname}
mydestination =
mynetworks =
inet_interfaces = all
inet_protocols = ipv4
alias_maps =
alias_database =
smtpd_relay_restrictions = reject
smtpd_peername_lookup = no
smtpd_tls_chain_files = ${folder}/etc/server.pem
smtpd_tls_session_cache_database =
`;
}

function masterCf({ port, services }: PostfixOptions): string {
  const smtpd = services.map(
    ({ ip, settings }) =>
      `${ip}:${port} inet n - n - - smtpd${settings.map((setting) => `\n  -o ${setting}`).join('')}`,
  );
  return `${smtpd.join('\n')}
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
rewrite unix - - n - - trivial-rewrite
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
pickup unix n - n 60 1 pickup
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
proxymap unix - - n - - proxymap
postlog unix-dgram n - n - 1 postlogd
`;
}

async function listening(ip: string, port: number): Promise<void> {
  const until = Date.now() + START_WITHIN_MS;
  while (Date.now() < until) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, ip);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (open) return;
    await pause(100);
  }
  throw new Error(`Postfix did not listen on ${ip} port ${port} within ${START_WITHIN_MS} ms`);
}
