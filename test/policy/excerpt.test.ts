import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { excerpt } from '../../functions/policy/excerpt.ts';

describe('what a stranger published, in an excerpt', () => {
  test.each([
    ['plain words stay', 'v=STSv1; id=1', 'v=STSv1; id=1'],
    ['other scripts stay', 'bücher 本', 'bücher 本'],
    ['control characters are shown', 'a\u0000b\u001b[31m\u007f', 'a\\x00b\\x1b[31m\\x7f'],
    ['what turns the direction of writing is shown', '\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['a soft hyphen, which hides, is shown', 'a\u00adb', 'a\\u{ad}b'],
    ['a letter that tags hide is shown', 'a\u{e0041}', 'a\\u{e0041}'],
  ])('%s', (_what, text, shown) => {
    expect(excerpt(text)).toBe(shown);
  });

  test('is cut to 120 characters, with a mark that it was', () => {
    expect(excerpt('x'.repeat(120))).toBe('x'.repeat(120));
    expect(excerpt('x'.repeat(121))).toBe(`${'x'.repeat(120)}…`);
  });

  test('never holds half a character or one that acts on a screen, and is short', () => {
    expect(excerpt(`${'x'.repeat(119)}😀`)).toBe(`${'x'.repeat(119)}…`);
    assert(
      property(string({ unit: 'binary', maxLength: 300 }), (text) => {
        const shown = excerpt(text);
        expect(shown.isWellFormed()).toBe(true);
        expect(shown).not.toMatch(/[\p{C}\p{Zl}\p{Zp}]/u);
        expect(shown.length).toBeLessThanOrEqual(512);
      }),
    );
  });
});
