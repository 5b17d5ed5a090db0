import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import type { Server } from 'node:tls';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { reverseName } from '../../functions/check-vantage.ts';
import { makeAuthority } from '../lab/authority.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { runMailtls } from './run-mailtls.ts';

let lab: Lab;
let https: Server;
let folder: string;
let environment: Record<string, string>;

const HTTPS_HOST = 'mx.modern.example';

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  const authority = makeAuthority();
  const [ip] = lab.addresses(HTTPS_HOST);
  https = createServer(authority.credentials('sound', HTTPS_HOST)).listen(0, ip);
  https.on('tlsClientError', () => {});
  await once(https, 'listening');
  const address = https.address();
  folder = mkdtempSync(join(tmpdir(), 'mailtls-doctor-'));
  const roots = join(folder, 'roots.pem');
  writeFileSync(roots, lab.caPem + authority.rootPem);
  environment = {
    ...lab.environment,
    NODE_EXTRA_CA_CERTS: roots,
    MAILTLS_SIGNED_NAME: 'mx.secure.example',
    MAILTLS_FORGED_NAME: 'mx.bogus-address.example',
    MAILTLS_HTTPS_CANARY: HTTPS_HOST,
    MAILTLS_HTTPS_PORT: String(typeof address === 'object' ? address?.port : ''),
    MAILTLS_EHLO_NAME: 'probe.example',
    MAILTLS_CONNECT_TIMEOUT_MS: '500',
    MAILTLS_DNS_TIMEOUT_MS: '1000',
  };
});
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  https.close();
  await lab.close();
});

const doctor = (more: Readonly<Record<string, string>>, ...args: readonly string[]) =>
  runMailtls(['doctor', ...args], { environment: { ...environment, ...more } });

async function codes(
  more: Readonly<Record<string, string>>,
): Promise<{ status: number | null; codes: string[] }> {
  const { status, out } = await doctor(more, '--json');
  return { status, codes: [...out.matchAll(/^\{.*?"code":"([a-z0-9-]+)"/gm)].map(([, code = '']) => code) };
}

test('where everything can be seen, all is well and the exit status is 0', async () => {
  expect(await codes({})).toEqual({
    status: 0,
    codes: [
      'port-25-open',
      'nothing-interferes',
      'resolver-answers',
      'resolver-answers',
      'dnssec-validated',
      'dnssec-validated',
      'https-open',
      'ehlo-name-resolves-back',
    ],
  });
});

test('a closed port 25 is told with what to do, the request to AWS filled in with our name', async () => {
  const { status, out } = await doctor({ MAILTLS_CANARIES: lab.canaries.dead });
  expect(status).toBe(1);
  expect(out.replace(/\s+/g, ' ')).toContain(
    '✘ not well Port 25 is blocked: none of 3 well-known mail servers could be reached',
  );
  const examined = out.slice(0, out.indexOf('Text for AWS')).split('\n');
  expect(examined.every(({ length }) => length <= 80)).toBe(true);
  expect(out).toContain('never "not encrypted"');
  expect(out).toContain('Reverse DNS record for it: probe.example');
});

test.each([
  [
    'masked canaries are tampering on our side',
    () => ({ MAILTLS_CANARIES: lab.canaries.masked }),
    'interferes',
  ],
  [
    'canaries that cannot be looked up say nothing of port 25',
    () => ({ MAILTLS_CANARIES: 'mx.no-such.example' }),
    'port-25-unknown',
  ],
  ['no canary, no word on port 25', () => ({ MAILTLS_CANARIES: ',' }), 'no-canaries'],
  [
    'a resolver that is not there fails',
    () => ({ MAILTLS_RESOLVERS: `${lab.dns.udp},udp://127.0.0.1:1` }),
    'resolver-fails',
  ],
  [
    'a resolver that does not vouch for a signed name does not validate',
    () => ({ MAILTLS_SIGNED_NAME: 'mx.insecure.example' }),
    'dnssec-not-validated',
  ],
  [
    'a resolver that hands out what is forged does not validate',
    () => ({ MAILTLS_FORGED_NAME: 'mx.insecure.example' }),
    'dnssec-forgery-accepted',
  ],
  [
    'a host without address says nothing of HTTPS',
    () => ({ MAILTLS_HTTPS_CANARY: 'no-such.example' }),
    'https-unknown',
  ],
  ['a closed port 443 is HTTPS blocked', () => ({ MAILTLS_HTTPS_PORT: '1' }), 'https-blocked'],
  [
    'a certificate that is not its own is HTTPS intercepted',
    () => ({ MAILTLS_HTTPS_PORT: environment['MAILTLS_HTTPS_PORT'] ?? '', NODE_EXTRA_CA_CERTS: '' }),
    'https-intercepted',
  ],
  [
    'an EHLO name without an address is not well',
    () => ({ MAILTLS_EHLO_NAME: 'no-such-name.example' }),
    'ehlo-name-without-address',
  ],
  [
    'an EHLO name whose address does not name it is not well',
    () => ({ MAILTLS_EHLO_NAME: 'mx.modern.example' }),
    'ehlo-name-does-not-resolve-back',
  ],
])('%s', async (_, more, code) => {
  const found = await codes(more());
  expect(found.codes).toContain(code);
  expect(found.status).toBe(1);
});

test('no EHLO name is fine for a person', async () => {
  const found = await codes({ MAILTLS_EHLO_NAME: '' });
  expect(found.codes).toContain('ehlo-name-not-set');
  expect(found.status).toBe(0);
});

test('the names by which addresses are looked up backwards are those of the RFCs', () => {
  expect(reverseName('192.0.2.7')).toBe('7.2.0.192.in-addr.arpa');
  expect(reverseName('2001:db8::567:89ab')).toBe(
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
  );
});
