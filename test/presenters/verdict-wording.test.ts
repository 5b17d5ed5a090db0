import { expect, test } from 'vitest';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import {
  canaries,
  connection,
  domain,
  endedAt,
  failed,
  host,
  made,
  notMade,
  REFUSED,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';
import { wordVerdict } from '../../functions/presenters/verdict-wording.ts';
import { aged } from '../http/fake-answers.ts';
import { reportOf } from './presented.ts';

const said = (evidence: DomainEvidence): string => reportOf(evidence).verdict.sentence;
const seen = (...hosts: Parameters<typeof domain>[0]): DomainEvidence =>
  domain(hosts, { egress: canaries('clear', 'clear', 'clear') });
const second = { host: 'mx2.vendor.example', preference: 20 };
const handshakeFails = endedAt('handshake', 'tls', { detail: 'handshake failure' });

test('where encryption is offered and fails, mail may as well not arrive', () => {
  expect(said(seen(host([made('192.0.2.1', handshakeFails)])))).toBe(
    'No. Every mail server of vendor.example offers encryption that does not work: your mail would travel readable to anyone on the way, or not arrive.',
  );
});

test('where one server offers none, mail would travel readable', () => {
  const servers = [
    host([made('192.0.2.1', handshakeFails)]),
    host([made('192.0.2.2', WITHOUT_STARTTLS)], second),
  ];
  expect(said(seen(...servers))).toBe(
    'No. Not one mail server of vendor.example encrypts: your mail would travel readable to anyone on the way.',
  );
});

test('nothing is said of servers that could not be tested', () => {
  const untested = host([made('192.0.2.2', REFUSED)], second);
  expect(said(seen(host([made('192.0.2.1', WITHOUT_STARTTLS)]), untested))).toContain(
    'Not one mail server of vendor.example that we could test encrypts:',
  );
  expect(said(seen(host([made('192.0.2.1', connection())]), untested))).toContain(
    'every mail server of vendor.example that we could test encrypts.',
  );
  const limit = host([notMade('192.0.2.2', 'address-limit')], second);
  expect(said(seen(host([made('192.0.2.1', handshakeFails)]), limit))).toContain(
    'Every mail server of vendor.example that we could test offers encryption that does not work:',
  );
});

test('one server is not called several', () => {
  const oneInClear = host([made('192.0.2.1', connection()), made('192.0.2.2', WITHOUT_STARTTLS)]);
  expect(said(seen(oneInClear))).toContain(
    'The mail server of vendor.example encrypts at some of its addresses and not at others:',
  );
  const servers = [
    host([made('192.0.2.1', connection())]),
    host([made('192.0.2.2', WITHOUT_STARTTLS)], second),
  ];
  expect(said(seen(...servers))).toContain('Some mail servers of vendor.example encrypt and some do not:');
});

test('servers that could not even be looked up are not said to have been there to test', () => {
  expect(said(domain([], { source: 'unavailable', answer: failed('servfail') }))).toBe(
    'We cannot say. The mail servers of vendor.example could not be looked up, which says nothing about their encryption.',
  );
});

test('mail that is refused is not said to travel', () => {
  const { evidence, judgement } = aged(seen(host([made('192.0.2.1', WITHOUT_STARTTLS)])));
  if (judgement.outcome !== 'assessed') throw new Error('nothing was assessed');
  const assessment = { ...judgement.assessment, delivery: 'failing' } as const;
  const sentence = wordVerdict({ domain: 'vendor.example', assessment, source: evidence.mx.source });
  expect(sentence).toBe(
    'Mail to vendor.example is being lost: senders that check what it publishes refuse all its servers. No. Not one mail server of vendor.example encrypts: what is sent all the same would travel readable to anyone on the way.',
  );
});
