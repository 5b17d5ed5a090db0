import { describe, expect, test } from 'vitest';
import { adviceFor } from '../../functions/assessment/advice.ts';
import type { AnswerCode } from '../../functions/assessment/assessment.ts';
import type { Observation } from '../../functions/assessment/finding-codes.ts';
import { finding } from '../../functions/assessment/finding-order.ts';

const DOMAIN = 'vendor.example';
const about = (observation: Observation, subject = 'mx1.vendor.example') =>
  finding(observation, 'host', subject);
const adviceOn = (...observations: readonly Observation[]) =>
  adviceFor(
    DOMAIN,
    'untested',
    observations.map((observation) => about(observation)),
    [],
  );

const masked = (code: 'starttls-masked' | 'starttls-masked-somewhere') =>
  adviceOn({ code, facts: { shown: 'XXXXXXXA' } }).map((advice) => advice.code);

describe('advice that goes with the answer', () => {
  test.each([
    ['plaintext', ['send-secrets-another-way']],
    ['partial', ['send-secrets-another-way']],
    ['opportunistic', ['require-tls']],
    ['enforced', []],
    ['untested', []],
    ['no-mail', []],
    ['undeliverable', []],
  ] as const satisfies readonly (readonly [AnswerCode, readonly string[]])[])('%s', (answer, codes) => {
    const advice = adviceFor(DOMAIN, answer, [], []);
    expect(advice.map(({ code }) => code)).toEqual(codes);
    expect(advice.every(({ audience, subject }) => audience === 'sender' && subject === DOMAIN)).toBe(true);
  });
});

describe('advice that goes with a finding', () => {
  test('is for whoever runs the server, of which it speaks', () => {
    expect(adviceOn({ code: 'certificate-expired', facts: { notAfter: '' } })).toEqual([
      {
        code: 'renew-certificate',
        audience: 'receiver',
        scope: 'host',
        subject: 'mx1.vendor.example',
        facts: {},
      },
    ]);
  });

  test('is for the sender where only the sender’s side can act', () => {
    expect(adviceOn({ code: 'egress-blocked', facts: { canaries: 3 } })).toMatchObject([
      { code: 'run-doctor', audience: 'sender', scope: 'domain', subject: DOMAIN },
    ]);
  });

  test('nobody is told to change a firewall that may be ours', () => {
    expect(masked('starttls-masked')).toEqual(['stop-masking-starttls']);
    expect(masked('starttls-masked-somewhere')).toEqual([]);
  });

  test.each([
    ['sufficient', []],
    ['phase-out', ['strengthen-tls']],
    ['insufficient', ['strengthen-tls']],
  ] as const)('a part that is %s', (grade, codes) => {
    const advice = adviceOn({ code: 'cipher-grade', facts: { name: 'AES128-SHA', grade } });
    expect(advice.map(({ code }) => code)).toEqual(codes);
  });

  test('is given once for each server, however many findings ask for it', () => {
    const reasons = [
      about({ code: 'key-too-small', facts: { key: 'RSA 1024' } }),
      about({ code: 'signature-too-weak', facts: { algorithm: 'sha1WithRSAEncryption' } }),
      about({ code: 'key-too-small', facts: { key: 'RSA 1024' } }, 'mx2.vendor.example'),
    ];
    expect(
      adviceFor(DOMAIN, 'untested', reasons, []).map(({ code, subject }) => `${code} ${subject}`),
    ).toEqual(['strengthen-certificate mx1.vendor.example', 'strengthen-certificate mx2.vendor.example']);
  });

  test.each([
    { code: 'connect-timeout', facts: {} },
    { code: 'connection-refused', facts: {} },
    { code: 'broke-off', facts: { stage: 'greeting', cause: 'timeout', text: '' } },
    { code: 'host-lookup-failed', facts: { outcome: 'timeout', text: '' } },
    { code: 'out-of-time', facts: {} },
  ] as const)('$code may pass: whoever asks again may learn more', (observation) => {
    expect(adviceOn(observation).map(({ code, audience }) => `${code} ${audience}`)).toEqual([
      'look-again sender',
    ]);
  });

  test.each([
    [{ code: 'clear-bytes-after-starttls', facts: { sizeBytes: 29 } }, 'find-clear-bytes'],
    [
      { code: 'starttls-inconsistent', facts: { first: 'not-offered', second: 'encrypted' } },
      'make-starttls-constant',
    ],
    [{ code: 'null-mx-among-others', facts: {} }, 'remove-null-mx'],
  ] as const)('$0.code is not taken for a STARTTLS that fails, nor for a wrong name', (observation, code) => {
    expect(adviceOn(observation)).toMatchObject([{ code, audience: 'receiver' }]);
  });

  test('none where nobody can act', () => {
    expect(adviceOn({ code: 'address-limit', facts: {} }, { code: 'null-mx', facts: {} })).toEqual([]);
  });
});

describe('a policy', () => {
  const unprotected = [about({ code: 'nothing-obliges-senders', facts: {} }, DOMAIN)];

  test('is to be published where there is none', () => {
    const codes = adviceFor(DOMAIN, 'opportunistic', unprotected, []).map(({ code }) => code);
    expect(codes).toEqual(['require-tls', 'publish-policy']);
  });

  test.each(['repair-mta-sts-policy', 'repair-mta-sts-host', 'enforce-mta-sts'] as const)(
    'that is there is not to be published as well: %s',
    (code) => {
      const codes = adviceFor(DOMAIN, 'opportunistic', unprotected, [{ code }]).map((one) => one.code);
      expect(codes).toEqual(['require-tls']);
    },
  );
});
