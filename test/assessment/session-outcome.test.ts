import { describe, expect, test } from 'vitest';
import { sessionOutcome } from '../../functions/assessment/session-outcome.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
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

const ofConnections = (...connections: readonly ConnectionEvidence[]) =>
  sessionOutcome(made('192.0.2.1', ...connections));
const judged = (seen: ConnectionEvidence) => {
  const { outcome, because } = ofConnections(seen);
  return { outcome, because };
};
const ehlo = (...lines: readonly string[]) =>
  ({ command: 'EHLO', reply: reply(250, 'mx', ...lines) }) as const;

describe('a server that refuses before STARTTLS could be seen is refused, never not-offered', () => {
  test.each([
    ['421 at the greeting', REFUSED, { stage: 'greeting', code: 421, text: '4.7.0 Try again later' }],
    [
      '554 at the greeting',
      endedAt('greeting', 'reply', { greeting: reply(554, '5.7.1 No') }),
      { stage: 'greeting', code: 554, text: '5.7.1 No' },
    ],
    [
      '450 to EHLO',
      endedAt('ehlo', 'reply', { ehlo: { command: 'EHLO', reply: reply(450, '4.7.1 Rejected') } }),
      { stage: 'ehlo', code: 450, text: '4.7.1 Rejected' },
    ],
    [
      '550 to EHLO and HELO',
      endedAt('helo', 'reply', { ehlo: { command: 'HELO', reply: reply(550, '5.7.1', 'Not here') } }),
      { stage: 'ehlo', code: 550, text: '5.7.1 Not here' },
    ],
  ] as const)('%s', (_, seen, facts) =>
    expect(judged(seen)).toEqual({ outcome: 'refused', because: { code: 'refused', facts } }),
  );
});

describe('a server that could not be heard is unreachable', () => {
  test.each([
    [
      'reset of the connection attempt',
      endedAt('connect', 'connection-refused'),
      { code: 'connection-refused', facts: {} },
    ],
    [
      'no answer to the connection attempt',
      endedAt('connect', 'timeout'),
      { code: 'connect-timeout', facts: {} },
    ],
    [
      'no route',
      endedAt('connect', 'no-route', { detail: 'ENETUNREACH' }),
      { code: 'no-route', facts: { text: 'ENETUNREACH' } },
    ],
    [
      'reset while connecting',
      endedAt('connect', 'reset', { detail: 'ECONNRESET' }),
      { code: 'broke-off', facts: { stage: 'greeting', cause: 'reset', text: '' } },
    ],
    [
      'no greeting',
      endedAt('greeting', 'timeout'),
      { code: 'broke-off', facts: { stage: 'greeting', cause: 'timeout', text: '' } },
    ],
    [
      'a greeting of another protocol',
      endedAt('greeting', 'malformed', { detail: 'SSH-2.0' }),
      { code: 'broke-off', facts: { stage: 'greeting', cause: 'malformed', text: 'SSH-2.0' } },
    ],
    [
      'an endless greeting',
      endedAt('greeting', 'too-long'),
      { code: 'broke-off', facts: { stage: 'greeting', cause: 'too-long', text: '' } },
    ],
    [
      'closed instead of an answer to EHLO',
      endedAt('ehlo', 'closed'),
      { code: 'broke-off', facts: { stage: 'ehlo', cause: 'closed', text: '' } },
    ],
    [
      'reset at HELO',
      endedAt('helo', 'reset'),
      { code: 'broke-off', facts: { stage: 'ehlo', cause: 'reset', text: '' } },
    ],
  ] as const)('%s', (_, seen, because) => expect(judged(seen)).toEqual({ outcome: 'unreachable', because }));
});

describe('a server that talks and offers no STARTTLS is not-offered', () => {
  test('EHLO without the keyword', () => {
    expect(judged(WITHOUT_STARTTLS)).toEqual({
      outcome: 'not-offered',
      because: { code: 'starttls-not-supported', facts: {} },
    });
  });

  test('EHLO not understood, HELO is: its answer to EHLO is told', () => {
    const seen = endedAt('helo', 'not-offered', {
      ehlo: { command: 'HELO', reply: reply(250, 'mx') },
      transcript: [
        { atMs: 1, from: 'server', line: '220 mx SMTP' },
        { atMs: 2, from: 'client', line: 'EHLO [198.51.100.9]' },
        { atMs: 3, from: 'server', line: '502 5.5.1 Command not implemented' },
      ],
    });
    const facts = { code: 502, text: '5.5.1 Command not implemented' };
    expect(judged(seen)).toEqual({ outcome: 'not-offered', because: { code: 'ehlo-not-understood', facts } });
  });

  test('HELO only, and the transcript is lost: no words are made up', () => {
    const seen = endedAt('helo', 'not-offered', { ehlo: { command: 'HELO', reply: reply(250, 'mx') } });
    expect(judged(seen)).toEqual({
      outcome: 'not-offered',
      because: { code: 'starttls-not-supported', facts: {} },
    });
  });

  test.each([
    ['250-XXXXXXXA', ehlo('SIZE', 'XXXXXXXA', '8BITMIME'), 'XXXXXXXA'],
    ['250-XXXXXXXX', ehlo('XXXXXXXX'), 'XXXXXXXX'],
  ])('%s stands where STARTTLS was: named as masked', (_, reply250, shown) => {
    const seen = endedAt('ehlo', 'not-offered', { ehlo: reply250 });
    expect(judged(seen)).toEqual({
      outcome: 'not-offered',
      because: { code: 'starttls-masked', facts: { shown } },
    });
  });

  test('a greeting of stars names the mask as well', () => {
    const shown = '*******************************0*2******0********2002***';
    const seen = endedAt('ehlo', 'not-offered', { greeting: reply(220, shown), ehlo: ehlo('SIZE') });
    expect(judged(seen)).toEqual({
      outcome: 'not-offered',
      because: { code: 'starttls-masked', facts: { shown } },
    });
  });

  test.each([
    ['XEXCH50', ehlo('XEXCH50')],
    ['XXXX', ehlo('XXXX')],
    [
      'a server name of stars in EHLO’s first line',
      { command: 'EHLO', reply: reply(250, 'XXXXXXXA') } as const,
    ],
  ])('%s masks nothing', (_, reply250) => {
    const seen = endedAt('ehlo', 'not-offered', { ehlo: reply250 });
    expect(judged(seen)).toEqual({
      outcome: 'not-offered',
      because: { code: 'starttls-not-supported', facts: {} },
    });
  });
});

describe('421 to STARTTLS is a server that shuts down, and no answer about TLS (RFC 5321 section 3.8)', () => {
  const seen = endedAt('starttls', 'reply', { starttls: reply(421, '4.3.2 Shutting down') });

  test('it would not talk to us, and is not said to encrypt nothing', () => {
    expect(judged(seen)).toEqual({
      outcome: 'refused',
      because: { code: 'refused', facts: { stage: 'starttls', code: 421, text: '4.3.2 Shutting down' } },
    });
  });
});

describe('STARTTLS offered and no TLS of it is starttls-failed', () => {
  test.each([
    [
      '454 to STARTTLS',
      endedAt('starttls', 'reply', { starttls: reply(454, '4.7.0 TLS not available') }),
      { code: 'starttls-refused', facts: { code: 454, text: '4.7.0 TLS not available' } },
    ],
    [
      'garbage',
      endedAt('starttls', 'malformed'),
      { code: 'starttls-broke-off', facts: { cause: 'malformed', text: '' } },
    ],
    [
      'silence',
      endedAt('starttls', 'timeout'),
      { code: 'starttls-broke-off', facts: { cause: 'timeout', text: '' } },
    ],
    [
      'reset',
      endedAt('starttls', 'reset'),
      { code: 'starttls-broke-off', facts: { cause: 'reset', text: '' } },
    ],
    [
      'a handshake alert',
      endedAt('handshake', 'tls', { detail: 'handshake failure' }),
      { code: 'handshake-failed', facts: { text: 'handshake failure' } },
    ],
    [
      'closed at the hello',
      endedAt('handshake', 'closed'),
      { code: 'handshake-broke-off', facts: { cause: 'closed', text: '' } },
    ],
    [
      'silence at the hello',
      endedAt('handshake', 'timeout'),
      { code: 'handshake-broke-off', facts: { cause: 'timeout', text: '' } },
    ],
  ] as const)('%s', (_, seen, because) =>
    expect(judged(seen)).toEqual({ outcome: 'starttls-failed', because }),
  );

  test.each([
    'ECDHE-RSA-NULL-SHA',
    'NULL-SHA256',
    'ADH-AES256-GCM-SHA384',
    'AECDH-AES128-SHA',
    'TLS_DH_anon_WITH_AES_128_CBC_SHA',
  ])('%s is no encryption that a sender would get', (cipher) => {
    const seen = connection({ tls: { ...SOUND_TLS, version: 'TLSv1.2', cipher } });
    expect(judged(seen)).toEqual({
      outcome: 'starttls-failed',
      because: { code: 'unusable-cipher', facts: { cipher } },
    });
  });
});

describe('a handshake that was completed is encrypted', () => {
  const because = {
    code: 'encrypted',
    facts: { version: 'TLSv1.3', cipher: 'TLS_AES_256_GCM_SHA384' },
  } as const;

  test('to QUIT', () => expect(judged(connection())).toEqual({ outcome: 'encrypted', because }));

  test.each([
    ['closed after it', { stage: 'quit', cause: 'closed', detail: '' }],
    ['an error in the second EHLO', { stage: 'ehlo-after-tls', cause: 'tls', detail: 'bad record' }],
    ['the deadline in the second EHLO', { stage: 'ehlo-after-tls', cause: 'out-of-time', detail: '' }],
  ] as const)('%s does not undo it', (_, end) =>
    expect(judged(connection({ end }))).toEqual({ outcome: 'encrypted', because }),
  );

  test('by the legacy hello alone', () => {
    const legacy = connection({ hello: 'legacy', tls: { ...SOUND_TLS, version: 'TLSv1' } });
    const result = ofConnections(endedAt('handshake', 'tls', { detail: 'protocol version' }), legacy);
    expect(result).toMatchObject({ outcome: 'encrypted', connection: { hello: 'legacy' } });
  });

  test('where both hellos fail, the modern one tells why', () => {
    const result = ofConnections(endedAt('handshake', 'tls', { detail: 'handshake failure' }), {
      ...REFUSED,
      hello: 'legacy',
    });
    expect(result).toMatchObject({ outcome: 'starttls-failed', because: { code: 'handshake-failed' } });
  });
});

describe('our own limits say nothing about the server', () => {
  test.each(['connect', 'greeting', 'ehlo', 'starttls', 'handshake'] as const)(
    'out of time at %s',
    (stage) => {
      expect(judged(endedAt(stage, 'out-of-time'))).toEqual({
        outcome: 'out-of-time',
        because: { code: 'out-of-time', facts: {} },
      });
    },
  );

  test.each([
    ['not-public', 'not-public'],
    ['out-of-time', 'out-of-time'],
    ['never-probe', 'not-tested'],
    ['address-limit', 'not-tested'],
    ['backing-off', 'not-tested'],
    ['prober-failed', 'not-tested'],
    ['no-prober', 'not-tested'],
  ] as const)('%s is %s', (because, outcome) => {
    const result = sessionOutcome(notMade('192.0.2.1', because, 'throttled'));
    expect(result).toMatchObject({ outcome, because: { code: because }, connection: null });
  });
});

test('a server’s words are kept short and free of control characters', () => {
  const seen = endedAt('greeting', 'reply', { greeting: reply(554, `\u001b[31m\u202e${'no '.repeat(500)}`) });
  const { because } = ofConnections(seen);
  const text = because.code === 'refused' ? because.facts.text : '';
  expect(text).toContain('no no');
  expect(text.length).toBeLessThan(160);
  expect(text).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});
