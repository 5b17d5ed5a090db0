import { expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { wordFinding } from '../../functions/presenters/finding-wording.ts';
import { absent, connection, domain, DOMAIN, failed, found, host, HOST, made } from './observed.ts';

function sentences(evidence: DomainEvidence): readonly string[] {
  const judgement = assessDomain(evidence);
  if (judgement.outcome !== 'assessed') throw new Error('nothing was assessed');
  return judgement.assessment.reasons
    .filter(({ code }) => code === 'resolvers-disagree')
    .map((finding) => wordFinding(finding, evidence.domain));
}

const servers = [host([made('192.0.2.1', connection())])];
const second = 'https://two.example/dns-query';

test('two resolvers that agree are not spoken of', () => {
  expect(sentences(domain(servers))).toEqual([]);
});

test('a resolver that calls the MX records bogus is named, with what the other said', () => {
  const answer = { ...failed('bogus'), disagreement: { resolver: second, outcome: 'records' } };
  expect(sentences(domain([], { source: 'unavailable', answer }))).toEqual([
    `Our DNS resolvers disagree about the MX records of ${DOMAIN}: ${second} says there are some; this answer goes by: their signatures are wrong.`,
  ]);
});

test('resolvers that disagree about the signatures of an address are reported once for both families', () => {
  const disagreement = { resolver: second, outcome: 'no-data, secure' };
  const addresses = found(['192.0.2.1']);
  const disputed = { ...addresses, a: { ...addresses.a, disagreement }, aaaa: { ...absent(), disagreement } };
  expect(sentences(domain([host([made('192.0.2.1', connection())], { addresses: disputed })]))).toEqual([
    `Our DNS resolvers disagree about the address records of ${HOST}: ${second} says there are none, which is signed; this answer goes by: they are there, without signatures that vouch for them.`,
  ]);
});

test('resolvers that disagree about TLSA records are reported for the host', () => {
  const evidence = domain(servers);
  const answer = { ...absent('name-error'), disagreement: { resolver: second, outcome: 'servfail' } };
  const tlsa = [{ host: HOST, notAsked: null, initialAlias: null, lookUps: [{ baseDomain: HOST, answer }] }];
  expect(sentences({ ...evidence, policy: { ...evidence.policy, tlsa } })).toEqual([
    `Our DNS resolvers disagree about the TLSA records of ${HOST}: ${second} says no answer could be had; this answer goes by: there is no such name.`,
  ]);
});

test('an outcome without words of its own is shown as it is, never as nothing', () => {
  const answer = { ...failed('servfail'), disagreement: { resolver: second, outcome: 'something new' } };
  expect(sentences(domain([], { source: 'unavailable', answer }))[0]).toContain('says something new;');
});
