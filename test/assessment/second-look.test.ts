import { describe, expect, test } from 'vitest';
import { settle, wantsSecondLook } from '../../functions/assessment/second-look.ts';
import { connection, endedAt, made, notMade, REFUSED, reply, WITHOUT_STARTTLS } from './observed.ts';

const IP = '192.0.2.1';
const LOOKS = {
  encrypted: made(IP, connection()),
  'not-offered': made(IP, WITHOUT_STARTTLS),
  'starttls-failed': made(IP, endedAt('handshake', 'tls')),
  refused: made(IP, REFUSED),
  unreachable: made(IP, endedAt('connect', 'timeout')),
  'not-tested': notMade(IP, 'backing-off'),
} as const;

test.each([
  ['encrypted', false],
  ['not-offered', true],
  ['starttls-failed', false],
  ['refused', true],
  ['unreachable', false],
  ['not-tested', false],
] as const)('a first look that is %s wants a second one: %s', (look, wanted) => {
  expect(wantsSecondLook(LOOKS[look])).toBe(wanted);
  expect(settle(LOOKS[look], null)).toMatchObject({
    outcome: look,
    provisional: wanted,
    inconsistency: null,
  });
});

test.each([
  ['454 to STARTTLS', endedAt('starttls', 'reply', { starttls: reply(454, 'TLS not available') }), true],
  ['421 to STARTTLS', endedAt('starttls', 'reply', { starttls: reply(421, 'shutting down') }), true],
  ['502 to STARTTLS', endedAt('starttls', 'reply', { starttls: reply(502, 'not implemented') }), false],
  ['silence after STARTTLS', endedAt('starttls', 'timeout'), true],
  ['nonsense after STARTTLS', endedAt('starttls', 'malformed'), false],
  ['a reset in the handshake', endedAt('handshake', 'reset'), true],
  ['an alert in the handshake', endedAt('handshake', 'tls'), false],
])('%s may have been of that moment: %s', (_, seen, passing) => {
  expect(wantsSecondLook(made(IP, seen))).toBe(passing);
});

describe('two looks', () => {
  test.each([
    // Seen twice alike: settled.
    ['not-offered', 'not-offered', 'not-offered', false, null],
    ['refused', 'refused', 'refused', false, null],
    ['encrypted', 'encrypted', 'encrypted', false, null],
    // A refusal told nothing, so the other look counts.
    ['refused', 'encrypted', 'encrypted', false, null],
    ['refused', 'starttls-failed', 'starttls-failed', false, null],
    // Seen once only: still open.
    ['refused', 'not-offered', 'not-offered', true, null],
    ['not-offered', 'refused', 'not-offered', true, null],
    ['not-offered', 'unreachable', 'not-offered', true, null],
    ['not-offered', 'not-tested', 'not-offered', true, null],
    ['refused', 'unreachable', 'refused', true, null],
    ['refused', 'not-tested', 'refused', true, null],
    // Different stories: the worse one counts, whichever came first.
    ['not-offered', 'encrypted', 'not-offered', false, ['not-offered', 'encrypted']],
    ['encrypted', 'not-offered', 'not-offered', false, ['encrypted', 'not-offered']],
    ['starttls-failed', 'encrypted', 'starttls-failed', false, ['starttls-failed', 'encrypted']],
    ['not-offered', 'starttls-failed', 'starttls-failed', false, ['not-offered', 'starttls-failed']],
  ] as const)('%s, then %s: %s', (first, second, outcome, provisional, inconsistency) => {
    const settled = settle(LOOKS[first], LOOKS[second]);
    expect(settled).toMatchObject({ outcome, provisional });
    expect(settled.inconsistency).toEqual(
      inconsistency === null
        ? null
        : { code: 'starttls-inconsistent', facts: { first: inconsistency[0], second: inconsistency[1] } },
    );
  });
});

test('a second look never makes a server that was seen in clear encrypted', () => {
  for (const clear of ['not-offered', 'starttls-failed'] as const) {
    for (const second of Object.values(LOOKS)) {
      expect(settle(LOOKS[clear], second).outcome).not.toBe('encrypted');
    }
  }
});
