import { getEventListeners } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { createHandshakes } from '../../functions/probe/handshake.ts';
import type { Hello } from '../../functions/probe/handshake.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import type { ProbeBounds } from '../../functions/probe/prober.ts';
import { holdSession } from '../../functions/probe/session.ts';
import type { SessionResult } from '../../functions/probe/session.ts';
import type { Posture, Script } from '../lab/posture.ts';
import { HOST, authority, startServer } from './mail-server.ts';
import type { RunningServer } from './mail-server.ts';

const PATIENT: ProbeBounds = { connectMs: 5000, greetingMs: 5000, replyMs: 5000, handshakeMs: 5000 };
const HASTY: ProbeBounds = { connectMs: 5000, greetingMs: 60, replyMs: 60, handshakeMs: 60 };
const OBSERVED_AT = '2026-11-22T01:02:03.456Z';
const startHandshake = createHandshakes([authority.rootPem]);

let server: RunningServer;
afterEach(() => server.close());

interface Circumstances {
  readonly bounds?: ProbeBounds;
  readonly signal?: AbortSignal;
  readonly hello?: Hello;
  readonly ehloName?: string;
}

async function hold(
  posture: Omit<Posture, 'shows'>,
  given: Circumstances = {},
): Promise<Extract<SessionResult, { held: true }>> {
  server = await startServer({ shows: 'what this test is about', ...posture });
  const result = await holdSession(
    { ip: '127.0.0.1', port: server.port, serverName: HOST, hello: given.hello ?? 'modern' },
    {
      bounds: given.bounds ?? PATIENT,
      ehloName: given.ehloName ?? 'probe.us.example',
      startHandshake,
      clock: () => Date.parse(OBSERVED_AT),
    },
    given.signal ?? new AbortController().signal,
  );
  if (!result.held) throw new Error(result.detail);
  return result;
}

async function meet(posture: Omit<Posture, 'shows'>, given: Circumstances = {}): Promise<ConnectionEvidence> {
  const { evidence } = await hold(posture, given);
  return evidence;
}

/** What the server has been told, once it knows that we have gone. */
async function heard(): Promise<readonly string[]> {
  await vi.waitFor(() => expect(server.visits.at(-1)).toMatchObject({ closedAtMs: expect.any(Number) }));
  return server.visits.at(-1)?.commands ?? [];
}

const EHLO = 'EHLO probe.us.example';

describe('a session with a sound server', () => {
  it('reads like one typed by hand', async () => {
    const { transcript } = await meet({});
    expect(
      transcript.map(({ from, line }) => `${{ client: '>', server: '<', note: ' ' }[from]} ${line}`),
    ).toStrictEqual([
      `  -- connecting to 127.0.0.1 port ${server.port}`,
      `< 220 ${HOST} ESMTP`,
      `> ${EHLO}`,
      `< 250-${HOST}`,
      '< 250-PIPELINING',
      '< 250-SIZE 35882577',
      '< 250-STARTTLS',
      '< 250 8BITMIME',
      '> STARTTLS',
      '< 220 2.0.0 Ready to start TLS',
      '  -- TLS handshake, modern hello',
      '  -- TLSv1.3, TLS_AES_256_GCM_SHA384, X25519MLKEM768',
      '  -- certificate chain of 2, trusted',
      `> ${EHLO}`,
      `< 250-${HOST}`,
      '< 250-PIPELINING',
      '< 250-SIZE 35882577',
      '< 250 8BITMIME',
      '> QUIT',
    ]);
  });

  it('says EHLO, STARTTLS, EHLO again and QUIT, and nothing else', async () => {
    await meet({});
    expect(await heard()).toStrictEqual([EHLO, 'STARTTLS', EHLO, 'QUIT']);
    expect(server.visits).toHaveLength(1);
    expect(server.visits[0]).toMatchObject({ serverName: HOST });
  });

  it('records what was agreed, the chain as sent and OpenSSL’s verdict', async () => {
    const evidence = await meet({});
    expect(evidence).toMatchObject({
      hello: 'modern',
      observedAt: OBSERVED_AT,
      localAddress: '127.0.0.1',
      greeting: { code: 220, lines: [`${HOST} ESMTP`] },
      ehlo: { command: 'EHLO', reply: { code: 250 } },
      starttls: { code: 220, lines: ['2.0.0 Ready to start TLS'] },
      clearBytesAfterStartTls: 0,
      tls: {
        version: 'TLSv1.3',
        cipher: 'TLS_AES_256_GCM_SHA384',
        group: 'X25519MLKEM768',
        chainError: null,
      },
      ehloAfterTls: { code: 250, lines: [HOST, 'PIPELINING', 'SIZE 35882577', '8BITMIME'] },
      end: { stage: 'quit', cause: 'completed', detail: '' },
    });
    expect(evidence.tls?.chain).toHaveLength(2);
  });

  it('records when TCP was connected, which is before the greeting', async () => {
    const { connectedAtMs, transcript } = await meet({
      greeting: [{ waitSeconds: 0.05 }, `220 ${HOST} ESMTP`],
    });
    const greeted = transcript.find(({ from }) => from === 'server');
    expect(connectedAtMs).toBeGreaterThanOrEqual(0);
    expect(connectedAtMs).toBeLessThanOrEqual(greeted?.atMs ?? 0);
  });

  it('is plain JSON', async () => {
    const evidence = await meet({});
    expect(JSON.parse(JSON.stringify(evidence))).toStrictEqual(evidence);
  });

  it('gives an address literal for a name when there is none', async () => {
    await meet({}, { ehloName: '' });
    expect((await heard())[0]).toBe('EHLO [127.0.0.1]');
  });

  it('leaves no listener, timer or socket behind', async () => {
    const { signal } = new AbortController();
    const before = process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const { gone } = await hold({}, { signal });
    await gone;
    expect(getEventListeners(signal, 'abort')).toHaveLength(0);
    await heard();
    await vi.waitFor(() => {
      const resources = process.getActiveResourcesInfo();
      expect(resources.filter((name) => name === 'TCPSocketWrap')).toHaveLength(0);
      expect(resources.filter((name) => name === 'Timeout').length).toBeLessThanOrEqual(before + 1);
    });
  });
});

describe('a refusal', () => {
  it.each<[string, Omit<Posture, 'shows'>, string, string, readonly string[]]>([
    [
      '554 in greeting',
      { greeting: ['554 No SMTP service here'] },
      'greeting',
      '554 No SMTP service here',
      ['QUIT'],
    ],
    ['421 in greeting', { greeting: ['421 Too busy'] }, 'greeting', '421 Too busy', ['QUIT']],
    [
      '550 to EHLO',
      { ehlo: ['550-Not you', '550 and never again'] },
      'ehlo',
      '550 Not you and never again',
      [EHLO, 'QUIT'],
    ],
    ['450 to EHLO', { ehlo: ['450 Try later'] }, 'ehlo', '450 Try later', [EHLO, 'QUIT']],
    [
      '550 to HELO',
      { ehlo: ['502 What?'], helo: ['550 Not you'] },
      'helo',
      '550 Not you',
      [EHLO, 'HELO probe.us.example', 'QUIT'],
    ],
    [
      '454 to STARTTLS',
      { starttls: ['454 No certificate'] },
      'starttls',
      '454 No certificate',
      [EHLO, 'STARTTLS', 'QUIT'],
    ],
    ['502 to STARTTLS', { starttls: ['502 What?'] }, 'starttls', '502 What?', [EHLO, 'STARTTLS', 'QUIT']],
  ])(
    'of %s is recorded in the server’s words, and answered with QUIT',
    async (_kind, posture, stage, detail, told) => {
      const { end, tls } = await meet(posture);
      expect(end).toStrictEqual({ stage, cause: 'reply', detail });
      expect(tls).toBeNull();
      expect(await heard()).toStrictEqual(told);
    },
  );
});

describe('a server without STARTTLS', () => {
  it('is asked for nothing further', async () => {
    const { end } = await meet({ keywords: ['SIZE 1000', 'STARTTLSX'] });
    expect(end).toStrictEqual({ stage: 'ehlo', cause: 'not-offered', detail: '' });
    expect(await heard()).toStrictEqual([EHLO, 'QUIT']);
  });

  it('that knows HELO alone is greeted with that', async () => {
    const { end, ehlo } = await meet({ ehlo: ['500 What?'] });
    expect(end).toStrictEqual({ stage: 'helo', cause: 'not-offered', detail: '' });
    expect(ehlo).toStrictEqual({ command: 'HELO', reply: { code: 250, lines: [HOST] } });
    expect(await heard()).toStrictEqual([EHLO, 'HELO probe.us.example', 'QUIT']);
  });
});

describe('a server that does not like our name', () => {
  // RFC 5321 section 4.2.2: 501 and 504 speak of the parameter; another client may hear STARTTLS.
  it.each(['501 5.5.4 Invalid name', '504 5.5.2 Need a fully-qualified name'])(
    'refuses us, and does not say that it has no STARTTLS: %s',
    async (words) => {
      const { end } = await meet({ ehlo: [words] });
      expect(end).toStrictEqual({ stage: 'ehlo', cause: 'reply', detail: words });
      expect(await heard()).toStrictEqual([EHLO, 'QUIT']);
    },
  );
});

describe('bytes in clear behind the 220 to STARTTLS', () => {
  const together = ['220 Go ahead\r\n', '250-mx.evil.example\r\n250 XINJECTED\r\n'];

  it('are counted, and never taken for anything said inside TLS', async () => {
    const { clearBytesAfterStartTls, ehloAfterTls, tls, end } = await meet({ starttls: [{ together }] });
    expect(clearBytesAfterStartTls).toBe(36);
    expect(tls?.version).toBe('TLSv1.3');
    expect(ehloAfterTls?.lines).toStrictEqual([HOST, 'PIPELINING', 'SIZE 35882577', '8BITMIME']);
    expect(end.cause).toBe('completed');
  });

  it('are nobody’s reply inside TLS when they say 421 either', async () => {
    const together421 = ['220 Go ahead\r\n', '421 bye\r\n'];
    const { clearBytesAfterStartTls, end } = await meet({ starttls: [{ together: together421 }] });
    expect(clearBytesAfterStartTls).toBe(9);
    expect(end.cause).toBe('completed');
  });

  it('spoil the handshake when they come in a segment of their own', async () => {
    const posture = { starttls: ['220 Go ahead', { waitSeconds: 1 }, { bytes: '250 XINJECTED\r\n' }] };
    const { end, ehloAfterTls } = await meet(posture);
    expect(end).toMatchObject({ stage: 'handshake', cause: 'tls' });
    expect(ehloAfterTls).toBeNull();
  });
});

describe('a server that speaks out of turn', () => {
  it('before EHLO is not asked anything', async () => {
    const { end } = await meet({ greeting: [{ bytes: '220 one\r\n250 two\r\n' }] });
    expect(end).toStrictEqual({
      stage: 'ehlo',
      cause: 'malformed',
      detail: `9 bytes came unasked before ${EHLO}`,
    });
    expect(await heard()).toStrictEqual(['QUIT']);
  });

  it('but 421 right behind its greeting is the reply to EHLO (RFC 5321 section 3.8)', async () => {
    const { ehlo, end } = await meet({ greeting: [{ bytes: '220 one\r\n421 4.3.2 Too busy\r\n' }] });
    expect(ehlo).toStrictEqual({ command: 'EHLO', reply: { code: 421, lines: ['4.3.2 Too busy'] } });
    expect(end).toStrictEqual({ stage: 'ehlo', cause: 'reply', detail: '421 4.3.2 Too busy' });
    expect(await heard()).toStrictEqual([EHLO, 'QUIT']);
  });

  it('before STARTTLS is not asked for it, and has told nothing of its TLS', async () => {
    const { end, starttls } = await meet({ ehlo: [{ bytes: '250-mx.example\r\n250 STARTTLS\r\n\r\n' }] });
    expect(end).toStrictEqual({
      stage: 'ehlo',
      cause: 'malformed',
      detail: '2 bytes came unasked before STARTTLS',
    });
    expect(starttls).toBeNull();
    expect(await heard()).toStrictEqual([EHLO, 'QUIT']);
  });

  it('is never taken to have answered EHLO without offering STARTTLS', async () => {
    const { end } = await meet({ ehlo: ['220 a second greeting', '250-mx.example', '250 STARTTLS'] });
    expect(end).toMatchObject({ stage: 'ehlo', cause: 'malformed' });
  });
});

describe('a server that breaks off', () => {
  const ends: readonly [string, Script, string][] = [
    ['closes', [{ ending: 'close' }], 'closed'],
    ['resets', [{ ending: 'reset' }], 'reset'],
    ['falls silent', [{ ending: 'silence' }], 'timeout'],
    ['talks nonsense', ['nonsense', { ending: 'silence' }], 'malformed'],
    ['never ends its line', [{ floodWith: '2'.repeat(1000) }], 'too-long'],
    ['never ends its reply', [{ forever: '250-more', everySeconds: 0.01 }], 'too-long'],
  ];
  const stages = ['ehlo', 'helo', 'starttls'] as const;

  it.each(
    ends.flatMap(([does, script, cause]) => stages.map((stage) => [does, stage, cause, script] as const)),
  )('%s at %s: %s', async (_does, stage, cause, script) => {
    const posture = stage === 'helo' ? { ehlo: ['502 What?'], helo: script } : { [stage]: script };
    const { end, tls } = await meet(posture, { bounds: cause === 'timeout' ? HASTY : PATIENT });
    expect(end).toMatchObject({ stage, cause });
    expect(tls).toBeNull();
    await heard();
  });

  it.each<[string, Script, string]>([
    ['is late', [], 'timeout'],
    ['talks nonsense', ['nonsense'], 'malformed'],
    ['talks too much', ['2'.repeat(5000)], 'too-long'],
  ])('%s is told QUIT all the same', async (_does, script, cause) => {
    const { end } = await meet({ starttls: script }, { bounds: { ...PATIENT, replyMs: 500 } });
    expect(end).toMatchObject({ stage: 'starttls', cause });
    expect(await heard()).toStrictEqual([EHLO, 'STARTTLS', 'QUIT']);
  });

  it.each([
    ['closes', [{ ending: 'close' }], 'closed'],
    ['falls silent', [{ ending: 'silence' }], 'timeout'],
    ['talks nonsense', ['500 nonsense', { ending: 'silence' }], 'tls'],
    ['resets', [{ ending: 'reset' }], 'reset'],
  ] as const)('%s in the handshake: %s', async (_does, insteadOfHandshake, cause) => {
    const { end, tls } = await meet(
      { insteadOfHandshake },
      { bounds: cause === 'timeout' ? HASTY : PATIENT },
    );
    expect(end).toMatchObject({ stage: 'handshake', cause });
    expect(tls).toBeNull();
    expect(await heard()).toStrictEqual([EHLO, 'STARTTLS']);
  });

  it('in the middle of a line: that line is shown', async () => {
    const { end, transcript } = await meet({ greeting: [{ bytes: '220 mx.ven' }, { ending: 'close' }] });
    expect(end).toStrictEqual({ stage: 'greeting', cause: 'closed', detail: '220 mx.ven' });
    expect(transcript.map(({ line }) => line)).toContain('220 mx.ven');
  });

  it.each([
    ['resets', [{ ending: 'reset' }]],
    ['closes', [{ ending: 'close' }]],
    ['falls silent', [{ ending: 'silence' }]],
    ['talks nonsense', ['nonsense']],
  ] as const)('%s at QUIT: TLS has been there all the same', async (_does, quit) => {
    const { evidence, gone } = await hold({ quit }, { bounds: { ...PATIENT, replyMs: 500 } });
    expect(evidence.end).toStrictEqual({ stage: 'quit', cause: 'completed', detail: '' });
    expect(evidence.tls?.version).toBe('TLSv1.3');
    expect(evidence.ehloAfterTls?.code).toBe(250);
    await gone;
    expect(await heard()).toStrictEqual([EHLO, 'STARTTLS', EHLO, 'QUIT']);
  });
});

describe('the reply to QUIT', () => {
  it('is waited for, but not by whoever wants to know what was seen', async () => {
    const quit: Script = [{ waitSeconds: 20 }, '221 2.0.0 Bye', { ending: 'close' }];
    const { evidence, gone } = await hold({ quit });
    const seen = structuredClone(evidence);
    let left = false;
    const leaving = gone.then(() => (left = true));
    expect(left).toBe(false);
    expect(server.visits[0]?.closedAtMs).toBeNull();
    await leaving;
    expect(await heard()).toStrictEqual([EHLO, 'STARTTLS', EHLO, 'QUIT']);
    expect(evidence).toStrictEqual(seen);
  });

  it('is not waited for when the time is over', async () => {
    const deadline = new AbortController();
    const { gone } = await hold({ quit: [{ ending: 'silence' }] }, { signal: deadline.signal });
    deadline.abort();
    await gone;
    expect((await heard()).at(-1)).toBe('QUIT');
  });
});

describe('a server that has not greeted', () => {
  it('is told nothing, not even QUIT', async () => {
    const { end } = await meet({ greeting: [{ ending: 'silence' }] }, { bounds: HASTY });
    expect(end).toMatchObject({ stage: 'greeting', cause: 'timeout' });
    expect(await heard()).toStrictEqual([]);
    expect(server.visits[0]?.bytes).toBe(0);
  });

  it('has the same time for a whole greeting as for a first byte', async () => {
    const greeting: Script = [{ stutter: `220 ${'x'.repeat(500)}`, everySeconds: 1 }];
    const { end } = await meet({ greeting }, { bounds: HASTY });
    expect(end).toMatchObject({ stage: 'greeting', cause: 'timeout' });
    expect(end.detail).toMatch(/^220 x*$|^22?0?$/);
  });

  it('may greet slowly, in pieces and over several lines', async () => {
    const greeting: Script = [
      { stutter: `220-${HOST}`, everySeconds: 0.1 },
      { waitSeconds: 2 },
      '220 sorry to keep you waiting',
    ];
    const evidence = await meet({ greeting });
    expect(evidence.greeting).toStrictEqual({ code: 220, lines: [HOST, 'sorry to keep you waiting'] });
    expect(evidence.end.cause).toBe('completed');
  });
});

describe('a session that is given up', () => {
  const silence: Script = [{ ending: 'silence' }];

  it.each([
    ['greeting', { greeting: silence }],
    ['ehlo', { ehlo: silence }],
    ['helo', { ehlo: ['502 What?'], helo: silence }],
    ['starttls', { starttls: silence }],
    ['handshake', { insteadOfHandshake: silence }],
  ] as const)('ends out of time at %s, with what was seen so far', async (stage, posture) => {
    const signal = AbortSignal.timeout(300);
    const { end, transcript } = await meet(posture, { signal });
    expect(end).toStrictEqual({ stage, cause: 'out-of-time', detail: '' });
    expect(transcript.at(-1)?.line).toMatch(/out of time|QUIT/);
    await heard();
  });

  it('never begins when its time is over already', async () => {
    const { end, connectedAtMs } = await meet({}, { signal: AbortSignal.abort() });
    expect(end).toStrictEqual({ stage: 'connect', cause: 'out-of-time', detail: '' });
    expect(connectedAtMs).toBeNull();
    expect(server.visits).toHaveLength(0);
  });
});

describe('a transcript', () => {
  it('keeps its size when the server has very much to say', async () => {
    const { transcript, end } = await meet({ greeting: [{ forever: '220-more', everySeconds: 0 }] });
    expect(end.cause).toBe('too-long');
    expect(transcript.length).toBeLessThanOrEqual(200);
    expect(transcript.map(({ line }) => line)).toContain('-- further lines are left out');
  });

  it('cannot act on the screen it is shown on', async () => {
    const { transcript, greeting } = await meet({
      greeting: [{ bytes: `220 ${HOST} \x1b[2J\xe2\x80\xaetxt\x07\r\n` }],
    });
    expect(transcript[1]?.line).toBe(`220 ${HOST} \\x1b[2J\\u{202e}txt\\x07`);
    expect(greeting?.lines).toStrictEqual([`${HOST} \\x1b[2J\\u{202e}txt\\x07`]);
  });
});
