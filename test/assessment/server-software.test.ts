import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SERVER_SOFTWARE, serverSoftware } from '../../functions/assessment/server-software.ts';

const greeting = (...lines: string[]) => ({ code: 220, lines });

describe('a real greeting names its program', () => {
  test.each(SERVER_SOFTWARE)('$software', ({ software, sample }) => {
    expect(serverSoftware(greeting(sample))).toBe(software);
  });

  test.each([
    ['foo.bar ESMTP Hi, I’m a Mail-in-a-Box (Ubuntu/Postfix; see https://mailinabox.email/)', 'Postfix'],
    ['mailcow ESMTP Postcow', 'Postfix'],
    ['foo.bar ESMTP (Exim 4.87) Thu, 30 Nov 2017 03:25:58 -0800 ', 'Exim'],
    ['ESMTP Exim', 'Exim'],
    ['foo.bar ESMTP Debian Sendmail 8.12.0.Beta7/8.12.0.Beta7/Debian 8.12.0.Beta7-1', 'Sendmail'],
    ['mx0b-00164701.pphosted.com ESMTP cm-m0046761', 'Proofpoint'],
    ['foo.bar SMTP Server (JAMES SMTP Server 2.3.2) ready Tue, 19 May 2015 00:36:13 +0200', 'Apache James'],
    ['foo.bar ESMTP Merak 8.0.3; Thu, 30 Nov 2017 12:08:09 +0200', 'IceWarp'],
    ['foo.bar ESMTP Service (Lotus Domino Release 8.5.3) ready at Thu, 16 Nov 2017 17:52:21 +0800', 'Domino'],
  ])('%s', (line, software) => expect(serverSoftware(greeting(line))).toBe(software));
});

test('there are at least twenty programs, none twice', () => {
  const names = SERVER_SOFTWARE.map(({ software }) => software);
  expect(new Set(names).size).toBe(names.length);
  expect(names.length).toBeGreaterThanOrEqual(20);
  expect(SERVER_SOFTWARE.every(({ source }) => source !== '')).toBe(true);
});

describe('what does not name a program', () => {
  test.each([
    'mail.example.com ESMTP',
    'postfix.example.com ESMTP ready',
    'sendmail.example.com ESMTP',
    'exim.example.com SMTP',
    'mx.google.com.evil.example ESMTP ready',
    'evil.example ESMTP x.outlook.com',
    '****************************************',
    '',
  ])('%s', (line) => expect(serverSoftware(greeting(line))).toBeNull());

  test('a refusal is not a greeting', () => {
    expect(serverSoftware({ code: 554, lines: ['foo.bar ESMTP Postfix'] })).toBeNull();
    expect(serverSoftware(null)).toBeNull();
  });
});

test('the longest match wins, whatever line it stands on', () => {
  const name =
    'AM4PEPF00027A62.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Mon, 4 Jul 2022';
  expect(serverSoftware(greeting('one ESMTP Postfix', name))).toBe('Microsoft Exchange Online');
});

test('only the beginning of a long greeting is read', () => {
  expect(serverSoftware(greeting('a', 'b', 'c', 'd', 'foo.bar ESMTP Postfix'))).toBeNull();
  expect(serverSoftware(greeting(`${'x'.repeat(300)} ESMTP Postfix`))).toBeNull();
});

test('no greeting, however strange, makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 600 }), { maxLength: 8 }), (lines) => {
      const name = serverSoftware({ code: 220, lines });
      expect(name === null || SERVER_SOFTWARE.some(({ software }) => software === name)).toBe(true);
    }),
  );
});
