/** OpenSSL's command line as a second opinion: `openssl s_client` with TLSA records, against a server on loopback. */
import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, createServer } from 'node:tls';
import type { SecureContext } from 'node:tls';
import type { TlsaRecord } from '../../../functions/policy/dane/tlsa-records.ts';
import type { Made } from './chain.ts';

function opensslVersion(): string | null {
  try {
    return execFileSync('openssl', ['version'], { encoding: 'utf8' });
  } catch (error) {
    if (process.env['CI'] === 'true') throw error;
    return null;
  }
}

/** The version of the openssl command, or null where there is none; there must be one where CI is set. */
export const openssl = opensslVersion();

export interface OpensslDane {
  readonly verify: (
    baseDomain: string,
    chain: readonly Made[],
    records: readonly TlsaRecord[],
  ) => Promise<{ readonly verdict: 'match' | 'mismatch'; readonly output: string }>;
  readonly stop: () => Promise<void>;
}

export async function startOpensslDane(): Promise<OpensslDane> {
  let context: SecureContext | null = null;
  const server = createServer({ SNICallback: (_name, done) => done(null, context ?? undefined) });
  server.on('secureConnection', (socket) => socket.on('error', () => socket.destroy()).end());
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : null;
  return {
    async verify(baseDomain, chain, records) {
      const [own] = chain;
      context = createSecureContext({ cert: chain.map(({ pem }) => `${pem}\n`).join(''), key: own?.keyPem });
      const pins = records.flatMap(({ usage, selector, matchingType, data }) => [
        '-dane_tlsa_rrdata',
        `${usage} ${selector} ${matchingType} ${data}`,
      ]);
      const output = await new Promise<string>((resolve) => {
        const client = execFile(
          'openssl',
          // prettier-ignore
          ['s_client', '-connect', `127.0.0.1:${port}`, '-servername', baseDomain, '-dane_tlsa_domain', baseDomain,
            '-dane_ee_no_namechecks', '-verify_return_error', '-brief', '-no-CAfile', '-no-CApath', ...pins],
          { timeout: 10_000 },
          (_error, stdout, stderr) => resolve(stdout + stderr),
        );
        client.stdin?.end();
      });
      return { verdict: /^Verification: OK$/m.test(output) ? 'match' : 'mismatch', output };
    },
    async stop() {
      server.close();
      await once(server, 'close');
    },
  };
}

/**
 * States what `openssl verify` says of a chain under a trust anchor that need not sign itself: nothing of TLSA
 * records, only whether the path holds for a TLS server of that name.
 */
export function opensslVerify(host: string, chain: readonly Made[], anchor: Made): 'holds' | 'fails' {
  const folder = mkdtempSync(join(tmpdir(), 'mailtls-verify-'));
  const write = (name: string, made: readonly Made[]): string => {
    const path = join(folder, name);
    writeFileSync(path, made.map(({ pem }) => pem).join(''));
    return path;
  };
  try {
    // prettier-ignore
    const options = ['-partial_chain', '-no-CAfile', '-no-CApath', '-purpose', 'sslserver', '-verify_hostname', host,
      '-trusted', write('anchor.pem', [anchor]), '-untrusted', write('sent.pem', chain.slice(1))];
    execFileSync('openssl', ['verify', ...options, write('server.pem', chain.slice(0, 1))], {
      stdio: 'pipe',
    });
    return 'holds';
  } catch {
    return 'fails';
  } finally {
    rmSync(folder, { recursive: true });
  }
}
