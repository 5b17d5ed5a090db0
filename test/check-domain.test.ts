import { expect, test } from 'vitest';
import { assessDomain } from '../functions/assessment/domain.ts';
import type { CheckTools } from '../functions/check-domain.ts';
import { checkDomain } from '../functions/check-domain.ts';
import { isPublicAddress } from '../functions/dns/public-address.ts';
import { made, notMade } from './assessment/observed.ts';
import type { RecordTable } from './table-resolver.ts';
import { tableResolver } from './table-resolver.ts';

const DOMAIN = 'vendor.example';
const HOST = 'mx.vendor.example';
const NEVER = new AbortController().signal;
const PRIVATE = Array.from({ length: 20 }, (_, at) => `10.0.0.${at + 1}`);

const tools = (table: RecordTable): CheckTools => ({
  resolver: tableResolver(table),
  prober: {
    vantage: 'local',
    probe: async ({ ip }) => (isPublicAddress(ip) ? made(ip) : notMade(ip, 'not-public')),
  },
  egress: async () => ({ observedAt: new Date(0).toISOString(), canaries: [] }),
  now: () => new Date(0),
  observer: { vantage: 'local', sourceIp: null, ehloName: null, resolvers: ['table'], toolVersion: '0' },
  smtpPort: 25,
  policyFetch: { port: 443, allowPrivate: false, timeoutMs: 1000 },
  addressesPerDomain: 4,
  progress: () => {},
});

async function answerFor(ips: readonly string[]) {
  const table = { [DOMAIN]: { MX: [{ preference: 10, exchange: HOST }] }, [HOST]: { A: ips } };
  const judged = assessDomain(await checkDomain(DOMAIN, tools(table), NEVER));
  if (judged.outcome !== 'assessed') throw new Error('the domain exists');
  return judged.assessment;
}

test('private addresses, however many, take no place from a public one', async () => {
  const { answer, coverage } = await answerFor([...PRIVATE, '8.8.8.8']);
  expect([answer, coverage.ipv4]).toEqual(['opportunistic', { tested: 1, total: 1 }]);
});

test('a server at private addresses alone is out of reach, however many it has', async () => {
  const { answer, mailServers } = await answerFor(PRIVATE);
  expect([answer, mailServers[0]?.dns.status]).toEqual(['undeliverable', 'not-public']);
});

test('public addresses beyond the limit are not asked', async () => {
  const { coverage, mailServers } = await answerFor(PRIVATE.map((_, at) => `8.8.4.${at + 1}`));
  expect(coverage.ipv4).toEqual({ tested: 4, total: 20 });
  expect(mailServers[0]?.addresses[4]?.because.code).toBe('address-limit');
});
