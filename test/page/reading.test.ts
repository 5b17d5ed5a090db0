/** What pages say, read as text. */
import { beforeAll, describe, expect, test } from 'vitest';
import { testService } from '../http/test-service.ts';
import type { TestService } from '../http/test-service.ts';
import { presentTimeline } from '../../functions/presenters/page-history.ts';
import { ANSWERS, HISTORY, named, PROGRESS } from './answers.ts';

let service: TestService;
beforeAll(() => {
  service = testService();
  for (const [state, answer] of Object.entries(ANSWERS)) {
    service.answers.kept.set(`${state}.example`, named(answer, `${state}.example`));
  }
  service.answers.states.set('opportunistic.example', HISTORY);
});

/** The page's main part without markup, white space as one space. */
async function read(path: string): Promise<string> {
  const [, main = ''] = /<main>(.*)<\/main>/s.exec(await (await service.get(path)).text()) ?? [];
  return main
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&quot;', '"')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

describe('an answer', () => {
  test('begins with the domain, its icon and word, and its sentence', async () => {
    expect(await read('/d/plaintext.example')).toMatch(
      /^plaintext\.example ✘ not encrypted No\. Not one mail server of plaintext/,
    );
  });

  test('says that mail gets lost before anything else', async () => {
    expect(await read('/d/failing.example')).toMatch(
      /^failing\.example ✘ mail gets lost; encrypted, enforced Mail to failing\.example is being lost: /,
    );
  });

  test('says how old it is, that it is old, and what the check that renews it is doing', async () => {
    service.answers.underWay.set('stale.example', PROGRESS);
    const page = await read('/d/stale.example');
    expect(page).toContain('Checked 2 days ago');
    expect(page).toContain('This answer is old');
    expect(page).toContain(
      'A new check is running. 1 of 3 addresses asked. The last was mx1.vendor.example.',
    );
  });

  test('says what was not tested and why, once, and never as not encrypted', async () => {
    const page = await read('/d/untested.example');
    const [, section = ''] = /Not tested, and why (.*?) What /.exec(page) ?? [];
    expect(section.match(/says nothing about its encryption/g)).toHaveLength(3);
    expect(page.match(/192\.0\.2\.9\] could not be reached/g)).toHaveLength(1);
    expect(page).not.toMatch(/not encrypted/);
  });

  test.each([
    ['opportunistic', 'they could switch the encryption off, or pose as the mail server'],
    ['plaintext', 'Yes, and they could change it as well.'],
    ['untested', 'whatever encryption there is, they could switch it off'],
  ])('that is %s says what someone who controls the network could do', async (state, words) => {
    expect(await read(`/d/${state}.example`)).toContain(words);
  });

  test('that could not be kept says so', async () => {
    expect(await read('/d/blocked.example')).toContain('This answer is not kept');
  });

  test('shows its history, the latest first, with what changed', async () => {
    const page = await read('/d/opportunistic.example');
    expect(page).toMatch(
      /History ✔ encrypted, not enforced .*became "encrypted, not enforced".*✘ partly encrypted/,
    );
  });

  test.each([
    ['2026-11-22T12:50:59.000Z', 'one time', 1],
    ['2026-11-22T12:51:00.000Z', 'a time from which and one to which', 2],
  ])('a state seen at 12:50:01 and until %s has %s', async (until, _, times) => {
    const timeline = await presentTimeline({
      schema: 'mailtls.history/1',
      domain: 'vendor.example',
      displayDomain: 'vendor.example',
      entries: [{ since: '2026-11-22T12:50:01.000Z', until, answer: 'enforced', changes: [] }],
    });
    expect(timeline.toString().match(/<time/g)).toHaveLength(times);
  });

  test('names the senders that do the same on one line', async () => {
    expect(await read('/d/opportunistic.example')).toMatch(
      /What happens to mail from Gmail; Microsoft 365; [^✔]*Postfix with DANE ✔ encrypted ?, because mx1/,
    );
  });

  test('leads to all of it as data, for an auditor', async () => {
    const page = await (await service.get('/d/opportunistic.example')).text();
    for (const path of ['/v1/domains/opportunistic.example', '/v1/domains/opportunistic.example/history']) {
      expect(page).toContain(`href="${path}"`);
      expect((await service.get(path)).headers.get('content-type')).toMatch(/^application\/json/);
    }
  });

  test('says what the marks of a dialogue mean, once', async () => {
    const page = await read('/d/many-servers.example');
    expect(page.split('is what we sent')).toHaveLength(2);
  });

  test('of forty servers shows each dialogue it has room for, and says how many it has not', async () => {
    expect(await read('/d/many-servers.example')).toMatch(
      /no room here for the dialogues with \d+ more addresses/,
    );
  });
});

test('a domain that does not exist is said not to, with a field to ask again', async () => {
  const response = await service.get('/d/no-such-domain.example');
  expect(response.status).toBe(404);
  expect(await read('/d/no-such-domain.example')).toContain('There is no domain no-such-domain.example.');
});

test('what is typed and is no domain is explained, and stands in the field again, escaped', async () => {
  const response = await service.post('/', 'domain=%22%3E%3Cscript%3Ealert(1)%3C%2Fscript%3E', {
    'Content-Type': 'application/x-www-form-urlencoded',
  });
  expect(response.status).toBe(400);
  const page = await response.text();
  expect(page).toContain('value="&quot;&gt;&lt;script&gt;alert(1)&lt;/script&gt;"');
  expect(page).not.toContain('<script>alert');
});

test('a check asked for too soon is refused on a page that says when it may be asked for, and has the answer', async () => {
  service.answers.checks.set('plaintext.example', () => ({ outcome: 'too-soon', retryAfterSeconds: 41 }));
  const response = await service.post('/d/plaintext.example', '');
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '41']);
  const page = await response.text();
  expect(page).toContain('Ask again in 41 seconds.');
  expect(page).toContain('<a href="/d/plaintext.example">See the answer</a>');
  expect(page).not.toContain('Retry-After');
});

test('a name in capitals or with an address around it leads to the page of its domain', async () => {
  const response = await service.get('/d/Alice@Plaintext.EXAMPLE');
  expect([response.status, response.headers.get('location')]).toEqual([303, '/d/plaintext.example']);
});

test('the page for headers says where people find one before they have to ask', async () => {
  expect(await read('/headers')).toMatch(
    /Paste the header of the mail It is behind "Show original" in Gmail, and "View message source" in Outlook\./,
  );
});
