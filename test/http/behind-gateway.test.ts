/** The service where a gateway in front decides who may call, as on AWS. */
import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { signPageLink } from '../../functions/http/page-link.ts';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from './fake-answers.ts';
import { testService } from './test-service.ts';
import type { TestService } from './test-service.ts';

const ORIGIN = 'https://a1b2c3.execute-api.eu-west-1.amazonaws.com';
const KEY = 'a key of thirty-two characters, or more';
const NOW = Date.parse('2026-11-22T01:05:03.456Z');
const evidence = domain([host([made('192.0.2.1')])]);

let key: string;
let service: TestService;
beforeEach(() => {
  key = KEY;
  service = testService({ access: { gateway: { key: async () => key } }, longestCheckMs: null });
  service.answers.kept.set('vendor.example', aged(evidence));
});

async function send(
  method: string,
  path: string,
  caller: string | null = 'iam arn:aws:iam::1:role/x',
  { service: { service: app } } = { service },
) {
  const request = new Request(ORIGIN + path, { method });
  return app.fetch(request, { clientAddress: '198.51.100.7', caller });
}

describe('the API', () => {
  test('answers whom the gateway let in, by whatever name the API goes', async () => {
    const response = await send('GET', '/v1/domains/vendor.example');
    expect(reportSchema.parse(await response.json()).domain).toBe('vendor.example');
  });

  test.each(['/v1/domains/vendor.example', '/v1/openapi.json', '/healthz'])(
    '%s is closed to a request that came without a caller',
    async (path) => {
      expect((await send('GET', path, null)).status).toBe(403);
    },
  );

  test.each([
    ['GET', '/'],
    ['POST', '/'],
    ['GET', '/headers'],
    ['GET', '/problems/busy'],
    ['POST', '/d/vendor.example'],
  ])('%s %s, a page, is not there', async (method, path) => {
    expect([404, 405]).toContain((await send(method, path)).status);
    expect(service.answers.asked).toEqual([]);
  });

  test('counts new checks by caller, however many come from one address', async () => {
    const few = testService({
      access: { gateway: null },
      longestCheckMs: null,
      checksPerMinute: { client: 1, all: 10 },
    });
    const ask = async (caller: string, name: string): Promise<number> =>
      (await send('GET', `/v1/domains/${name}.example`, caller, { service: few })).status;
    expect([await ask('jwt a', 'one'), await ask('jwt a', 'two'), await ask('jwt b', 'three')]).toEqual([
      202, 429, 202,
    ]);
  });

  test('hands a wait on to whoever knows of the check, and no more than the gateway waits', async () => {
    const patient = testService({ access: { gateway: null }, longestCheckMs: null, longestWaitSeconds: 25 });
    const request = new Request(`${ORIGIN}/v1/domains/new.example`, { headers: { Prefer: 'wait=60' } });
    const response = await patient.service.fetch(request, { clientAddress: '', caller: 'jwt a' });
    expect(response.headers.get('preference-applied')).toBe('wait=25');
    expect(patient.answers.asked).toEqual([
      { domain: 'new.example', options: { again: false, waitMs: 25_000 } },
    ]);
  });
});

const link = (name: string, signedMs = NOW): string => signPageLink(KEY, name, signedMs);

describe('a link', () => {
  test('opens the stored report of its domain to whoever has it, and leads nowhere else', async () => {
    const response = await send('GET', link('vendor.example'), null);
    const page = await response.text();
    expect(response.status).toBe(200);
    expect(page).toContain('vendor.example');
    expect(page).not.toMatch(/<form|<nav|(?:href|src)="(?!#)/);
    expect(response.headers.get('cache-control')).toBe('private, no-store');
    expect(service.answers.asked).toEqual([]);
  });

  test('opens a page that has its style in it, the only thing a browser may use there', async () => {
    const response = await send('GET', link('vendor.example'), null);
    const [, style = ''] = /<style>(.+?)<\/style>/s.exec(await response.text()) ?? [];
    const digest = createHash('sha256').update(style).digest('base64');
    expect(response.headers.get('content-security-policy')).toContain(
      `default-src 'none'; style-src 'sha256-${digest}'`,
    );
  });

  test.each([
    ['to another domain', () => link('other.example').replace('other', 'vendor')],
    ['that is a day old', () => link('vendor.example', NOW - 24 * 3_600_000)],
    ['without a seal', () => '/d/vendor.example'],
    ['to what is no domain', () => link('192.0.2.1')],
  ])('%s opens nothing, and the page says what to do', async (_, path) => {
    const response = await send('GET', path(), null);
    expect(response.status).toBe(403);
    expect(await response.text()).toContain('Ask about the domain in Slack again');
  });

  test('opens nothing while the key is missing or could be guessed', async () => {
    for (key of ['', 'short']) {
      const path = signPageLink(key, 'vendor.example', NOW);
      expect((await send('GET', path, null)).status).toBe(403);
    }
  });

  test('to a domain of which nothing is kept any more starts no check', async () => {
    const response = await send('GET', link('gone.example'), null);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain('Ask about it in Slack again');
    expect(service.answers.asked).toEqual([]);
  });

  test('is not there unless links are switched on', async () => {
    const closed = testService({ access: { gateway: null } });
    closed.answers.kept.set('vendor.example', aged(evidence));
    expect((await send('GET', link('vendor.example'), null, { service: closed })).status).toBe(404);
    expect((await send('GET', link('vendor.example'), 'jwt a', { service: closed })).status).toBe(404);
  });

  test('is not in the log, but for its domain', async () => {
    await send('GET', link('vendor.example'), null);
    expect(service.log).toMatchObject([{ event: 'request', route: '/d/:domain', domain: 'vendor.example' }]);
    expect(JSON.stringify(service.log)).not.toContain('seal');
  });
});
