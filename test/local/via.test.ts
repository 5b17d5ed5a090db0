import { once } from 'node:events';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, Server } from 'node:http';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { askVia, readService } from '../../functions/local/via.ts';
import { presentProblem } from '../../functions/presenters/problem.ts';
import type { ProblemCode } from '../../functions/presenters/problem-types.ts';
import { presentReport } from '../../functions/presenters/report.ts';
import { connection, domain, host, made, WITHOUT_STARTTLS } from '../assessment/observed.ts';
import { runMailtls } from './run-mailtls.ts';

interface Reply {
  readonly status: number;
  readonly body: unknown;
  readonly fields?: Readonly<Record<string, string>>;
}
interface Asked {
  readonly path: string;
  readonly fields: IncomingHttpHeaders;
}

/** A service that says what it is told to, one reply after the other, the last one again and again. */
let server: Server;
let url: string;
let replies: Reply[];
let asked: Asked[];

beforeAll(async () => {
  server = createServer((request, response) => {
    asked.push({ path: request.url ?? '', fields: request.headers });
    const { status, body, fields } = (replies.length > 1 ? replies.shift() : replies[0]) ?? problem('busy');
    response.writeHead(status, fields).end(typeof body === 'string' ? body : JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => server.close());
beforeEach(() => {
  asked = [];
  replies = [];
});
afterEach(() => server.closeIdleConnections());

const problem = (code: ProblemCode, detail?: string): Reply => {
  const body = presentProblem(code, detail);
  return { status: body.status, body };
};
const checking: Reply = {
  status: 202,
  body: { schema: 'mailtls.checking/1' },
  fields: { 'retry-after': '0' },
};

function answer(evidence: DomainEvidence): Reply {
  const question = { domain: evidence.domain, displayDomain: evidence.domain };
  const presented = presentReport(question, evidence, assessDomain(evidence), '');
  return { status: 200, body: presented.outcome === 'report' ? presented.report : null };
}
const encrypted = answer(domain([host([made('192.0.2.1', connection())])]));
const plain = answer(
  domain([
    host([made('192.0.2.1', WITHOUT_STARTTLS)], { secondLook: [made('192.0.2.1', WITHOUT_STARTTLS)] }),
  ]),
);

const check = (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
  runMailtls(['check', '--via', url, ...args], { environment });

describe('an answer of a service', () => {
  test('is shown, and ends the command, as one of our own', async () => {
    replies = [encrypted];
    const run = await check(['alice@vendor.example']);
    expect(run).toMatchObject({ status: 0, error: '' });
    expect(run.out).toContain('vendor.example: encrypted, not enforced');
    expect(asked).toMatchObject([{ path: '/v1/domains/vendor.example', fields: { prefer: 'wait=20' } }]);
    replies = [plain];
    expect(await check(['vendor.example'])).toMatchObject({ status: 1 });
  });

  test('is the same report as JSON', async () => {
    replies = [encrypted];
    const run = await check(['--json', 'vendor.example']);
    expect(JSON.parse(run.out)).toEqual(encrypted.body);
  });

  test('meets a requirement or not', async () => {
    replies = [encrypted];
    expect(await check(['--require', 'enforced', 'vendor.example'])).toMatchObject({ status: 1 });
    expect(await check(['--require', 'encrypted', 'vendor.example'])).toMatchObject({ status: 0 });
  });

  test('is waited for while the service checks, has no turn for us, or has had too many of us', async () => {
    const later = { 'retry-after': '0' };
    replies = [
      checking,
      { ...problem('busy'), fields: later },
      { ...problem('too-many-checks'), fields: later },
      plain,
    ];
    expect(await check(['vendor.example'])).toMatchObject({ status: 1, error: '' });
    expect(asked).toHaveLength(4);
  });

  test('of a list is one line each', async () => {
    replies = [encrypted];
    const run = await check(['vendor.example', 'second.example']);
    expect(run.out.trim().split('\n')).toHaveLength(2);
    expect(asked.map(({ path }) => path).toSorted()).toEqual([
      '/v1/domains/second.example',
      '/v1/domains/vendor.example',
    ]);
  });

  test('cannot act on the terminal', async () => {
    replies = [
      {
        status: 200,
        body: JSON.stringify(encrypted.body).replaceAll('TLSv1.3', '\\u001b[31mTLSv1.3\\u202e'),
      },
    ];
    const run = await check(['vendor.example']);
    expect(run.out).toContain('TLS 1.3');
    expect(run.out).not.toContain('\u001b');
    expect(run.out).not.toContain('\u202e');
  });
});

describe('a token', () => {
  test('is shown to the service', async () => {
    replies = [encrypted];
    await check(['vendor.example'], { MAILTLS_VIA_TOKEN: 's3cret' });
    expect(asked[0]?.fields.authorization).toBe('Bearer s3cret');
  });

  test('that is missing is asked for by the name of its setting', async () => {
    replies = [problem('unauthorized')];
    const run = await check(['vendor.example']);
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(run.error).toContain('MAILTLS_VIA_TOKEN');
  });

  test('crosses no network in clear text, and goes into no address', () => {
    expect(readService('http://mailtls.vendor.example', 's3cret')).toContain('clear text');
    expect(readService('http://mailtls.vendor.example', '')).toBeInstanceOf(URL);
    expect(readService('http://127.0.0.1:8025', 's3cret')).toBeInstanceOf(URL);
    expect(readService('http://127.evil.example', 's3cret')).toContain('clear text');
    expect(readService('https://mailtls.vendor.example/base', 's3cret')).toBeInstanceOf(URL);
    expect(readService('https://user:pass@mailtls.vendor.example', '')).toContain('MAILTLS_VIA_TOKEN');
    expect(readService('mailtls.vendor.example', '')).toContain('https://');
  });

  test('does not follow a redirect', async () => {
    replies = [{ status: 302, body: '', fields: { location: 'http://127.0.0.1:9/' } }];
    const run = await check(['vendor.example'], { MAILTLS_VIA_TOKEN: 's3cret' });
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(asked).toHaveLength(1);
  });
});

const noSuchHost: typeof fetch = () =>
  Promise.reject(
    new TypeError('fetch failed', {
      cause: Object.assign(new Error('getaddrinfo ENOTFOUND our-service'), { code: 'ENOTFOUND' }),
    }),
  );

describe('a service that gives no answer says why in a sentence', () => {
  test('a domain that does not exist ends as it does without a service', async () => {
    replies = [problem('no-such-domain', 'There is no domain vendor.example.')];
    expect(await check(['vendor.example'])).toEqual({
      status: 4,
      out: '',
      error: 'mailtls check: There is no domain vendor.example.\n',
    });
  });

  test.each([
    ['a mistake of its own', () => problem('internal-error'), 'It says nothing about any domain.'],
    ['a page of something else', () => ({ status: 200, body: '<html>' }), 'no mailtls service'],
    ['another kind of JSON', () => ({ status: 200, body: { ok: true } }), 'no mailtls service'],
    ['a status without words', () => ({ status: 418, body: '' }), '418'],
  ])('%s', async (_, reply, words) => {
    replies = [reply()];
    const run = await check(['vendor.example']);
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(run.error).toContain(words);
  });

  test('nobody there, which is told for each entry of a list', async () => {
    const run = await runMailtls([
      'check',
      '--via',
      'http://127.0.0.1:9',
      'vendor.example',
      'second.example',
    ]);
    expect(run).toMatchObject({ status: 2, out: '' });
    expect(run.error).toContain('second.example: 127.0.0.1:9 cannot be asked');
  });

  test('nobody there, and no such host, in words', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await once(closed, 'listening');
    const address = closed.address();
    const port = typeof address === 'object' ? address?.port : '';
    closed.close();
    const refused = await runMailtls(['check', '--via', `http://127.0.0.1:${port}`, 'vendor.example']);
    expect(refused.error).toBe(
      `mailtls check: 127.0.0.1:${port} cannot be asked: nothing answers at that address and port.\n`,
    );
    expect(
      await askVia(
        { domain: 'vendor.example' },
        { service: new URL('https://our-service'), token: '', fetch: noSuchHost, longestMs: 1000 },
        new AbortController().signal,
      ),
    ).toEqual({
      outcome: 'no-answer',
      sentence: 'our-service cannot be asked: there is no such host. Check the address behind --via.',
    });
  });

  test('an address that is none is wrong usage', async () => {
    const run = await runMailtls(['check', '--via', 'vendor', 'vendor.example']);
    expect(run).toMatchObject({ status: 64, out: '' });
  });
});
