import { beforeEach, describe, expect, test } from 'vitest';
import { presentCsv } from '../../functions/presenters/csv.ts';
import { readDomainList } from '../../functions/http/domain-list.ts';
import { domainListAnswerSchema } from '../../functions/http/schemas/domain-list.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from './fake-answers.ts';
import { testService } from './test-service.ts';
import type { TestService } from './test-service.ts';

const JSON_BODY = { 'Content-Type': 'application/json', Prefer: 'wait=0' };
const CSV_BODY = { 'Content-Type': 'text/csv; charset=utf-8', Prefer: 'wait=0' };
const evidence = domain([host([made('192.0.2.1')])]);

const cells = (line: string): number => line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length;

let service: TestService;
beforeEach(() => {
  service = testService();
  service.answers.kept.set('vendor.example', aged(evidence));
});

test('a list is answered in its order, each with a report, still being checked, or its own problem', async () => {
  const asked = ['Vendor.example', 'alice@slow.example', 'not a domain', 'https://www.vendor.example/'];
  const response = await service.post('/v1/domains', JSON.stringify(asked), JSON_BODY);
  expect(response.status).toBe(202);
  expect(response.headers.get('retry-after')).toBe('2');
  const answer = domainListAnswerSchema.parse(await response.json());
  expect(answer.results).toMatchObject([
    { asked: 'Vendor.example', outcome: 'report', ageSeconds: 180, stale: false, kept: true },
    { asked: 'alice@slow.example', outcome: 'checking', location: '/v1/domains/slow.example' },
    { asked: 'not a domain', outcome: 'problem', problem: { type: '/problems/not-a-domain' } },
    { asked: 'https://www.vendor.example/', outcome: 'report', report: { domain: 'vendor.example' } },
  ]);
});

test('a list with nothing left to wait for is 200', async () => {
  const response = await service.post('/v1/domains', '["vendor.example"]', JSON_BODY);
  expect([response.status, response.headers.get('retry-after')]).toEqual([200, null]);
});

test('the domains of a list beyond the rates are refused one by one, the others are answered', async () => {
  service = testService({ checksPerMinute: { client: 2, all: 100 } });
  const asked = ['one.example', 'two.example', 'three.example'];
  const response = await service.post('/v1/domains', JSON.stringify(asked), JSON_BODY);
  const { results } = domainListAnswerSchema.parse(await response.json());
  expect(results.map(({ outcome }) => outcome)).toEqual(['checking', 'checking', 'problem']);
  expect(results[2]).toMatchObject({ problem: { type: '/problems/too-many-checks', retryAfterSeconds: 30 } });
});

const refused = async (
  body: string | Uint8Array<ArrayBuffer>,
  headers: Record<string, string>,
): Promise<unknown[]> => {
  const response = await service.post('/v1/domains', body, headers);
  const { type }: { type: string } = JSON.parse(await response.text());
  return [response.status, type];
};

const list = (length: number): string => JSON.stringify(Array.from({ length }, () => 'vendor.example'));

describe('a body that is no list', () => {
  test('is refused with what is wrong with it', async () => {
    expect(await refused('{"domains":[]}', JSON_BODY)).toEqual([400, '/problems/malformed-body']);
    expect(await refused('["vendor.example"', JSON_BODY)).toEqual([400, '/problems/malformed-body']);
    expect(await refused('[1]', JSON_BODY)).toEqual([400, '/problems/malformed-body']);
    expect(await refused('[]', JSON_BODY)).toEqual([400, '/problems/malformed-body']);
    expect(await refused('\n\n', CSV_BODY)).toEqual([400, '/problems/malformed-body']);
    expect(await refused(new Uint8Array([0xff, 0xfe, 0xfd]), CSV_BODY)).toEqual([
      400,
      '/problems/malformed-body',
    ]);
    expect(await refused('vendor.example', { 'Content-Type': 'text/plain' })).toEqual([
      415,
      '/problems/unsupported-media-type',
    ]);
    expect(service.answers.asked).toEqual([]);
  });

  test('of more than a hundred is refused whole', async () => {
    expect(await refused(list(101), JSON_BODY)).toEqual([400, '/problems/too-many-domains']);
    expect((await service.post('/v1/domains', list(100), JSON_BODY)).status).toBe(200);
  });

  test('of more than 256 KiB is refused, told beforehand or not', async () => {
    const large = 'x'.repeat(256 * 1024 + 1);
    expect(await refused(large, CSV_BODY)).toEqual([413, '/problems/body-too-large']);
    const endless = new ReadableStream({
      pull: (controller) => controller.enqueue(new TextEncoder().encode('x'.repeat(65_536))),
    });
    const request = new Request('http://127.0.0.1/v1/domains', {
      method: 'POST',
      headers: CSV_BODY,
      body: endless,
      duplex: 'half',
    });
    expect((await service.send(request)).status).toBe(413);
  });
});

test('a column of a spreadsheet is read with its heading, quotes, separators and empty lines', async () => {
  const bytes = Buffer.from(
    '\ufeffDomain;Name\r\n"vendor.example";"V, Inc."\r\n\r\n  other.example\t7\r\n"""x"""\r\nlast.example',
  );
  expect(await readDomainList(bytes, 'text/csv')).toEqual({
    ok: true,
    asked: ['vendor.example', 'other.example', '"x"', 'last.example'],
  });
});

describe('as CSV', () => {
  test('a list is a file that a spreadsheet opens: byte order mark, heading, a row each, CRLF', async () => {
    const asked = '["vendor.example","slow.example","192.0.2.1"]';
    const response = await service.post('/v1/domains', asked, { ...JSON_BODY, Accept: 'text/csv' });
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present');
    expect(response.headers.get('content-disposition')).toBe('attachment; filename="mailtls.csv"');
    const bytes = Buffer.from(await response.arrayBuffer());
    expect([...bytes.subarray(0, 3)]).toEqual([0xef, 0xbb, 0xbf]);
    const lines = bytes.toString().split('\r\n');
    expect(lines).toHaveLength(5);
    expect(lines[0]).toContain('"asked","domain","answer"');
    expect(lines[1]).toMatch(
      /^"vendor.example","vendor.example","opportunistic","encrypted, not enforced","Yes, /,
    );
    expect(lines[2]).toMatch(/^"slow.example",,"checking",,"Still being checked; ask again in 2 s\."/);
    expect(lines[3]).toMatch(/^"192.0.2.1",,"\/problems\/not-a-domain",,"That is an IP address/);
    expect(new Set(lines.slice(0, 4).map(cells)).size).toBe(1);
  });

  test('a list is JSON to who prefers that', async () => {
    const accept = 'text/csv;q=0.5, application/json';
    const response = await service.post('/v1/domains', '["vendor.example"]', {
      ...JSON_BODY,
      Accept: accept,
    });
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  test('no cell starts a formula, whatever white space or width it hides behind, and none leaves its row', () => {
    const hostile = [
      '=1+1',
      '+1',
      '-1',
      '@SUM(A1)',
      '\t=1',
      ' =1',
      '\r\n=1',
      '\u00a0=1',
      '\uff1d1',
      '\u2028=1',
      '\ufeff=1',
    ];
    for (const text of hostile) {
      const csv = presentCsv([[text, 'next']]).slice(1);
      expect([text, csv.split('\r\n').length]).toEqual([text, 2]);
      expect([text, csv.startsWith(`"'`)]).toEqual([text, true]);
    }
    expect(presentCsv([['say "hi", you', 7, null, true]])).toBe('\ufeff"say ""hi"", you",7,,true\r\n');
  });
});
