/** What people type in Slack, and what Slack makes of it: domains, headers, help, or neither. */
import { assert as holds, asyncProperty, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { plainText } from '../../functions/slack/plain-text.ts';
import { readText } from '../../functions/slack/read-text.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from '../http/fake-answers.ts';
import { testDoor } from './test-door.ts';
import { wordsOf } from './words.ts';

const { door } = testDoor();

/** What a text asks for, in a word or as the domains it names. */
async function asks(text: string): Promise<string> {
  const read = await readText(text, door);
  if (read.read !== 'wish') return read.read;
  const { wish } = read;
  if (wish.wish === 'history') return `history ${wish.asked.ok ? wish.asked.question.domain : '?'}`;
  if (wish.wish !== 'domains') return wish.wish;
  return wish.asked.map((asked) => (asked.ok ? asked.question.domain : `? ${asked.asked}`)).join(' ');
}

describe('domains', () => {
  test.each([
    ['vendor.com', 'vendor.com'],
    ['  Vendor.COM. ', 'vendor.com'],
    ['<http://vendor.com|vendor.com>', 'vendor.com'],
    ['<http://mail.vendor.com|mail.vendor.com>', 'mail.vendor.com'],
    ['<https://www.vendor.com/contact?a=b&amp;c=d>', 'vendor.com'],
    ['<mailto:alice@vendor.com|alice@vendor.com>', 'vendor.com'],
    ['Alice Smith &lt;<mailto:alice@vendor.com|alice@vendor.com>&gt;', 'vendor.com'],
    ['“vendor.com”', 'vendor.com'],
    ['*vendor.com*', 'vendor.com'],
    ['`vendor.com`', 'vendor.com'],
    ['_vendor.com_', 'vendor.com'],
    ['vendor.com?', 'vendor.com'],
    ['(vendor.com)', 'vendor.com'],
    ['@vendor.com', 'vendor.com'],
    ['Is mail to <http://vendor.com|vendor.com> encrypted?', 'vendor.com'],
    ['<@U0MAILTLS> vendor.com', 'vendor.com'],
    ['<@U0MAILTLS|mailtls>vendor.com please', 'vendor.com'],
    ['münchen.de', 'xn--mnchen-3ya.de'],
    ['例え.jp', 'xn--r8jz45g.jp'],
    ['a.com b.org, c.net; d.io\ne.de', 'a.com b.org c.net d.io e.de'],
    ['a.com A.COM alice@a.com', 'a.com'],
    ['vendor.com and nosuch..example', 'vendor.com ? nosuch..example'],
    ['vendor', '? vendor'],
  ])('%j asks about %j', async (text, domains) => {
    expect(await asks(text)).toBe(domains);
  });

  test('six are too many', async () => {
    expect(await asks('a.com b.com c.com d.com e.com f.com')).toBe('too-many-domains');
  });
});

describe('words', () => {
  test.each([
    ['', 'help'],
    ['   ', 'help'],
    ['help', 'help'],
    ['HELP!', 'help'],
    ['<@U0MAILTLS>', 'help'],
    ['headers', 'headers-form'],
    ['header', 'headers-form'],
    ['history <http://vendor.com|vendor.com>', 'history vendor.com'],
    ['History VENDOR.com.', 'history vendor.com'],
  ])('%j', async (text, wish) => {
    expect(await asks(text)).toBe(wish);
  });
});

const HOP =
  'Received: from mx.vendor.example (mx.vendor.example [192.0.2.10]) by mx.us.example (Postfix) with ESMTPS id 4Pf1aa for &lt;<mailto:ann@us.example|ann@us.example>&gt;; Sun, 22 Nov 2026 00:08:00 +0000';

/** What is said of pasted headers, as a message and as a modal. */
async function headersIn(text: string, tools: typeof door): Promise<readonly object[]> {
  const read = await readText(text, tools);
  return read.read === 'headers' ? [read.answer.message(), read.answer.modal()] : [read];
}

describe('headers', () => {
  test.each([
    ['as Slack hands them out', HOP],
    ['as a quotation', `&gt; ${HOP}\n&gt; Subject: x`],
    ['as code', `\`\`\`\n${HOP}\n\`\`\``],
    ['behind a mention', `<@U0MAILTLS>\n${HOP}`],
  ])('pasted %s', async (_, text) => {
    expect(wordsOf(await headersIn(text, door))).toContain('mx.us.example');
  });

  test('say beside each hop what its server offers today, from what is stored of the recipient’s domain', async () => {
    const there = testDoor();
    expect(wordsOf(await headersIn(HOP, there.door))).not.toContain('Checked on');
    const checked = domain([host([made('192.0.2.1')], { host: 'mx.us.example' })]);
    there.answers.kept.set('us.example', aged({ ...checked, domain: 'us.example' }));
    for (const said of await headersIn(HOP, there.door)) {
      expect(wordsOf(said)).toContain(
        'Checked on 2026-11-22, this server offers encryption (TLS 1.3), as it did then.',
      );
    }
    expect(there.answers.asked).toEqual([]);
  });

  test('do not wait for a store that says nothing', async () => {
    const answers = { ...door.answers, stored: () => new Promise<never>(() => {}) };
    expect(wordsOf(await headersIn(HOP, { ...door, answers }))).toContain('mx.us.example');
  });

  test('addresses keep the form they were pasted in', () => {
    expect(plainText(HOP)).toContain('for <ann@us.example>;');
  });

  test.each([
    'From: ann@us.example\nTo: bob@vendor.example\nSubject: lunch',
    '&gt; To: <mailto:bob@vendor.example|bob@vendor.example>',
    'X-Spam-Status: No, vendor.example',
  ])('addresses in half a header are nobody’s question: %j', async (text) => {
    expect(await asks(text)).toBe('neither');
  });

  test('nor are those in a long text', async () => {
    expect(await asks(`${'Dear all, '.repeat(80)} see vendor.example`)).toBe('neither');
  });
});

test('whatever is typed is read in its time, and names five domains at most', async () => {
  await holds(
    asyncProperty(string({ unit: 'grapheme', maxLength: 3_000 }), async (text) => {
      const read = await readText(text, door);
      if (read.read !== 'wish' || read.wish.wish !== 'domains') return;
      expect(read.wish.asked.length).toBeGreaterThan(0);
      expect(read.wish.asked.length).toBeLessThan(6);
    }),
    { numRuns: 300 },
  );
});

test('Slack’s marks, nested, broken or endless, are read in linear time', async () => {
  for (const text of [
    '<'.repeat(40_000),
    '<a|'.repeat(13_000),
    '&lt;'.repeat(10_000),
    '<<<|||>>>'.repeat(4_000),
    '\n'.repeat(40_000),
    '> \n'.repeat(13_000),
  ]) {
    expect(plainText(text).length).toBeLessThanOrEqual(text.length);
    expect(await readText(text, door)).toHaveProperty('read');
  }
});
