import { describe, expect, test } from 'vitest';
import { settle, wantsSecondLook } from '../../functions/assessment/second-look.ts';
import {
  connection,
  endedAt,
  made,
  notMade,
  REFUSED,
  reply,
  SOUND_TLS,
  WITHOUT_STARTTLS,
} from './observed.ts';

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

const small = (version: string) => connection({ hello: 'legacy', tls: { ...SOUND_TLS, version } });

describe('a hello of today’s senders that failed before a small one did not', () => {
  const lost = made(IP, endedAt('handshake', 'reset'), small('TLSv1.3'));

  test.each([
    ['lost, where the server has TLS 1.3', endedAt('handshake', 'reset'), 'TLSv1.3', true],
    ['out of time, where the server has TLS 1.2', endedAt('handshake', 'timeout'), 'TLSv1.2', true],
    ['closed on, where the server has nothing newer', endedAt('handshake', 'closed'), 'TLSv1', false],
    ['refused', endedAt('handshake', 'tls'), 'TLSv1.2', false],
  ])('was %s: may have been of that moment: %s', (_, failing, version, passing) => {
    const look = made(IP, failing, small(version));
    expect(wantsSecondLook(look)).toBe(passing);
    expect(settle(look, null)).toMatchObject({ outcome: 'encrypted', provisional: passing });
  });

  test('the second look settles it', () => {
    const settled = settle(lost, made(IP));
    expect(settled).toMatchObject({ outcome: 'encrypted', provisional: false, inconsistency: null });
    expect(settled.connection?.hello).toBe('modern');
    expect(settle(lost, lost)).toMatchObject({ provisional: false, connection: { hello: 'legacy' } });
  });
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
