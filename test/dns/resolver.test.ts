/** The resolver of the settings, against the lab's: UDP first, HTTPS second, each with its own story. */
import { execFile } from 'node:child_process';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { lookUpHostAddresses } from '../../functions/dns/host-addresses.ts';
import { lookUpMailExchangers } from '../../functions/dns/mail-exchangers.ts';
import { createResolver } from '../../functions/dns/resolver.ts';
import type { OpenResolver, ResolverSettings } from '../../functions/dns/resolver.ts';
import { readSettings } from '../../functions/environment.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { a, reply, scriptedServer } from './scripted-server.ts';

let lab: Lab;
const trustedBefore = getCACertificates('default');
beforeAll(async () => {
  lab = await startLab();
  setDefaultCACertificates([...trustedBefore, lab.caPem]);
});
afterAll(async () => {
  setDefaultCACertificates(trustedBefore);
  await lab.close();
});

function settings(environment: Readonly<Record<string, string>>): ResolverSettings {
  const read = readSettings(environment);
  if (!read.ok) throw new Error(JSON.stringify(read.mistakes));
  return read.settings;
}

/** Where somebody never answers, the wait for him is short; anyone else has the time that a busy machine takes. */
const BRIEFLY_MS = 600;
const PATIENTLY_MS = 5_000;

/** A resolver that ends with the test; the lab's two when nothing else is said. */
function open(
  resolvers = `${lab.dns.udp},${lab.dns.doh}`,
  { trustAd = false, timeoutMs = PATIENTLY_MS } = {},
): OpenResolver {
  const environment = {
    MAILTLS_RESOLVERS: resolvers,
    MAILTLS_TRUST_AD: String(trustAd),
    MAILTLS_DNS_TIMEOUT_MS: String(timeoutMs),
  };
  const resolver = createResolver(settings(environment), () => performance.now());
  onTestFinished(() => resolver.close());
  return resolver;
}

/** Outcome and security of the MX answer, and what the other resolver said if it said something else. */
async function story(resolver: OpenResolver, domain: string): Promise<string> {
  const { outcome, securityStatus, disagreement } = await resolver.lookUp(`${domain}.example`, 'MX');
  return `${outcome} ${securityStatus}${disagreement === null ? '' : ` / ${disagreement.outcome}`}`;
}

test('it is called by what it asks', () => {
  expect(open().names).toEqual([lab.dns.udp, lab.dns.doh]);
});

describe('every story of the lab', () => {
  test.each([
    ['secure', 'records secure', 'records secure', 'records secure'],
    ['insecure', 'records insecure', 'records insecure', 'records insecure'],
    ['bogus', 'bogus bogus', 'bogus bogus', 'bogus bogus'],
    ['servfail', 'servfail indeterminate', 'servfail indeterminate', 'servfail indeterminate'],
    ['servfail-unexplained', 'servfail indeterminate', 'servfail indeterminate', 'servfail indeterminate'],
    ['no-such', 'name-error insecure', 'name-error insecure', 'name-error insecure'],
    ['timeout', 'timeout indeterminate', 'timeout indeterminate', 'timeout indeterminate'],
    ['dns-refused', 'refused indeterminate', 'refused indeterminate', 'refused indeterminate'],
    ['truncated', 'records insecure', 'records insecure', 'records insecure'],
    ['malformed', 'malformed indeterminate', 'malformed indeterminate', 'malformed indeterminate'],
    ['wrong-id', 'timeout indeterminate', 'malformed indeterminate', 'timeout indeterminate'],
    ['wrong-question', 'timeout indeterminate', 'malformed indeterminate', 'timeout indeterminate'],
    ['forged-first', 'records insecure', 'records insecure', 'records insecure'],
    ['first-resolver-down', 'timeout indeterminate', 'records insecure', 'records insecure'],
    ['disagreement-bogus', 'records insecure', 'bogus bogus', 'bogus bogus / records'],
    ['disagreement-security', 'records secure', 'records insecure', 'records insecure / records, insecure'],
    ['alias', 'records secure', 'records secure', 'records secure'],
    ['alias-nowhere', 'name-error insecure', 'name-error insecure', 'name-error insecure'],
    ['alias-loop', 'servfail indeterminate', 'servfail indeterminate', 'servfail indeterminate'],
    ['alias-long', 'servfail indeterminate', 'servfail indeterminate', 'servfail indeterminate'],
  ])('%s: over UDP %s, over HTTPS %s, together %s', async (domain, overUdp, overHttps, together) => {
    const isSilent = [overUdp, overHttps].some((told) => told.startsWith('timeout'));
    const bounds = { timeoutMs: isSilent ? BRIEFLY_MS : PATIENTLY_MS };
    expect(await story(open(lab.dns.udp, bounds), domain)).toBe(overUdp);
    expect(await story(open(lab.dns.doh, bounds), domain)).toBe(overHttps);
    expect(await story(open(undefined, bounds), domain)).toBe(together);
  });

  test('a SERVFAIL of a moment is no failure', async () => {
    expect(await story(open(), 'servfail-once')).toBe('records insecure');
  });

  test('the smallest TTL counts, and the aliases are told', async () => {
    const resolver = open();
    expect(await resolver.lookUp('mixed-ttl.example', 'MX')).toMatchObject({ ttlSeconds: 60 });
    expect(await resolver.lookUp('alias.example', 'MX')).toMatchObject({
      ttlSeconds: 120,
      cname: ['step.alias.example', 'modern.example'],
    });
  });
});

/** The security status of an answer with AD set, from a server on this address. */
async function statusFrom(ip: string, trustAd: boolean): Promise<string> {
  const { port } = await scriptedServer(
    ({ packet, name }) => [reply(packet, { secure: true, answers: [a(name, '192.0.2.1')] })],
    ip,
  );
  const resolver = open(`udp://${ip.includes(':') ? `[${ip}]` : ip}:${port}`, { trustAd });
  return (await resolver.lookUp('vendor.example', 'A')).securityStatus;
}

describe('whose AD bit is believed', () => {
  test.each(['127.0.0.1', '127.3.2.1', '::1'])('that of a resolver on %s', async (ip) => {
    expect(await statusFrom(ip, false)).toBe('secure');
  });

  test('over UDP to elsewhere only when the settings say so', async () => {
    // 0.0.0.0 reaches this machine, and is no loopback address.
    expect(await statusFrom('0.0.0.0', false)).toBe('indeterminate');
    expect(await statusFrom('0.0.0.0', true)).toBe('secure');
  });
});

test('what is asked twice is asked once', async () => {
  const resolver = open();
  const before = lab.queries().length;
  await Promise.all([resolver.lookUp('modern.example', 'MX'), resolver.lookUp('modern.example', 'MX')]);
  await resolver.lookUp('modern.example', 'MX');
  expect(
    lab
      .queries()
      .slice(before)
      .map(({ over, type }) => `${over} ${type}`)
      .toSorted(),
  ).toEqual(['doh MX', 'udp MX']);
});

test('independent lookups are on the wire side by side: no answer is given before all have been asked', async () => {
  const names = ['mx1.vendor.example', 'mx2.vendor.example', 'mx3.vendor.example'];
  const all = Promise.withResolvers<void>();
  const server = await scriptedServer(async ({ packet, name, type }) => {
    if (server.seen.length === 6) all.resolve();
    await all.promise;
    return [reply(packet, { answers: type === 'A' ? [a(name, '192.0.2.1')] : [] })];
  });
  const resolver = open(`udp://127.0.0.1:${server.port}`);
  const hosts = await Promise.all(names.map((name) => lookUpHostAddresses(name, resolver)));
  expect(hosts.map(({ status }) => status)).toEqual(['records', 'records', 'records']);
  expect(server.seen.map(({ name, type }) => `${name} ${type}`).toSorted()).toEqual(
    names.flatMap((name) => [`${name} A`, `${name} AAAA`]),
  );
});

test('a deadline ends the wait for everything', async () => {
  const resolver = open();
  const mx = await lookUpMailExchangers('timeout.example', resolver, AbortSignal.abort());
  expect(mx).toMatchObject({ source: 'unavailable', answer: { outcome: 'timeout', detail: 'given up' } });
});

test('a process trusts NODE_EXTRA_CA_CERTS, and ends by itself with a connection open', async () => {
  const program = `
    import { createResolver } from './functions/dns/resolver.ts';
    import { readSettings } from './functions/environment.ts';
    const { settings } = readSettings(process.env);
    const answer = await createResolver(settings, () => performance.now()).lookUp('secure.example', 'MX');
    console.log(answer.outcome, answer.securityStatus, answer.detail ?? '');`;
  const run = async (environment: Readonly<Record<string, string | undefined>>): Promise<string> => {
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', program],
      {
        env: { ...process.env, ...lab.environment, MAILTLS_RESOLVERS: lab.dns.doh, ...environment },
        timeout: 15_000,
      },
    );
    return stdout.trim();
  };
  expect(await run({})).toBe('records secure');
  expect(await run({ NODE_EXTRA_CA_CERTS: undefined })).toBe(
    'refused indeterminate UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  );
});
