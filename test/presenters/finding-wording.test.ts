import { expect, test } from 'vitest';
import type { Observation } from '../../functions/assessment/finding-codes.ts';
import { finding } from '../../functions/assessment/finding-order.ts';
import { wordFinding } from '../../functions/presenters/finding-wording.ts';

const said = (observation: Observation): string =>
  wordFinding(finding(observation, 'host', 'mx.vendor.example'), 'vendor.example');

test('TLS versions are written as people write them', () => {
  expect(said({ code: 'legacy-tls', facts: { version: 'TLSv1' } })).toContain(
    'takes TLS 1.0 and nothing newer',
  );
  expect(said({ code: 'version-grade', facts: { name: 'TLSv1.2', grade: 'sufficient' } })).toContain(
    'uses TLS 1.2,',
  );
});

test('a hello that a server does not take is not called old TLS, nor a server that changes its mind', () => {
  const sentence = said({ code: 'legacy-hello-only', facts: { version: 'TLSv1.2' } });
  expect(sentence).toContain("fails when greeted in TLS as today's senders do");
  expect(sentence).toContain('(TLS 1.2 then)');
});

test('two looks that differ are told in the words of their outcomes', () => {
  const facts = { first: 'not-offered', second: 'encrypted' };
  expect(said({ code: 'starttls-inconsistent', facts })).toContain(
    '"no encryption offered" first, then "encrypted"',
  );
});

test('a verdict that Node has no name for is not shown as a name', () => {
  const facts = { issuer: 'CN=Some Authority', reason: 'UNSPECIFIED' };
  expect(said({ code: 'certificate-not-trusted', facts })).toBe(
    'The certificate of mx.vendor.example is not trusted here: issuer "CN=Some Authority".',
  );
});

const brokeOff = (cause: 'reset' | 'malformed', text: string): string =>
  said({ code: 'broke-off', facts: { stage: 'greeting', cause, text } });

test('what a server sent is quoted, what the system calls a failure is not', () => {
  expect(brokeOff('reset', 'ECONNRESET')).toContain('before it had greeted us. This says nothing');
  expect(brokeOff('malformed', 'HTTP/1.1 400 Bad Request')).toContain('("HTTP/1.1 400 Bad Request")');
});

test('resolvers that disagree are not told to say the same', () => {
  const facts = {
    records: 'MX',
    resolver: 'https://dns.example/dns-query',
    used: 'records, insecure',
  } as const;
  const text = said({ code: 'resolvers-disagree', facts: { ...facts, other: 'records, insecure' } });
  expect(text.match(/without signatures that vouch for them/g)).toHaveLength(1);
  expect(text).toContain('this answer goes by the one that says less');
  expect(said({ code: 'resolvers-disagree', facts: { ...facts, other: 'no-data' } })).toContain(
    'says there are none; this answer goes by: they are there',
  );
});

test.each([
  ['greeting', 'timeout', 'no complete greeting came in time'],
  ['greeting', 'closed', 'it closed the connection before it had greeted us'],
  ['ehlo', 'timeout', 'no complete reply to our greeting came in time'],
  ['ehlo', 'too-long', 'its reply to our greeting was longer than any mail server sends'],
] as const)('a session that ends at the %s (%s) is told as it went', (stage, cause, words) => {
  expect(said({ code: 'broke-off', facts: { stage, cause, text: '' } })).toBe(
    `We reached mx.vendor.example, but ${words}. This says nothing about its encryption.`,
  );
});

test("a server's reply stands behind its code, without brackets in brackets", () => {
  const facts = { code: 454, text: '4.7.0 TLS not available' };
  expect(said({ code: 'starttls-refused', facts })).toBe(
    'mx.vendor.example offers encryption and refuses it when asked: 454 "4.7.0 TLS not available".',
  );
  expect(said({ code: 'starttls-refused', facts: { code: 502, text: '' } })).toMatch(/ when asked: 502\.$/);
});

const count = (addresses: number): string => said({ code: 'all-tested-encrypt', facts: { addresses } });

test('addresses that encrypt are counted as people count', () => {
  expect([1, 2, 3].map(count)).toEqual([
    'The one address we tested for mx.vendor.example encrypts.',
    'Both addresses we tested for mx.vendor.example encrypt.',
    'All 3 addresses we tested for mx.vendor.example encrypt.',
  ]);
});
