import { describe, expect, test } from 'vitest';
import { parseMtaStsRecord } from '../../../functions/policy/mta-sts/record.ts';

const LONG_ID = 'a1'.repeat(16);

describe('the MTA-STS record', () => {
  test.each([
    ['the example of RFC 8461 section 3.1', ['v=STSv1; id=20160831085700Z;'], '20160831085700Z'],
    ['no delimiter at the end', ['v=STSv1; id=1'], '1'],
    ['no space at all', ['v=STSv1;id=1;'], '1'],
    ['white space around delimiters', ['v=STSv1 \t; \t id=1 \t;'], '1'],
    ['an id of 32 characters', [`v=STSv1; id=${LONG_ID}`], LONG_ID],
    ['an extension before the id', ['v=STSv1; x_y-z.1=a:b; id=1'], '1'],
    ['the first of two ids counts', ['v=STSv1; id=1; id=2'], '1'],
    ['records of other kinds beside it', ['v=spf1 -all', 'v=STSv1; id=1', 'google-site=1'], '1'],
    ['a later version beside it', ['v=STSv2; id=9', 'v=STSv1; id=1'], '1'],
  ])('is read: %s', (_name, records, id) => {
    expect(parseMtaStsRecord(records)).toEqual({ status: 'valid', id });
  });

  test('is absent when there is no TXT record, or only others', () => {
    expect(parseMtaStsRecord([])).toEqual({ status: 'none' });
    expect(parseMtaStsRecord(['v=spf1 -all', 'verification=1'])).toEqual({ status: 'none' });
  });

  test.each([
    ['two records', ['v=STSv1; id=1', 'v=STSv1; id=2'], 'several-records', 'v=STSv1; id=2'],
    ['the same record twice', ['v=STSv1; id=1', 'v=STSv1; id=1'], 'several-records', 'v=STSv1; id=1'],
    ['a version in small letters', ['v=stsv1; id=1'], 'version-malformed', 'v=stsv1; id=1'],
    ['no delimiter after the version', ['v=STSv1 id=1'], 'version-malformed', 'v=STSv1 id=1'],
    ['a version with more behind it', ['v=STSv10; id=1'], 'version-malformed', 'v=STSv10; id=1'],
    ['quotes inside the record', ['"v=STSv1; id=1"'], 'version-malformed', '"v=STSv1; id=1"'],
    ['space before the version', [' v=STSv1; id=1'], 'version-malformed', ' v=STSv1; id=1'],
    ['no id', ['v=STSv1;'], 'id-missing', 'v=STSv1;'],
    ['an extension and no id', ['v=STSv1; a=b'], 'id-missing', 'v=STSv1; a=b'],
    ['an empty id', ['v=STSv1; id='], 'id-malformed', 'id='],
    ['a dash in the id', ['v=STSv1; id=2016-08-31'], 'id-malformed', 'id=2016-08-31'],
    ['an id of 33 characters', [`v=STSv1; id=${LONG_ID}x`], 'id-malformed', `id=${LONG_ID}x`],
    ['a space at the end without a semicolon', ['v=STSv1; id=1 '], 'id-malformed', 'id=1 '],
    ['a space in the id', ['v=STSv1; id=1 2'], 'id-malformed', 'id=1 2'],
    ['an empty field between delimiters', ['v=STSv1;; id=1'], 'field-malformed', ''],
    ['a field without a value', ['v=STSv1; id=1; flag'], 'field-malformed', 'flag'],
    ['an equals sign in a value', ['v=STSv1; id=1; a=b=c'], 'field-malformed', 'a=b=c'],
    ['an upper-case Id', ['v=STSv1; Id=1'], 'id-missing', 'v=STSv1; Id=1'],
    ['a control character in a value', ['v=STSv1; id=1; a=\u001b[2J'], 'field-malformed', 'a=\\x1b[2J'],
  ])('is invalid, with the part that is wrong: %s', (_name, records, because, part) => {
    expect(parseMtaStsRecord(records)).toEqual({ status: 'invalid', because, part });
  });

  test('quotes no more than 120 characters of a long part', () => {
    const result = parseMtaStsRecord([`v=STSv1; id=${'x'.repeat(60_000)}`]);
    expect(result.status === 'invalid' && result.part).toBe(`id=${'x'.repeat(117)}…`);
  });
});
