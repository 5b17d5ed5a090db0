import { describe, expect, test } from 'vitest';
import { parseMtaStsPolicy } from '../../../functions/policy/mta-sts/policy.ts';

const lines = (...list: string[]): string => list.map((line) => `${line}\r\n`).join('');
const SOUND = ['version: STSv1', 'mode: enforce', 'mx: mail.example.com', 'max_age: 604800'];
const without = (key: string): string => lines(...SOUND.filter((line) => !line.startsWith(key)));
const withLine = (key: string, line: string): string =>
  lines(...SOUND.map((sound) => (sound.startsWith(key) ? line : sound)));

describe('the MTA-STS policy', () => {
  test('is read: the example of RFC 8461 section 3.2', () => {
    const body = lines(
      'version: STSv1',
      'mode: enforce',
      'mx: mail.example.com',
      'mx: *.example.net',
      'mx: backupmx.example.com',
      'max_age: 604800',
    );
    expect(parseMtaStsPolicy(body)).toEqual({
      status: 'valid',
      policy: {
        mode: 'enforce',
        maxAgeSeconds: 604_800,
        mx: ['mail.example.com', '*.example.net', 'backupmx.example.com'],
        extensions: [],
      },
    });
  });

  test.each([
    ['lines end with LF alone', SOUND.join('\n')],
    ['lines end now with CRLF, now with LF', `${SOUND[0]}\r\n${SOUND[1]}\n${SOUND[2]}\r\n${SOUND[3]}`],
    [
      'there is no space after the colon, or a tab',
      'version:STSv1\nmode:\tenforce\nmx:mail.example.com\nmax_age: 604800',
    ],
    ['white space ends the lines', SOUND.map((line) => `${line} \t`).join('\n')],
    ['the order is another', SOUND.toReversed().join('\n')],
    ['the last line ends with an empty one', `${lines(...SOUND)}\r\n`],
    ['an mx is in capitals', withLine('mx', 'mx: MAIL.Example.COM')],
    ['an mx is there twice', `${lines(...SOUND)}mx: mail.example.com`],
    ['keys are repeated: the first counts', `${lines(...SOUND)}mode: none\nmax_age: 1\nversion: STSv2`],
  ])('says the same when %s', (_name, body) => {
    expect(parseMtaStsPolicy(body)).toEqual({
      status: 'valid',
      policy: { mode: 'enforce', maxAgeSeconds: 604_800, mx: ['mail.example.com'], extensions: [] },
    });
  });

  test('keeps keys it does not know, and is not changed by them', () => {
    const parsed = parseMtaStsPolicy(`${lines(...SOUND)}x-note: hello \u001b world\nMode: none`);
    expect(parsed.status === 'valid' && parsed.policy.mode).toBe('enforce');
    expect(parsed.status === 'valid' && parsed.policy.extensions).toEqual([
      { key: 'x-note', value: 'hello \\x1b world' },
      { key: 'Mode', value: 'none' },
    ]);
  });

  test('needs no mx in mode none', () => {
    const parsed = parseMtaStsPolicy('version: STSv1\nmode: none\nmax_age: 86400');
    expect(parsed).toMatchObject({ status: 'valid', policy: { mode: 'none', mx: [] } });
  });

  test.each([0, 1, 31_557_600])('takes a max_age of %i seconds', (seconds) => {
    expect(parseMtaStsPolicy(withLine('max_age', `max_age: ${seconds}`))).toMatchObject({
      status: 'valid',
      policy: { maxAgeSeconds: seconds },
    });
  });

  test.each([
    ['an empty body', '', 'version-missing', null, ''],
    ['a web page', '<!DOCTYPE html>\n<html>', 'line-malformed', 1, '<!DOCTYPE html>'],
    ['JSON, as in early drafts', '{"version": "STSv1"}', 'line-malformed', 1, '{"version": "STSv1"}'],
    ['no version', without('version'), 'version-missing', null, ''],
    ['another version', withLine('version', 'version: STSv2'), 'version-malformed', 1, 'version: STSv2'],
    [
      'a version in small letters',
      withLine('version', 'version: stsv1'),
      'version-malformed',
      1,
      'version: stsv1',
    ],
    ['a byte order mark', `\ufeff${lines(...SOUND)}`, 'line-malformed', 1, '\\u{feff}version: STSv1'],
    ['no mode', without('mode'), 'mode-missing', null, ''],
    ['an unknown mode', withLine('mode', 'mode: report'), 'mode-malformed', 2, 'mode: report'],
    ['a mode in capitals', withLine('mode', 'mode: ENFORCE'), 'mode-malformed', 2, 'mode: ENFORCE'],
    ['a key in capitals', withLine('mode', 'Mode: enforce'), 'mode-missing', null, ''],
    ['no max_age', without('max_age'), 'max-age-missing', null, ''],
    ['an empty max_age', withLine('max_age', 'max_age:'), 'max-age-malformed', 4, 'max_age:'],
    [
      'a max_age over a year',
      withLine('max_age', 'max_age: 31557601'),
      'max-age-malformed',
      4,
      'max_age: 31557601',
    ],
    ['a negative max_age', withLine('max_age', 'max_age: -1'), 'max-age-malformed', 4, 'max_age: -1'],
    [
      'a max_age in hexadecimal',
      withLine('max_age', 'max_age: 0x10'),
      'max-age-malformed',
      4,
      'max_age: 0x10',
    ],
    ['no mx', without('mx'), 'mx-missing', null, ''],
    ['an empty mx', withLine('mx', 'mx:'), 'mx-malformed', 3, 'mx:'],
    [
      'two hosts in one mx',
      withLine('mx', 'mx: a.example, b.example'),
      'mx-malformed',
      3,
      'mx: a.example, b.example',
    ],
    ['a wildcard inside a name', withLine('mx', 'mx: a.*.example'), 'mx-malformed', 3, 'mx: a.*.example'],
    [
      'a wildcard for part of a label',
      withLine('mx', 'mx: mx*.example'),
      'mx-malformed',
      3,
      'mx: mx*.example',
    ],
    ['a wildcard alone', withLine('mx', 'mx: *'), 'mx-malformed', 3, 'mx: *'],
    [
      'a leading dot, as in early drafts',
      withLine('mx', 'mx: .example.com'),
      'mx-malformed',
      3,
      'mx: .example.com',
    ],
    ['a trailing dot', withLine('mx', 'mx: mail.example.com.'), 'mx-malformed', 3, 'mx: mail.example.com.'],
    [
      'a label of 64 characters',
      withLine('mx', `mx: ${'a'.repeat(64)}.example`),
      'mx-malformed',
      3,
      `mx: ${'a'.repeat(64)}.example`,
    ],
    ['space before a key', withLine('mode', ' mode: enforce'), 'line-malformed', 2, ' mode: enforce'],
    ['space before a colon', withLine('mode', 'mode : enforce'), 'line-malformed', 2, 'mode : enforce'],
    ['a line without a colon', `${lines(...SOUND)}nonsense`, 'line-malformed', 5, 'nonsense'],
    ['lines that end with CR alone', SOUND.join('\r'), 'version-malformed', 1, SOUND.join('\\xd')],
    ['no end of lines', 'mx: a.example\n'.repeat(3000), 'too-many-lines', null, ''],
  ])('is invalid, with the line that is wrong: %s', (_name, body, because, line, part) => {
    const result = parseMtaStsPolicy(body);
    expect(result).toEqual({ status: 'invalid', because, line, part: part.replaceAll('\\xd', '\\x0d') });
  });
});
