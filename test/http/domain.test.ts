import { beforeEach, describe, expect, test } from 'vitest';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { absent, domain, host, made, WITHOUT_STARTTLS } from '../assessment/observed.ts';
import { aged } from './fake-answers.ts';
import { testService } from './test-service.ts';
import type { TestService } from './test-service.ts';

const PATH = '/v1/domains/vendor.example';
const evidence = domain([host([made('192.0.2.1')])]);

let service: TestService;
beforeEach(() => {
  service = testService();
});

describe('a stored answer', () => {
  beforeEach(() => void service.answers.kept.set('vendor.example', aged(evidence)));

  test('is a report, and no check is started', async () => {
    const response = await service.get(PATH);
    expect(response.status).toBe(200);
    const report = reportSchema.parse(await response.json());
    expect(report).toMatchObject({ domain: 'vendor.example', verdict: { answer: 'opportunistic' } });
    expect(service.answers.asked).toEqual([]);
  });

  test('says how old it is, and a cache that takes Age off max-age keeps it for the rest of its life', async () => {
    const { headers } = await service.get(PATH);
    expect(headers.get('age')).toBe('180');
    expect(headers.get('cache-control')).toBe('private, max-age=3780');
    expect(headers.get('cache-status')).toBe('mailtls; hit; ttl=3600; stored');
    expect(headers.get('content-location')).toBe(PATH);
  });

  test('is not sent again to who has it, by weak comparison and in a list', async () => {
    const etag = (await service.get(PATH)).headers.get('etag') ?? '';
    expect(etag).toMatch(/^W\/"[\w-]+"$/);
    for (const given of [etag, etag.replace('W/', ''), `"other", ${etag}`, '*']) {
      const response = await service.get(PATH, { 'If-None-Match': given });
      expect([given, response.status, await response.text()]).toEqual([given, 304, '']);
      expect(response.headers.get('etag')).toBe(etag);
      expect(response.headers.get('cache-control')).toBe('private, max-age=3780');
    }
    expect((await service.get(PATH, { 'If-None-Match': '"other"' })).status).toBe(200);
  });

  test('is sent again when another sender carries our mail, for then what is ours in it is another', async () => {
    const etag = (await service.get(PATH)).headers.get('etag') ?? '';
    const tags = new Set([etag]);
    for (const sender of ['postfix-dane', 'must-verify'] as const) {
      service = testService({ sender });
      service.answers.kept.set('vendor.example', aged(evidence));
      const response = await service.get(PATH, { 'If-None-Match': [...tags].join() });
      expect(response.status).toBe(200);
      expect(reportSchema.parse(await response.json()).ours).toMatchObject({ sender });
      const own = response.headers.get('etag') ?? '';
      expect((await service.get(PATH, { 'If-None-Match': own })).status).toBe(304);
      tags.add(own);
    }
    expect(tags.size).toBe(3);
  });

  test('is found by an address, a link and in capitals', async () => {
    for (const asked of [
      'Alice@Vendor.example',
      'VENDOR.EXAMPLE.',
      'https%3A%2F%2Fvendor.example%2Fcontact',
    ]) {
      const response = await service.get(`/v1/domains/${asked}`);
      expect([asked, response.status]).toEqual([asked, 200]);
      expect(response.headers.get('content-location')).toBe(PATH);
    }
  });

  test('past its freshness is renewed by a check, and serves on when no check may start', async () => {
    service = testService({ checksPerMinute: { client: 1, all: 10 } });
    const stale = aged(evidence, { stale: true, freshForSeconds: 0, ageSeconds: 90_000 });
    service.answers.kept.set('vendor.example', stale);
    service.answers.checks.set('vendor.example', () => ({ ...stale, refreshing: true }));
    const first = await service.get(PATH);
    expect(first.headers.get('cache-status')).toBe('mailtls; hit; ttl=-1; stored; detail=refreshing');
    expect(first.headers.get('cache-control')).toBe('private, no-cache');
    expect((await service.get(PATH)).status).toBe(200);
    expect(service.answers.asked).toHaveLength(1);
  });
});

describe('a domain nobody asked about', () => {
  test('is checked, and the answer says that it was made for this request', async () => {
    service.answers.checks.set('vendor.example', () => aged(evidence, { ageSeconds: 0 }));
    const response = await service.get(PATH, { Prefer: 'wait=5' });
    expect(response.status).toBe(200);
    expect(response.headers.get('cache-status')).toBe('mailtls; fwd=miss; ttl=3600; stored');
    expect(response.headers.get('preference-applied')).toBe('wait=5');
    expect(service.answers.asked).toMatchObject([{ domain: 'vendor.example', options: { again: false } }]);
  });

  test('whose check takes longer than the client waits is answered 202, with where and when to ask', async () => {
    service.answers.checks.set('vendor.example', () => new Promise(() => {}));
    const response = await service.get(PATH, { Prefer: 'respond-async' });
    expect(response.status).toBe(202);
    expect(response.headers.get('location')).toBe(PATH);
    expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(await response.json()).toMatchObject({ schema: 'mailtls.checking/1', domain: 'vendor.example' });
  });

  test('asked for by five hundred clients at once is checked once, and costs one check of the rates', async () => {
    service = testService({ checksPerMinute: { client: 1, all: 1 } });
    const { promise, resolve } = Promise.withResolvers<ReturnType<typeof aged>>();
    service.answers.checks.set('vendor.example', () => promise);
    const responses = Promise.all(Array.from({ length: 500 }, () => service.get(PATH)));
    setTimeout(() => resolve(aged(evidence)), 20);
    expect(new Set((await responses).map(({ status }) => status))).toEqual(new Set([200]));
    expect(service.answers.asked).toHaveLength(1);
  });

  test('whose last answer could not be kept is asked for anew, and an answer from memory costs nothing', async () => {
    service = testService({ checksPerMinute: { client: 1, all: 1 } });
    const unkept = aged(evidence, { kept: false, freshForSeconds: 0 });
    service.answers.kept.set('vendor.example', unkept);
    service.answers.checks.set('vendor.example', () => unkept);
    for (const _ of [1, 2, 3]) {
      const response = await service.get(PATH);
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-status')).toBe('mailtls; hit; ttl=0; stored=?0');
      expect(response.headers.get('cache-control')).toBe('private, no-cache');
    }
    expect(service.answers.asked).toHaveLength(3);
  });

  test('asked for by a client without checks left is checked for another who has one', async () => {
    service = testService({
      checksPerMinute: { client: 1, all: 100 },
      access: { tokenDigests: [], anyone: true },
    });
    const ask = (path: string, from: string): Promise<Response> =>
      service.send(new Request(`http://127.0.0.1${path}`), from);
    service.answers.checks.set('other.example', () => aged(evidence));
    service.answers.checks.set('vendor.example', () => aged(evidence));
    await ask('/v1/domains/other.example', '192.0.2.7');
    const both = await Promise.all([ask(PATH, '192.0.2.7'), ask(PATH, '192.0.2.8')]);
    expect(both.map(({ status }) => status)).toEqual([429, 200]);
  });

  test('that does not exist is a problem of its own type, which ages like an answer', async () => {
    const nowhere = domain([], { source: 'name-error', answer: absent('name-error') });
    service.answers.checks.set('vendor.example', () => aged(nowhere, { freshForSeconds: 300 }));
    const response = await service.get(PATH);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('application/problem+json');
    expect(response.headers.get('cache-control')).toBe('private, max-age=480');
    expect(await response.json()).toMatchObject({
      type: '/problems/no-such-domain',
      detail: 'There is no domain vendor.example. Check the spelling of the address you have.',
    });
    const etag = response.headers.get('etag') ?? '';
    for (const given of [etag, '*']) {
      expect((await service.get(PATH, { 'If-None-Match': given })).status).toBe(404);
    }
  });
});

test('checking again asks for a new check whatever is kept', async () => {
  service.answers.kept.set('vendor.example', aged(evidence));
  const plain = domain([host([made('192.0.2.1', WITHOUT_STARTTLS)])]);
  service.answers.checks.set('vendor.example', () => aged(plain));
  const response = await service.post(`${PATH}/checks`, '', { 'If-None-Match': '*' });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ verdict: { answer: 'plaintext' } });
  expect(service.answers.asked).toMatchObject([{ options: { again: true } }]);
});

test('checking again within the minute is refused with the time until it may be', async () => {
  service.answers.checks.set('vendor.example', () => ({ outcome: 'too-soon', retryAfterSeconds: 42 }));
  const response = await service.post(`${PATH}/checks`, '');
  expect([response.status, response.headers.get('retry-after')]).toEqual([429, '42']);
  expect(await response.json()).toMatchObject({ type: '/problems/checked-just-now', retryAfterSeconds: 42 });
});

test('a full queue is 503, and what was not started is not counted against the client', async () => {
  service = testService({ checksPerMinute: { client: 1, all: 1 } });
  service.answers.checks.set('vendor.example', () => ({ outcome: 'busy', retryAfterSeconds: 7 }));
  for (const _ of [1, 2, 3]) {
    const response = await service.get(PATH);
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '7']);
    expect(await response.json()).toMatchObject({ type: '/problems/busy' });
  }
});

test('a client that starts too many checks is told when it may again, and others are not held up', async () => {
  service = testService({
    checksPerMinute: { client: 2, all: 100 },
    access: { tokenDigests: [], anyone: true },
  });
  const ask = (name: string, from: string): Promise<Response> =>
    service.send(
      new Request(`http://127.0.0.1/v1/domains/${name}.example`, { headers: { Prefer: 'wait=0' } }),
      from,
    );
  expect((await ask('one', '192.0.2.7')).headers.get('ratelimit')).toBe('"client";r=1;t=30, "all";r=99;t=1');
  await ask('two', '192.0.2.7');
  const refused = await ask('three', '192.0.2.7');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '30']);
  expect(refused.headers.get('ratelimit-policy')).toBe('"client";q=2;w=60, "all";q=100;w=60');
  expect(await refused.json()).toMatchObject({ type: '/problems/too-many-checks' });
  expect((await ask('three', '192.0.2.8')).status).toBe(202);
  service.pass(30_000);
  expect((await ask('four', '192.0.2.7')).status).toBe(202);
});

test('all clients together start no more checks than the service may, and what is stored is given all the same', async () => {
  service = testService({
    checksPerMinute: { client: 2, all: 3 },
    access: { tokenDigests: [], anyone: true },
  });
  service.answers.kept.set('stored.example', aged(evidence));
  const ask = (name: string, from: string): Promise<Response> =>
    service.send(
      new Request(`http://127.0.0.1/v1/domains/${name}.example`, { headers: { Prefer: 'wait=0' } }),
      from,
    );
  for (const [name, from] of [
    ['one', '192.0.2.1'],
    ['two', '192.0.2.1'],
    ['three', '192.0.2.2'],
  ] as const) {
    expect((await ask(name, from)).status).toBe(202);
  }
  const refused = await ask('four', '192.0.2.3');
  expect([refused.status, refused.headers.get('retry-after')]).toEqual([429, '20']);
  expect(await refused.json()).toMatchObject({
    type: '/problems/too-many-checks',
    detail: expect.stringContaining('This service'),
  });
  expect((await ask('stored', '192.0.2.3')).status).toBe(200);
  service.pass(20_000);
  expect((await ask('four', '192.0.2.3')).status).toBe(202);
});

test('all clients of one IPv6 network of 64 bits are one client', async () => {
  service = testService({
    checksPerMinute: { client: 1, all: 100 },
    access: { tokenDigests: [], anyone: true },
  });
  const ask = async (name: string, from: string): Promise<number> => {
    const request = new Request(`http://127.0.0.1/v1/domains/${name}.example`, {
      headers: { Prefer: 'wait=0' },
    });
    return (await service.send(request, from)).status;
  };
  expect(await ask('one', '2001:db8:1:2::1')).toBe(202);
  expect(await ask('two', '2001:db8:1:2:ffff::9')).toBe(429);
  expect(await ask('two', '2001:db8:1:3::1')).toBe(202);
});

test('what is no domain is refused with the mistake by code and in words', async () => {
  const response = await service.get('/v1/domains/192.0.2.1');
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({
    type: '/problems/not-a-domain',
    mistake: 'ip-address',
    detail: expect.stringContaining('mail is sent to names'),
  });
  expect(service.answers.asked).toEqual([]);
});

test('history that cannot be read is a failure of ours, and not the history of a domain nobody asked about', async () => {
  service.answers.states.set('vendor.example', null);
  const response = await service.get(`${PATH}/history`);
  expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5']);
  expect(await response.json()).toMatchObject({ type: '/problems/store-failed' });
  service.answers.kept.set('vendor.example', aged(evidence));
  const page = await service.get('/d/vendor.example');
  expect(await page.text()).toContain('What is kept of earlier states cannot be read just now.');
});

test('history has every state with a sentence for each change', async () => {
  service.answers.states.set('vendor.example', [
    {
      since: '2026-11-21T01:02:03.456Z',
      until: '2026-11-22T01:02:03.456Z',
      answer: 'opportunistic',
      changes: [
        { what: 'answer', subject: 'vendor.example', before: 'plaintext', after: 'opportunistic' },
        { what: 'mta-sts-mode', subject: 'vendor.example', before: null, after: 'testing' },
      ],
    },
    {
      since: '2026-11-01T00:00:00.000Z',
      until: '2026-11-20T00:00:00.000Z',
      answer: 'plaintext',
      changes: [],
    },
  ]);
  const response = await service.get(`${PATH}/history`);
  expect(await response.json()).toMatchObject({
    schema: 'mailtls.history/1',
    domain: 'vendor.example',
    entries: [
      {
        answer: 'opportunistic',
        changes: [
          { text: 'The answer was "not encrypted" and became "encrypted, not enforced".' },
          { text: 'MTA-STS went from no policy to mode testing.' },
        ],
      },
      { answer: 'plaintext', changes: [] },
    ],
  });
});
