import { describe, expect, test } from 'vitest';
import { egressState, raisesDoubt } from '../../functions/assessment/egress-state.ts';
import { canaries, connection, endedAt, made, notMade, REFUSED, WITHOUT_STARTTLS } from './observed.ts';

describe('what the canaries say of our side', () => {
  test.each([
    [['clear', 'clear', 'clear'], 'open'],
    [['clear', 'clear', 'no-connection'], 'open'],
    [['clear', 'no-connection', 'no-connection'], 'degraded'],
    [['no-connection', 'no-connection', 'no-connection'], 'blocked'],
    [['no-connection', 'not-found', 'not-tested'], 'blocked'],
    [['tampered', 'tampered', 'tampered'], 'interfered'],
    [['tampered', 'no-connection', 'refused'], 'interfered'],
    [['tampered', 'clear', 'clear'], 'open'],
    [['refused', 'refused', 'refused'], 'unknown'],
    [['refused', 'no-connection', 'no-connection'], 'unknown'],
    [['not-found', 'not-found'], 'unknown'],
    [['not-tested'], 'unknown'],
    [[], 'unknown'],
  ] as const)('%j is %s', (outcomes, state) => expect(egressState(canaries(...outcomes))).toBe(state));

  test('nobody asked, nothing known', () => expect(egressState(null)).toBe('unknown'));

  test('one family may be blocked while the other is open', () => {
    const evidence = canaries('clear', {
      host: 'canary.example',
      ip: '2001:db8::1',
      outcome: 'no-connection',
      detail: '',
    });
    expect(egressState(evidence, '192.0.2.1')).toBe('open');
    expect(egressState(evidence, '2001:db8::25')).toBe('blocked');
  });

  test('canaries of one family only speak for the other as well', () => {
    expect(egressState(canaries('no-connection'), '2001:db8::25')).toBe('blocked');
  });
});

describe('what makes us doubt our own side', () => {
  test.each([
    ['a connection attempt that times out', made('192.0.2.1', endedAt('connect', 'timeout')), true],
    ['no route', made('192.0.2.1', endedAt('connect', 'no-route')), true],
    ['a connection without a greeting', made('192.0.2.1', endedAt('greeting', 'timeout')), true],
    ['no STARTTLS', made('192.0.2.1', WITHOUT_STARTTLS), true],
    ['a handshake that fails', made('192.0.2.1', endedAt('handshake', 'tls')), true],
    ['a reset: somebody answered', made('192.0.2.1', endedAt('connect', 'connection-refused')), false],
    ['a refusal in words', made('192.0.2.1', REFUSED), false],
    ['TLS', made('192.0.2.1', connection()), false],
    ['an address that was not asked', notMade('192.0.2.1', 'address-limit'), false],
  ])('%s: %s', (_, result, expected) => expect(raisesDoubt(result)).toBe(expected));
});
