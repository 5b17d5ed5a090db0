import { describe, expect, test } from 'vitest';
import {
  cell,
  displayOf,
  escaped,
  fallback,
  foreign,
  line,
  plain,
  shownName,
} from '../../functions/presenters/slack-text.ts';

describe('a line of text', () => {
  test('is cut in the middle, for the end of a sentence may say what the rest is worth', () => {
    const sentence = `mx would not talk to us: 554 ("${'A'.repeat(500)}"). This says nothing about its encryption.`;
    const shown = line(sentence);
    expect(shown).toHaveLength(420);
    expect(shown).toMatch(
      /^mx would not talk to us: 554 .*…A*"\)\. This says nothing about its encryption\.$/,
    );
  });

  test('shows control and direction characters as what they are', () => {
    expect(line('a\u202eb\u0007c\nd\u200be')).toBe('a\\u{202e}b\\x07c\\x0ad\\u{200b}e');
  });

  test('is never empty, which Slack would refuse', () => {
    expect([line(''), line('  '), cell('').text]).toEqual(['–', '–', '–']);
  });

  test('does not end in half a character', () => {
    for (const most of [10, 11, 12, 13]) expect(line('🔓'.repeat(40), most).isWellFormed()).toBe(true);
  });

  test("a stranger's words have 200 characters", () => {
    expect(foreign('A'.repeat(201))).toHaveLength(200);
    expect(foreign('A'.repeat(200))).toBe('A'.repeat(200));
  });
});

test('what Slack would read as markup is escaped in the text for notifications', () => {
  expect(escaped('<!channel> & <@U1>')).toBe('&lt;!channel&gt; &amp; &lt;@U1&gt;');
  expect(fallback('<https://evil.example|vendor.com>')).toBe('&lt;https://evil.example|vendor.com&gt;');
});

test('no name between colons becomes a picture in plain text', () => {
  expect(plain(':tick:')).toEqual({ type: 'plain_text', text: ':tick:', emoji: false });
});

test('a name in another script stands beside the form it has in the DNS', () => {
  expect(displayOf('xn--bcher-kva.example')).toBe('bücher.example');
  expect(shownName({ domain: 'xn--bcher-kva.example', displayDomain: 'bücher.example' })).toBe(
    'bücher.example (xn--bcher-kva.example)',
  );
  expect(shownName({ domain: 'vendor.example', displayDomain: 'vendor.example' })).toBe('vendor.example');
});
