import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Reply } from '../../functions/probe/probe-evidence.ts';
import { ReplyReader } from '../../functions/probe/reply.ts';
import type { Progress } from '../../functions/probe/reply.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

/** Reads pieces until something is decided, as a connection does. */
function readAll(pieces: readonly Buffer[]): {
  readonly progress: Progress;
  readonly lines: readonly string[];
} {
  const lines: string[] = [];
  const reader = new ReplyReader((line) => lines.push(line));
  for (const piece of pieces) {
    const progress = reader.read(piece);
    if (progress.state !== 'unfinished') return { progress, lines };
  }
  return { progress: { state: 'unfinished' }, lines };
}

const read = (text: string): Progress => readAll([bytes(text)]).progress;
const reply = (code: number, ...lines: string[]): Progress => ({
  state: 'reply',
  reply: { code, lines },
  restBytes: 0,
});

const onTheWire = ({ code, lines }: Reply): string =>
  lines.map((line, index) => `${code}${index === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');

describe('an SMTP reply', () => {
  it('of one line ends with it', () => {
    expect(read('220 mx.example ESMTP\r\n')).toStrictEqual(reply(220, 'mx.example ESMTP'));
  });

  it('of several lines goes on while a hyphen follows the code', () => {
    expect(read('250-mx.example\r\n250-SIZE 1000\r\n250 STARTTLS\r\n')).toStrictEqual(
      reply(250, 'mx.example', 'SIZE 1000', 'STARTTLS'),
    );
  });

  it('may be a code and nothing else, with or without the space', () => {
    expect(read('250\r\n')).toStrictEqual(reply(250, ''));
    expect(read('250 \r\n')).toStrictEqual(reply(250, ''));
    expect(read('250-\r\n250\r\n')).toStrictEqual(reply(250, '', ''));
  });

  it('is read where lines end with LF alone', () => {
    expect(read('220-mx.example\n220 welcome\n')).toStrictEqual(reply(220, 'mx.example', 'welcome'));
  });

  it('has the code of its last line', () => {
    expect(read('250-almost\r\n550 but no\r\n')).toStrictEqual(reply(550, 'almost', 'but no'));
  });

  it('is not there before its last line has ended', () => {
    expect(read('220-mx.example\r\n220 mx.example')).toStrictEqual({ state: 'unfinished' });
  });

  it('leaves what follows it unread, and says how much that is', () => {
    expect(read('220 ready\r\n250 injected\r\n')).toStrictEqual({
      state: 'reply',
      reply: { code: 220, lines: ['ready'] },
      restBytes: 14,
    });
  });

  it.each([
    'HTTP/1.1 400 Bad Request\r\n',
    'SSH-2.0-OpenSSH_9.2\r\n',
    '* OK IMAP4rev1 ready\r\n',
    '+OK POP3 ready\r\n',
    '\r\n',
    '22\r\n',
    '2200 welcome\r\n',
    '22O mx.example\r\n',
    '120 mx.example\r\n',
    '650 mx.example\r\n',
    ' 220 mx.example\r\n',
    '220************\r\n',
    '220\tmx.example\r\n',
    '\x16\x03\x03\x00\x02\n',
  ])('is not %j', (text) => {
    expect(read(text)).toMatchObject({ state: 'malformed' });
  });

  it('is malformed when any line of it is, and shows that line', () => {
    expect(read('250-mx.example\r\nSTARTTLS\r\n250 ok\r\n')).toStrictEqual({
      state: 'malformed',
      line: 'STARTTLS',
    });
  });

  it('may have lines of 4096 octets and no longer ones', () => {
    expect(read(`220 ${'x'.repeat(4092)}\r\n`)).toMatchObject({ state: 'reply' });
    expect(read(`220 ${'x'.repeat(4093)}\r\n`)).toMatchObject({ state: 'too-long' });
    expect(read('x'.repeat(4097))).toMatchObject({ state: 'too-long' });
  });

  it('may have 256 lines and no more', () => {
    expect(read(`${'250-x\r\n'.repeat(255)}250 x\r\n`)).toMatchObject({ state: 'reply' });
    expect(read('250-x\r\n'.repeat(257))).toMatchObject({ state: 'too-long' });
  });

  it('may have 64 KiB and no more', () => {
    const line = `250-${'x'.repeat(4090)}\r\n`;
    expect(read(`${line.repeat(15)}250 ${'x'.repeat(4090)}\r\n`)).toMatchObject({ state: 'reply' });
    expect(read(line.repeat(17))).toMatchObject({ state: 'too-long' });
  });
});

describe('a reader of replies', () => {
  it('reads one reply after another', () => {
    const reader = new ReplyReader(() => {});
    expect(reader.read(bytes('250-a\r\n250 b\r\n'))).toStrictEqual(reply(250, 'a', 'b'));
    expect(reader.read(bytes('221 bye\r\n'))).toStrictEqual(reply(221, 'bye'));
  });

  it('tells of every line as it was sent', () => {
    expect(readAll([bytes('250-mx.example\r\n25'), bytes('0 ok\r\n')]).lines).toStrictEqual([
      '250-mx.example',
      '250 ok',
    ]);
  });

  it('shows the beginning of a line that never ended', () => {
    const reader = new ReplyReader(() => {});
    reader.read(bytes('220-mx.example\r\n220 wel'));
    expect(reader.partialLine()).toBe('220 wel');
    reader.read(bytes('come\r\n'));
    expect(reader.partialLine()).toBe('');
  });

  const wellFormed: fc.Arbitrary<Reply> = fc.record({
    code: fc.integer({ min: 200, max: 599 }),
    lines: fc.array(fc.stringMatching(/^[ -~]{0,60}$/), { minLength: 1, maxLength: 20 }),
  });

  it('reads the same reply however the stream is cut', () => {
    fc.assert(
      fc.property(wellFormed, fc.array(fc.nat({ max: 1500 }), { maxLength: 30 }), (sent, cuts) => {
        const stream = bytes(onTheWire(sent));
        const edges = [
          0,
          ...cuts.filter((cut) => cut < stream.length).toSorted((a, b) => a - b),
          stream.length,
        ];
        const pieces = edges.slice(1).map((edge, index) => stream.subarray(edges[index], edge));
        expect(readAll(pieces).progress).toStrictEqual({ state: 'reply', reply: { ...sent }, restBytes: 0 });
      }),
    );
  });

  it('comes to an end within its bounds whatever bytes it is given', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ minLength: 1, maxLength: 3000 }), { maxLength: 60 }), (pieces) => {
        const { progress, lines } = readAll(pieces.map((piece) => Buffer.from(piece)));
        expect(['unfinished', 'reply', 'malformed', 'too-long']).toContain(progress.state);
        expect(lines.length).toBeLessThanOrEqual(257);
        for (const line of lines) expect(line).toMatch(/^[^\p{C}]{0,512}$/u);
      }),
    );
  });
});
