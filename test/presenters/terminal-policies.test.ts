import { describe, expect, test } from 'vitest';
import type { Report } from '../../functions/presenters/report-schema.ts';
import {
  presentPoliciesOnTerminal,
  presentSendersOnTerminal,
} from '../../functions/presenters/terminal-policies.ts';

const NARROW = { colour: false, columns: 70 };
const WIDE = { colour: false, columns: 120 };

const NOTHING: Report['policy'] = {
  mx: { source: 'mx', securityStatus: 'insecure' },
  mtaSts: { status: 'none', mode: null, id: null, maxAgeSeconds: null, mx: [], failure: null },
  dane: { status: 'none' },
  tlsReporting: { status: 'none', rua: [] },
};
const ENFORCED: Report['policy'] = {
  ...NOTHING,
  mtaSts: {
    status: 'valid',
    mode: 'enforce',
    id: '1',
    maxAgeSeconds: 604_800,
    mx: ['mx.vendor.example'],
    failure: null,
  },
  tlsReporting: { status: 'valid', rua: ['mailto:tls@vendor.example'] },
};
const GMAIL = {
  sender: 'gmail',
  outcome: 'authenticated',
  because: 'mx.vendor.example meets the policy',
} as const;
const SENDERS: Report['senders'] = [
  { sender: 'postfix-may', outcome: 'plaintext-possible', because: 'mx.vendor.example is what it is' },
  GMAIL,
  { ...GMAIL, sender: 'exchange-online' },
];
const policies = (policy: Report['policy'], terminal = NARROW): string =>
  presentPoliciesOnTerminal(
    { displayDomain: 'vendor.example', policy, verdict: { answer: 'enforced' } },
    terminal,
  );

describe('what the domain publishes', () => {
  test('a line for each kind of policy, with mode and report address', () => {
    expect(policies(ENFORCED)).toBe(
      [
        'What vendor.example publishes',
        '  - MTA-STS: valid, mode enforce',
        '  - DANE (TLSA): none',
        '  - TLS reporting: valid, to mailto:tls@vendor.example',
      ].join('\n'),
    );
  });

  test('nothing where it surely publishes nothing, and a word where the lookup failed', () => {
    expect(policies(NOTHING)).toBe('');
    expect(policies({ ...NOTHING, dane: { status: 'unavailable' } })).toContain(
      'DANE (TLSA): could not be looked up',
    );
  });
});

describe('what senders do', () => {
  test('senders that do the same for the same reason share a line', () => {
    expect(presentSendersOnTerminal({ policy: ENFORCED, senders: SENDERS, ours: null }, NARROW)).toBe(
      [
        'What senders do',
        '  - Postfix, as it comes: ✘ may go readable, because',
        '    mx.vendor.example is what it is',
        '  - Gmail; Microsoft 365: ✔ encrypted, to the right server, because',
        '    mx.vendor.example meets the policy',
      ].join('\n'),
    );
  });

  test('ours comes first, on a line of its own, in a table where there is room', () => {
    const lines = presentSendersOnTerminal({ policy: ENFORCED, senders: SENDERS, ours: GMAIL }, WIDE).split(
      '\n',
    );
    expect(lines.map((line) => line.split(/ {2,}/))).toEqual([
      ['What senders do', 'Outcome', 'Because'],
      ['Gmail (ours)', '✔ encrypted, to the right server', 'mx.vendor.example meets the policy'],
      ['Postfix, as it comes', '✘ may go readable', 'mx.vendor.example is what it is'],
      ['Microsoft 365', '✔ encrypted, to the right server', 'mx.vendor.example meets the policy'],
    ]);
  });

  test('without a policy all do as they always do: only ours is told', () => {
    expect(presentSendersOnTerminal({ policy: NOTHING, senders: SENDERS, ours: null }, WIDE)).toBe('');
    const ours = presentSendersOnTerminal({ policy: NOTHING, senders: SENDERS, ours: GMAIL }, NARROW);
    expect(ours).toContain('Gmail (ours): ✔ encrypted');
    expect(ours).not.toContain('Postfix');
  });
});
