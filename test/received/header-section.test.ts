import { describe, expect, test } from 'vitest';
import { decodeEncodedWords } from '../../functions/received/encoded-word.ts';
import { readHeaderSections } from '../../functions/received/header-section.ts';
import { decodeMessageText, LONGEST_INPUT_BYTES } from '../../functions/received/message-text.ts';

const HEADER = [
  'Delivered-To: reader@example.org',
  'Received: from a.example (a.example [192.0.2.1])',
  '\tby mx.example.org (Postfix) with ESMTPS id 4PD5LP6gL4z9vNYC',
  '\tfor <reader@example.org>; Fri, 10 Feb 2023 20:43:57 +0000 (UTC)',
  'Received: from b.example by a.example (Postfix) with ESMTP id 1234567;',
  ' Fri, 10 Feb 2023 20:43:56 +0000 (UTC)',
  'From: someone@example.com',
  'Subject: hello',
];

/** The names of the fields, and each value with its white space collapsed. */
const read = (text: string): readonly (readonly [string, string])[][] =>
  readHeaderSections(decodeMessageText(Buffer.from(text)).text).map((section) =>
    section.map(({ name, value }) => [name, value.replace(/\s+/g, ' ').trim()] as const),
  );

const plain = read(HEADER.join('\n'));

test('a header section is its fields, topmost first, folds and all', () => {
  expect(plain).toHaveLength(1);
  expect(plain[0]?.map(([name]) => name)).toEqual([
    'delivered-to',
    'received',
    'received',
    'from',
    'subject',
  ]);
  expect(plain[0]?.[2]?.[1]).toBe(
    'from b.example by a.example (Postfix) with ESMTP id 1234567; Fri, 10 Feb 2023 20:43:56 +0000 (UTC)',
  );
});

describe('the same header in other dress reads the same', () => {
  test.each([
    ['CRLF', HEADER.join('\r\n')],
    ['CR', HEADER.join('\r')],
    ['a byte order mark', `\ufeff${HEADER.join('\n')}`],
    ['quoted by a mail client', HEADER.map((line) => `> ${line}`).join('\n')],
    ['quoted in an answer', `On Monday, someone wrote:\n${HEADER.map((line) => `> ${line}`).join('\n')}`],
    ['quoted twice', HEADER.map((line) => `>> ${line}`).join('\n')],
    ['indented', HEADER.map((line) => `    ${line}`).join('\n')],
    ['in a fence', `\`\`\`\n${HEADER.join('\n')}\n\`\`\``],
    ['folds without their white space', HEADER.map((line) => line.trim()).join('\n')],
    ['every line end doubled', HEADER.join('\n\n')],
    ['blank lines before', `\n\n${HEADER.join('\n')}`],
    ['under a line of words', `Here is the header you asked for:\n${HEADER.join('\n')}`],
    [
      'as Gmail shows the original',
      `Original Message\nMessage ID\t<x@example.com>\nCreated at:\tFri\nFrom:\tsomeone\nSPF:\tPASS with IP 192.0.2.1\n\nDownload Original\tCopy to clipboard\n\n${HEADER.join('\n')}`,
    ],
    [
      'broken by a chat client in the middle of a comment',
      HEADER.join('\n').replace('(a.example [192', '(a.example\n[192'),
    ],
    [
      'with a body',
      `${HEADER.join('\n')}\n\nReceived: from evil by evil with ESMTPS id 1; Fri, 10 Feb 2023 20:43:57 +0000\n`,
    ],
  ])('%s', (_, text) => {
    expect(read(text)).toEqual(plain);
  });
  test('UTF-16 from a text editor', () => {
    const bytes = Buffer.from(`\ufeff${HEADER.join('\n')}`, 'utf16le');
    expect(readHeaderSections(decodeMessageText(bytes).text)[0]).toHaveLength(5);
  });
});

test('a mailbox is its messages', () => {
  const message = `From someone@example.com Fri Feb 10 20:43:57 2023\n${HEADER.join('\n')}\n\nbody\nFrom here on it is body\n`;
  expect(read(`${message}\n${message}`)).toEqual([...plain, ...plain]);
});

test('the body is dropped whatever it looks like', () => {
  const bare = 'Received: from a by b with ESMTP id 1; Fri, 10 Feb 2023 20:43:57 +0000';
  expect(read(`${bare}\n\nReceived: from evil by evil with ESMTPS id 2\n`)[0]).toHaveLength(1);
});

describe('bytes', () => {
  test('what is not UTF-8 is Latin-1', () => {
    expect(decodeMessageText(Buffer.from('Received: from b\xfccher', 'latin1')).text).toBe(
      'Received: from bücher',
    );
    expect(decodeMessageText(Buffer.from('Received: from bücher')).text).toBe('Received: from bücher');
  });
  test('more than 256 KiB is not looked at, and a character cut in two spoils nothing', () => {
    const long = decodeMessageText(Buffer.from('ü'.repeat(LONGEST_INPUT_BYTES)));
    expect(long.truncated).toBe(true);
    expect(long.text).toMatch(/^ü+$/);
    expect(long.text.length).toBe(LONGEST_INPUT_BYTES / 2);
  });
  test.each([
    ['a character of one unit', 'é'],
    ['a character of two', '😀'],
  ])('nor does the end of a long UTF-16 text, %s', (_what, character) => {
    const text = `\ufeff${HEADER.join('\n')}\n\n`;
    const units = LONGEST_INPUT_BYTES / 2 - text.length;
    const body = 'x'.repeat(units - 1) + character.repeat(4);
    const bytes = Buffer.from(text + body, 'utf16le').swap16();
    const read = decodeMessageText(bytes);
    expect(read.truncated).toBe(true);
    expect(readHeaderSections(read.text)[0]).toHaveLength(5);
  });
});

test('encoded words are shown decoded', () => {
  expect(decodeEncodedWords('=?utf-8?Q?b=C3=BCcher_x?= (=?iso-8859-1?B?5A==?=)')).toBe('bücher x (ä)');
  expect(decodeEncodedWords('=?no-such-charset?Q?a?=')).toBe('=?no-such-charset?Q?a?=');
});
