import { describe, expect, test } from 'vitest';
import { assessAddress, encryptsToday } from '../../functions/assessment/mx-address.ts';
import type { EgressEvidence } from '../../functions/probe/egress-evidence.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import type { ProbeResult } from '../../functions/probe/prober.ts';
import {
  canaries,
  connection,
  endedAt,
  HOST,
  made,
  notMade,
  OBSERVED_AT,
  REFUSED,
  reply,
  SOUND_TLS,
  WITHOUT_STARTTLS,
} from './observed.ts';

const IP = '192.0.2.1';
const assess = (
  first: ConnectionEvidence | ProbeResult,
  egress: EgressEvidence | null = null,
  second: ProbeResult | null = null,
) => assessAddress(HOST, 'attempt' in first ? first : made(IP, first), second, egress);
const codes = (address: ReturnType<typeof assess>) => address.findings.map(({ code }) => code);

test('a sound server is shown with everything it offered', () => {
  expect(assess(connection())).toMatchObject({
    ip: IP,
    observedAt: OBSERVED_AT,
    outcome: 'encrypted',
    because: { code: 'encrypted', scope: 'address', subject: `${HOST}[${IP}]`, kind: 'merit' },
    findings: [],
    provisional: false,
    tls: {
      version: 'TLSv1.3',
      group: 'X25519MLKEM768',
      postQuantum: 'yes',
      legacyOnly: false,
      grade: 'good',
    },
    certificate: { names: ['*.vendor.example'], faults: [], grade: 'good' },
    software: 'Postfix',
    extensions: ['PIPELINING', 'STARTTLS', 'REQUIRETLS'],
    requireTls: true,
  });
});

test('an address that was not asked shows nothing it might have said', () => {
  expect(assess(notMade(IP, 'address-limit'))).toMatchObject({
    observedAt: null,
    outcome: 'not-tested',
    tls: null,
    certificate: null,
    software: null,
    extensions: [],
    requireTls: false,
    transcript: [],
  });
});

describe('our own side is taken out', () => {
  const masked = endedAt('ehlo', 'not-offered', {
    ehlo: { command: 'EHLO', reply: reply(250, 'mx', 'XXXXXXXA') },
  });

  test.each([
    ['a timeout', endedAt('connect', 'timeout')],
    ['no route', endedAt('connect', 'no-route')],
    ['a connection without a greeting', endedAt('greeting', 'timeout')],
  ])('%s while no canary can be reached is egress-blocked', (_, seen) => {
    const address = assess(seen, canaries('no-connection', 'no-connection', 'no-connection'));
    expect(address.outcome).toBe('egress-blocked');
    expect(address.because).toMatchObject({ code: 'egress-blocked', facts: { canaries: 3 } });
  });

  test.each([
    ['a reset', endedAt('connect', 'connection-refused'), 'unreachable'],
    ['a greeting in nonsense', endedAt('greeting', 'malformed'), 'unreachable'],
    ['a refusal', REFUSED, 'refused'],
  ])('%s is an answer, whatever the canaries met', (_, seen, outcome) => {
    expect(assess(seen, canaries('no-connection', 'no-connection')).outcome).toBe(outcome);
  });

  test.each([
    ['while canaries are reached', canaries('clear', 'clear', 'no-connection')],
    ['while most canaries time out too', canaries('clear', 'no-connection', 'no-connection')],
    ['while nobody asked the canaries', null],
  ])('a timeout %s stays unreachable', (_, egress) => {
    expect(assess(endedAt('connect', 'timeout'), egress).outcome).toBe('unreachable');
  });

  test.each([
    ['no STARTTLS', WITHOUT_STARTTLS],
    ['masked STARTTLS', masked],
    ['a failing handshake', endedAt('handshake', 'tls')],
    ['a session that may be with whatever interferes', connection()],
  ])('%s while every canary is tampered with is egress-interfered', (_, seen) => {
    const address = assess(seen, canaries('tampered', 'tampered', 'no-connection'));
    expect(address).toMatchObject({ outcome: 'egress-interfered', tls: null, certificate: null });
  });

  test('one canary that came through clears our side', () => {
    const address = assess(masked, canaries('clear', 'tampered', 'refused'));
    expect(address).toMatchObject({
      outcome: 'not-offered',
      because: { code: 'starttls-masked', facts: { shown: 'XXXXXXXA' } },
    });
  });

  test.each([
    ['no canary was asked', null],
    ['those that answered turned us away', canaries('refused')],
    ['none was found', canaries('not-found')],
    ['none could be reached', canaries('no-connection', 'no-connection')],
  ])('a mask is nobody’s while %s: the address is not tested, and looked at again', (_, egress) => {
    expect(assess(masked, egress)).toMatchObject({
      outcome: 'not-tested',
      because: { code: 'starttls-masked-somewhere', kind: 'gap', facts: { shown: 'XXXXXXXA' } },
      provisional: true,
    });
  });
});

describe('old TLS', () => {
  const tls10 = { ...SOUND_TLS, version: 'TLSv1', cipher: 'ECDHE-RSA-AES256-SHA', group: 'prime256v1' };
  const failing = endedAt('handshake', 'tls', { detail: 'unsupported protocol' });

  test('TLS 1.0 and nothing newer is encrypted, and not for today’s senders', () => {
    const address = assess(made(IP, failing, connection({ hello: 'legacy', tls: tls10 })));
    expect(address).toMatchObject({ outcome: 'encrypted', tls: { legacyOnly: true, grade: 'insufficient' } });
    expect(address.findings.find(({ code }) => code === 'legacy-tls')).toMatchObject({
      kind: 'fault',
      facts: { version: 'TLSv1' },
    });
    expect(codes(address)).not.toContain('version-grade');
    expect(encryptsToday(address)).toBe(false);
  });

  test('a server that fails at a modern hello and takes a small one gives today’s senders no TLS', () => {
    const address = assess(made(IP, failing, connection({ hello: 'legacy' })));
    expect(address.findings.find(({ code }) => code === 'legacy-hello-only')).toMatchObject({
      kind: 'fault',
      facts: { version: 'TLSv1.3' },
    });
    expect(codes(address)).not.toContain('starttls-inconsistent');
    expect(encryptsToday(address)).toBe(false);
  });

  test('TLS 1.2 is fine', () => {
    const tls = { ...SOUND_TLS, version: 'TLSv1.2', cipher: 'ECDHE-RSA-AES128-GCM-SHA256', group: 'X25519' };
    const address = assess(connection({ tls }));
    expect(encryptsToday(address)).toBe(true);
    expect(address.tls).toMatchObject({ postQuantum: 'no', grade: 'sufficient' });
    expect(address.findings).toMatchObject([
      { code: 'version-grade', kind: 'note', facts: { name: 'TLSv1.2', grade: 'sufficient' } },
      {
        code: 'cipher-grade',
        kind: 'note',
        facts: { name: 'ECDHE-RSA-AES128-GCM-SHA256', grade: 'sufficient' },
      },
    ]);
  });

  test('a weak group is told by its name', () => {
    const address = assess(connection({ tls: { ...SOUND_TLS, group: 'DH 1024' } }));
    expect(address.findings).toMatchObject([
      { code: 'group-grade', facts: { name: 'DH 1024', grade: 'insufficient' } },
    ]);
  });

  test('a group that was not told is not graded', () => {
    const address = assess(connection({ tls: { ...SOUND_TLS, group: null } }));
    expect(address).toMatchObject({ findings: [], tls: { postQuantum: 'unknown', grade: 'good' } });
  });
});

test('a certificate fault leaves mail encrypted, as a note', () => {
  const address = assess(connection({ tls: { ...SOUND_TLS, chainError: 'DEPTH_ZERO_SELF_SIGNED_CERT' } }));
  expect(address).toMatchObject({
    outcome: 'encrypted',
    certificate: { faults: ['self-signed', 'certificate-not-trusted'] },
    findings: [{ code: 'self-signed', kind: 'note' }],
  });
});

test('a certificate is judged by the clock of its own connection', () => {
  const later = connection({ observedAt: '2027-01-02T00:00:00.000Z' });
  expect(assess(later).certificate?.faults).toEqual(['certificate-expired']);
});

test('bytes in clear behind the 220 to STARTTLS are told, whatever became of the handshake', () => {
  for (const seen of [
    connection({ clearBytesAfterStartTls: 27 }),
    endedAt('handshake', 'tls', { clearBytesAfterStartTls: 27 }),
  ]) {
    expect(assess(seen).findings).toMatchObject([
      { code: 'clear-bytes-after-starttls', facts: { sizeBytes: 27 } },
    ]);
  }
});

describe('second looks', () => {
  test('a refusal that gave way to TLS is encrypted, and shows the second session', () => {
    const later = connection({ observedAt: '2026-11-22T01:04:00.000Z' });
    const address = assess(REFUSED, null, made(IP, later));
    expect(address).toMatchObject({
      outcome: 'encrypted',
      provisional: false,
      observedAt: '2026-11-22T01:04:00.000Z',
      findings: [],
    });
  });

  test('STARTTLS that comes and goes is not-offered, and said to be so', () => {
    const address = assess(connection(), null, made(IP, WITHOUT_STARTTLS));
    expect(address).toMatchObject({ outcome: 'not-offered', provisional: false, tls: null });
    expect(address.findings).toMatchObject([
      { code: 'starttls-inconsistent', kind: 'fault', facts: { first: 'encrypted', second: 'not-offered' } },
    ]);
  });

  test('a single look in clear is provisional', () => {
    const address = assess(WITHOUT_STARTTLS);
    expect(address.provisional).toBe(true);
    expect(codes(address)).toEqual(['second-look-due']);
  });
});

describe('what is offered', () => {
  test('REQUIRETLS in clear means nothing (RFC 8689 section 2)', () => {
    const ehlo = { command: 'EHLO', reply: reply(250, 'mx', 'STARTTLS', 'REQUIRETLS') } as const;
    const address = assess(connection({ ehlo, ehloAfterTls: reply(250, 'mx', 'PIPELINING') }));
    expect(address).toMatchObject({
      requireTls: false,
      extensions: ['STARTTLS', 'REQUIRETLS', 'PIPELINING'],
    });
  });

  test('an error inside TLS offers nothing', () => {
    const address = assess(connection({ ehloAfterTls: reply(503, 'bad', 'REQUIRETLS') }));
    expect(address).toMatchObject({ requireTls: false, extensions: ['PIPELINING', 'STARTTLS'] });
  });

  test('a refusal or HELO offers nothing', () => {
    const refused = endedAt('ehlo', 'reply', { ehlo: { command: 'EHLO', reply: reply(550, 'a', 'b') } });
    const helo = endedAt('helo', 'not-offered', { ehlo: { command: 'HELO', reply: reply(250, 'a', 'b') } });
    expect(assess(refused).extensions).toEqual([]);
    expect(assess(helo).extensions).toEqual([]);
  });

  test('a thousand keywords are not all kept', () => {
    const lines = Array.from({ length: 1000 }, (_, at) => `X${at}`);
    const ehlo = { command: 'EHLO', reply: reply(250, 'mx', ...lines) } as const;
    expect(assess(connection({ ehlo })).extensions).toHaveLength(64);
  });
});

const line = (text: string) => [{ atMs: 1, from: 'server', line: text }] as const;
test('the transcript has every connection, the later ones under a note', () => {
  const first = made(
    IP,
    endedAt('handshake', 'tls', { transcript: line('one') }),
    endedAt('handshake', 'tls', { hello: 'legacy', transcript: line('two') }),
  );
  const { transcript } = assess(first, null, made(IP, connection({ transcript: line('three') })));
  expect(transcript.map(({ from, line: text }) => `${from}: ${text}`)).toEqual([
    'server: one',
    `note: first look at ${OBSERVED_AT}, legacy hello`,
    'server: two',
    `note: second look at ${OBSERVED_AT}, modern hello`,
    'server: three',
  ]);
});
