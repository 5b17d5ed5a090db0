import { expect, test } from 'vitest';
import type { Answer, RecordType, Resolver } from '../../functions/dns/answer.ts';
import { lookUpDomainPolicy, lookUpHostPolicy } from '../../functions/policy/policy-look-up.ts';
import type { PolicyHost, PolicyTools } from '../../functions/policy/policy-look-up.ts';
import type { PolicyEvidence } from '../../functions/policy/policy-evidence.ts';
import { absent, addressesOf, found, tableResolver } from './answers.ts';
import { make } from './dane/chain.ts';
import { startPolicyHost } from './mta-sts/policy-host.ts';

const root = make({ name: 'root', authority: true });
const certificate = make({ name: 'mta-sts.vendor.example', names: ['mta-sts.vendor.example'], issuer: root });
const POLICY = 'version: STSv1\nmode: enforce\nmx: mx.vendor.example\nmax_age: 604800\n';
const RECORD = { usage: 3, selector: 1, matchingType: 1, data: 'ab'.repeat(32) };

const TABLE: Readonly<Record<string, Answer<RecordType>>> = {
  '_mta-sts.vendor.example TXT': found(['v=STSv1; id=7']),
  '_smtp._tls.vendor.example TXT': found(['v=TLSRPTv1; rua=mailto:tls@vendor.example']),
  'mta-sts.vendor.example A': found(['127.0.0.1']),
  'mta-sts.vendor.example AAAA': absent(),
  '_25._tcp.mx.vendor.example TLSA': found([RECORD]),
};

const toolsWith = (resolver: Resolver, port = 1): PolicyTools => ({
  resolver,
  now: () => new Date(),
  port,
  allowPrivate: true,
  authorities: [root.pem],
  timeoutMs: 5000,
  smtpPort: 25,
});
const never = new AbortController().signal;

/** Both side by side, as a check does. */
async function lookUpPolicy(
  domain: string,
  hosts: Promise<readonly PolicyHost[]>,
  tools: PolicyTools,
  signal: AbortSignal,
): Promise<PolicyEvidence> {
  const [ofDomain, tlsa] = await Promise.all([
    lookUpDomainPolicy(domain, tools, signal),
    hosts.then((list) => Promise.all(list.map((host) => lookUpHostPolicy(host, tools, signal)))),
  ]);
  return { ...ofDomain, tlsa };
}

const mx = { host: 'mx.vendor.example', addresses: Promise.resolve(addressesOf(found(['192.0.2.1']))) };

test('everything a domain publishes is looked up and kept as evidence, which survives JSON', async () => {
  const host = await startPolicyHost([certificate], (_request, response) => response.end(POLICY));
  const evidence = await lookUpPolicy(
    'vendor.example',
    Promise.resolve([mx]),
    toolsWith(tableResolver(TABLE), host.port),
    never,
  );
  await host.stop();
  expect(evidence.mtaSts.fetch).toMatchObject({ outcome: 'fetched', body: POLICY });
  expect(evidence.tlsReporting).toMatchObject({ records: ['v=TLSRPTv1; rua=mailto:tls@vendor.example'] });
  expect(evidence.tlsa).toMatchObject([
    { host: 'mx.vendor.example', lookUps: [{ answer: { records: [RECORD] } }] },
  ]);
  expect(JSON.parse(JSON.stringify(evidence))).toEqual(evidence);
});

test.each([
  ['no record', absent('insecure')],
  ['two records', found(['v=STSv1; id=1', 'v=STSv1; id=2'])],
  ['a malformed record', found(['v=STSv1; id=no-dashes'])],
])('with %s no policy is fetched', async (_name, answer) => {
  const host = await startPolicyHost([certificate], (_request, response) => response.end(POLICY));
  const resolver = tableResolver({ ...TABLE, '_mta-sts.vendor.example TXT': answer });
  const evidence = await lookUpPolicy(
    'vendor.example',
    Promise.resolve([]),
    toolsWith(resolver, host.port),
    never,
  );
  await host.stop();
  expect(evidence.mtaSts.fetch).toBeNull();
  expect(host.connections()).toBe(0);
});

test('policies of a parent domain are not asked about (RFC 8461 section 3.4)', async () => {
  const resolver = tableResolver({});
  await lookUpPolicy('sub.vendor.example', Promise.resolve([]), toolsWith(resolver), never);
  expect(
    resolver.asked.filter((question) => question.includes('.vendor.example') && !question.includes('sub.')),
  ).toEqual([]);
});

/** A resolver whose answers come only when they are let through, one round trip at a time. */
function steppedResolver(): { readonly resolver: Resolver; readonly step: () => Promise<readonly string[]> } {
  let waiting: { readonly question: string; readonly answer: () => void }[] = [];
  const resolver: Resolver = {
    lookUp: (name, type) =>
      new Promise((resolve) => {
        const answer = (): void => {
          void tableResolver(TABLE).lookUp(name, type).then(resolve);
        };
        waiting.push({ question: `${name} ${type}`, answer });
      }),
  };
  return {
    resolver,
    async step() {
      const now = waiting;
      waiting = [];
      for (const { answer } of now) answer();
      await new Promise(setImmediate);
      return now.map(({ question }) => question).toSorted();
    },
  };
}

test("the domain's policies start with the MX lookup, a host's TLSA records with its addresses", async () => {
  const { resolver, step } = steppedResolver();
  const host = await startPolicyHost([certificate], (_request, response) => response.end(POLICY));
  const addresses = Promise.withResolvers<ReturnType<typeof addressesOf>>();
  const hosts = Promise.withResolvers<readonly { host: string; addresses: typeof addresses.promise }[]>();
  const done = lookUpPolicy('vendor.example', hosts.promise, toolsWith(resolver, host.port), never);
  expect(await step()).toEqual(['_mta-sts.vendor.example TXT', '_smtp._tls.vendor.example TXT']);
  // RFC 8461 section 3.1: without a record no sender looks for a policy, so its host is not asked about before.
  expect(await step()).toEqual(['mta-sts.vendor.example A', 'mta-sts.vendor.example AAAA']);
  hosts.resolve([{ host: 'mx.vendor.example', addresses: addresses.promise }]);
  expect(await step()).toEqual([]);
  addresses.resolve(addressesOf(found(['192.0.2.1'])));
  await new Promise(setImmediate);
  expect(await step()).toEqual(['_25._tcp.mx.vendor.example TLSA']);
  expect((await done).mtaSts.fetch).toMatchObject({ outcome: 'fetched' });
  await host.stop();
});
