import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SERVER_SOFTWARE, serverSoftware } from '../../functions/assessment/server-software.ts';

const greeting = (...lines: string[]) => ({ code: 220, lines });
const ehlo = (...lines: string[]) => ({ code: 250, lines });

describe('a real greeting names its program', () => {
  test.each(SERVER_SOFTWARE)('$software', ({ software, sample }) => {
    expect(serverSoftware(greeting(sample), null)).toBe(software);
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
  ])('%s', (line, software) => expect(serverSoftware(greeting(line), null)).toBe(software));
});

describe('where the greeting is silent, a real reply to EHLO names the program', () => {
  const silent = greeting('mail.example.com ESMTP');
  const rows = SERVER_SOFTWARE.flatMap(({ software, ehlo: own }) => (own ? [{ software, ...own }] : []));

  test.each(rows)('$software', ({ software, sample, source }) => {
    expect(serverSoftware(silent, ehlo('mail.example.com', 'PIPELINING', sample))).toBe(software);
    expect(source).not.toBe('');
  });

  test('what a greeting says counts more', () => {
    const both = serverSoftware(greeting('foo.bar ESMTP Postfix'), ehlo('x you had me at EHLO'));
    expect(both).toBe('Postfix');
  });

  test('keywords that every program has name none, nor does the name we gave ourselves', () => {
    const common = ehlo('mail.example.com Hello haraka.example [192.0.2.1]', 'SIZE 1', 'STARTTLS', 'HELP');
    expect(serverSoftware(silent, common)).toBeNull();
  });

  test('a refusal of EHLO names none', () => {
    expect(serverSoftware(silent, { code: 550, lines: ['x you had me at EHLO'] })).toBeNull();
  });
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
  ])('%s', (line) => expect(serverSoftware(greeting(line), null)).toBeNull());

  test('a refusal is not a greeting', () => {
    expect(serverSoftware({ code: 554, lines: ['foo.bar ESMTP Postfix'] }, null)).toBeNull();
    expect(serverSoftware(null, null)).toBeNull();
  });
});

test('the longest match wins, whatever line it stands on', () => {
  const name =
    'AM4PEPF00027A62.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Mon, 4 Jul 2022';
  expect(serverSoftware(greeting('one ESMTP Postfix', name), null)).toBe('Microsoft Exchange Online');
});

test('only the beginning of a long greeting is read', () => {
  expect(serverSoftware(greeting('a', 'b', 'c', 'd', 'foo.bar ESMTP Postfix'), null)).toBeNull();
  expect(serverSoftware(greeting(`${'x'.repeat(300)} ESMTP Postfix`), null)).toBeNull();
});

test('no greeting, however strange, makes it throw', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 600 }), { maxLength: 8 }), (lines) => {
      const name = serverSoftware({ code: 220, lines }, { code: 250, lines });
      expect(name === null || SERVER_SOFTWARE.some(({ software }) => software === name)).toBe(true);
    }),
  );
});
