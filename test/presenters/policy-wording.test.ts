import { expect, test } from 'vitest';
import type { PolicyAdvice, PolicyFinding } from '../../functions/assessment/policy-finding-codes.ts';
import { wordAdvice } from '../../functions/presenters/advice-wording.ts';
import { wordFinding } from '../../functions/presenters/finding-wording.ts';
import {
  POLICY_ADVICE_SENTENCES,
  POLICY_SENTENCES,
  wordSender,
} from '../../functions/presenters/policy-wording.ts';

const FACTS = {
  senders: 'gmail,postfix-dane',
  parent: 'vendor.example',
  because: 'no-match',
  line: 3,
  text: 'mode: force',
  records: 2,
  hosts: 2,
  maxAgeSeconds: 60,
};

test.each(Object.keys(POLICY_SENTENCES))('%s has a sentence that names its subject and ends', (code) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the facts of every code at once
  const finding = {
    code,
    facts: FACTS,
    kind: 'note',
    scope: 'host',
    subject: 'mx.vendor.example',
  } as unknown as PolicyFinding;
  const sentence = wordFinding(finding, 'vendor.example');
  expect(sentence).toContain('mx.vendor.example');
  expect(sentence).toMatch(/^[A-Z].*\.$|^mx.*\.$/);
  expect(sentence).not.toMatch(/undefined|\[object|NaN/);
});

test.each(Object.keys(POLICY_ADVICE_SENTENCES))(
  '%s has a sentence that names its subject and ends',
  (code) => {
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the facts of every code at once
    const advice = {
      code,
      facts: FACTS,
      audience: 'receiver',
      scope: 'host',
      subject: 'mx.vendor.example',
    } as unknown as PolicyAdvice;
    const sentence = wordAdvice(advice, 'vendor.example');
    expect(sentence).toContain('mx.vendor.example');
    expect(sentence).toMatch(/\.$/);
    expect(sentence).not.toMatch(/undefined|\[object|NaN/);
  },
);

test('an invalid policy quotes the line that is wrong', () => {
  const facts = { because: 'mode-malformed', line: 2, text: 'mode: force' };
  expect(
    wordFinding(
      {
        code: 'mta-sts-invalid',
        facts,
        kind: 'fault',
        scope: 'domain',
        subject: 'vendor.example',
      },
      'vendor.example',
    ),
  ).toBe(
    'The MTA-STS policy of vendor.example cannot be used, so it protects at most senders that remember an earlier one: the mode is none of enforce, testing and none (line 2: "mode: force").',
  );
});

test('a sender is told why, host by host', () => {
  expect(wordSender({ because: 'dane-mismatch', host: 'mx.vendor.example' })).toBe(
    'mx.vendor.example does not match its TLSA records',
  );
  expect(wordSender({ because: 'no-host', host: null })).toBe('there is no mail server');
});

test('who loses mail is said by name', () => {
  const facts = { senders: 'gmail,workspace-require-tls' };
  expect(
    wordFinding(
      {
        code: 'mail-refused',
        facts,
        kind: 'fault',
        scope: 'domain',
        subject: 'vendor.example',
      },
      'vendor.example',
    ),
  ).toBe(
    'Mail to vendor.example is being lost: what it publishes makes senders that check it refuse all of its servers, among them Gmail; Google Workspace, told to require TLS.',
  );
});

test.each([
  ['connection-refused', 'connect ECONNREFUSED 192.0.2.1:443', 'the policy host refuses the connection'],
  ['no-address', 'name-error', 'the host of the policy has no address'],
  [
    'certificate-not-trusted',
    'self-signed certificate; if the root CA is installed locally, try running Node.js with --use-system-ca',
    'the certificate of the policy host is not from a public authority',
  ],
  [
    'http-status',
    '503 Service Unavailable',
    'the policy host answers with an error ("503 Service Unavailable")',
  ],
])('why a policy could not be seen is not told in the words of a library: %s', (because, text, words) => {
  const it = { kind: 'gap', scope: 'domain', subject: 'vendor.example' } as const;
  expect(
    wordFinding({ code: 'mta-sts-unavailable', facts: { because, text }, ...it }, 'vendor.example'),
  ).toBe(`We could not see the MTA-STS policy of vendor.example: ${words}. It may protect all the same.`);
});

test('one TLSA record is not counted among several', () => {
  const it = { kind: 'fault', scope: 'host', subject: 'mx.vendor.example' } as const;
  const said = (records: number): string =>
    wordFinding({ code: 'dane-unusable', facts: { records }, ...it }, 'vendor.example');
  expect(said(1)).toMatch(
    /^The TLSA record of mx\.vendor\.example is of a kind that mail servers cannot use;/,
  );
  expect(said(3)).toMatch(/^None of the 3 TLSA records of mx\.vendor\.example is of a kind/);
});

test('a server that a policy in mode testing leaves out is not told to set it to testing', () => {
  const it = { audience: 'receiver', scope: 'host', subject: 'mx.vendor.example' } as const;
  const advised = (mode: 'enforce' | 'testing'): string =>
    wordAdvice(
      { code: 'repair-mta-sts-host', facts: { because: 'no-match', mode }, ...it },
      'vendor.example',
    );
  expect(advised('enforce')).toBe(
    'Name mx.vendor.example in the MTA-STS policy, or set the MTA-STS policy to testing until it is done.',
  );
  expect(advised('testing')).toBe(
    'Name mx.vendor.example in the MTA-STS policy before the MTA-STS policy is set to enforce.',
  );
});

test('several TLS reporting records are not said to be unreadable', () => {
  const it = { kind: 'fault', scope: 'domain', subject: 'vendor.example' } as const;
  const said = (because: string): string =>
    wordFinding(
      { code: 'tls-reporting-invalid', facts: { because, text: 'v=TLSRPTv1;' }, ...it },
      'vendor.example',
    );
  expect(said('several-records')).toBe(
    'vendor.example has more than one TLS reporting record, so senders use none and no reports come.',
  );
  expect(said('rua-missing')).toContain('cannot be read ("v=TLSRPTv1;")');
});
