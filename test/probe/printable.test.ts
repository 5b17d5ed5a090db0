import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { printable, printableText } from '../../functions/probe/printable.ts';

describe('text from a server', () => {
  it.each([
    [
      'plain ASCII stays as it is',
      Buffer.from('220 mx.example ESMTP "x" <y> \\'),
      '220 mx.example ESMTP "x" <y> \\',
    ],
    ['UTF-8 stays readable', Buffer.from('220 bücher.example 日本'), '220 bücher.example 日本'],
    ['what is not UTF-8 has its high bytes in hexadecimal', Buffer.from('b\xfccher', 'latin1'), 'b\\xfccher'],
    ['an escape sequence cannot act', Buffer.from('\x1b[31mred\x07'), '\\x1b[31mred\\x07'],
    ['NUL, CR and DEL are shown', Buffer.from('a\0b\rc\x7f'), 'a\\x00b\\x0dc\\x7f'],
    ['C1 control characters are shown', Buffer.from('a\u{9b}31m'), 'a\\u{9b}31m'],
    [
      'bidirectional overrides are shown',
      Buffer.from('\u{202e}txt.exe\u{2066}'),
      '\\u{202e}txt.exe\\u{2066}',
    ],
    ['zero-width and line separators are shown', Buffer.from('a\u{200b}b\u{2028}'), 'a\\u{200b}b\\u{2028}'],
  ])('%s', (_rule, received, shown) => {
    expect(printable(received)).toBe(shown);
  });

  it('is cut to 512 characters, with a mark that it was', () => {
    expect(printable(Buffer.alloc(512, 'x'))).toBe('x'.repeat(512));
    expect(printable(Buffer.alloc(513, 'x'))).toBe(`${'x'.repeat(511)}…`);
    expect(printable(Buffer.from('😀'.repeat(300)))).toBe(`${'😀'.repeat(255)}…`);
  });

  it('never holds anything that could act on a screen, whatever came', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (received) => {
        expect(printable(Buffer.from(received))).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{0,512}$/u);
      }),
    );
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 800 }), (received) => {
        expect(printableText(received)).toMatch(/^[^\p{C}\p{Zl}\p{Zp}]{0,512}$/u);
      }),
    );
  });
});
