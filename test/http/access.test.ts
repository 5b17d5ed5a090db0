import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { domain, host, made } from '../assessment/observed.ts';
import { aged } from './fake-answers.ts';
import { testService } from './test-service.ts';
import type { TestService } from './test-service.ts';

const digest = (token: string): string => createHash('sha256').update(token).digest('hex');
const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;
const withTokens = (): TestService => {
  const service = testService({
    access: { tokenDigests: [digest('first'), digest('second')], anyone: false },
  });
  service.answers.kept.set('vendor.example', aged(domain([host([made('192.0.2.1')])])));
  return service;
};
const PATH = '/v1/domains/vendor.example';

describe('without tokens', () => {
  test('this machine may ask, by IPv4, by IPv6 and by IPv4 written as IPv6', async () => {
    const service = testService();
    for (const from of ['127.0.0.1', '127.8.9.10', '::1', '::ffff:127.0.0.1']) {
      const response = await service.send(new Request('http://localhost:8025/'), from);
      expect([from, response.status]).toEqual([from, 200]);
    }
  });

  test('another machine may not, and is told so in the form it asked for', async () => {
    const service = testService();
    for (const from of ['192.168.1.7', '::ffff:192.168.1.7', '2001:db8::1', '', 'nonsense']) {
      const response = await service.send(new Request(`http://127.0.0.1${PATH}`), from);
      expect([from, response.status]).toEqual([from, 403]);
      expect(await response.json()).toMatchObject({ type: '/problems/not-from-here' });
    }
    const page = await service.send(new Request('http://127.0.0.1/'), '192.168.1.7');
    expect([page.status, page.headers.get('content-type')]).toEqual([403, 'text/html; charset=utf-8']);
    expect(service.answers.asked).toEqual([]);
  });

  test('another machine may where a setting opens the service', async () => {
    const service = testService({ access: { tokenDigests: [], anyone: true } });
    expect((await service.send(new Request('http://127.0.0.1/'), '192.168.1.7')).status).toBe(200);
  });
});

describe('with tokens', () => {
  test('each of them may ask, as a bearer token or as the password a browser sends', async () => {
    const service = withTokens();
    for (const given of ['Bearer first', 'bearer second', basic('anybody:first'), basic(':second')]) {
      expect([given, (await service.get(PATH, { Authorization: given })).status]).toEqual([given, 200]);
    }
  });

  test('nobody else may, this machine neither, and the refusal says how to ask', async () => {
    const service = withTokens();
    const wrong = [
      '',
      'Bearer',
      'Bearer ',
      'Bearer third',
      `Bearer ${digest('first')}`,
      'Basic Zmlyc3Q=',
      'first',
    ];
    for (const given of wrong) {
      const response = await service.get(PATH, given === '' ? {} : { Authorization: given });
      expect([given, response.status]).toEqual([given, 401]);
      expect(response.headers.get('www-authenticate')).toBe('Bearer realm="mailtls"');
      expect(await response.json()).toMatchObject({ type: '/problems/unauthorized' });
    }
    expect((await service.get('/')).headers.get('www-authenticate')).toBe(
      'Basic realm="mailtls", charset="UTF-8"',
    );
  });

  test('whether the service runs can be asked without one', async () => {
    expect(await (await withTokens().get('/healthz')).json()).toEqual({ status: 'ok' });
  });

  test('no token and no other header field is ever logged', async () => {
    const service = withTokens();
    await service.get(`${PATH}?planted=secret-in-query`, {
      Authorization: 'Bearer first',
      'User-Agent': 'secret-in-field',
    });
    await service.get('/secret-in-path', { Authorization: 'Bearer secret-token' });
    expect(service.log).toHaveLength(2);
    expect(service.log[0]).toMatchObject({
      event: 'request',
      method: 'GET',
      route: '/v1/domains/:domain',
      domain: 'vendor.example',
      status: 200,
      outcome: 'opportunistic',
    });
    expect(JSON.stringify(service.log)).not.toMatch(/secret|first/);
  });
});

describe('a request that is not meant for this service', () => {
  test('by its host is refused: a name that was pointed at this machine is not ours', async () => {
    const service = testService({ hosts: ['mailtls.corp.example'] });
    const statusOf = async (url: string): Promise<number> => (await service.send(new Request(url))).status;
    for (const url of ['http://evil.example:8025/', 'http://127.0.0.1.evil.example/', 'http://192.0.2.1/']) {
      expect([url, await statusOf(url)]).toEqual([url, 421]);
    }
    const own = [
      'http://localhost/',
      'http://[::1]:8025/',
      'http://127.0.0.1/',
      'http://MAILTLS.corp.example./',
    ];
    for (const url of own) expect([url, await statusOf(url)]).toEqual([url, 200]);
  });

  test('by its origin is refused, whatever it asks, and no check starts', async () => {
    const service = testService();
    for (const origin of [
      'https://evil.example',
      'null',
      'http://127.0.0.1:9999',
      'http://localhost:8025',
      'x',
    ]) {
      for (const path of ['/', '/d/vendor.example', `${PATH}/checks`]) {
        const response = await service.post(path, 'domain=vendor.example', {
          Origin: origin,
          'Content-Type': 'application/x-www-form-urlencoded',
        });
        expect([origin, path, response.status]).toEqual([origin, path, 403]);
      }
    }
    expect(service.answers.asked).toEqual([]);
  });

  test('is told from a form of our own page', async () => {
    const service = testService();
    const response = await service.post('/', 'domain=vendor.example', {
      Origin: 'http://127.0.0.1:8025',
      'Content-Type': 'application/x-www-form-urlencoded',
      'Sec-Fetch-Site': 'same-origin',
    });
    expect([response.status, response.headers.get('location')]).toEqual([303, '/d/vendor.example']);
    expect(service.answers.asked).toMatchObject([{ domain: 'vendor.example', options: { again: false } }]);
  });

  test('an image on another site starts no check, a link that somebody follows does what it says', async () => {
    const service = testService();
    const image = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'no-cors', 'Sec-Fetch-Dest': 'image' };
    expect((await service.get(PATH, image)).status).toBe(403);
    expect(service.answers.asked).toEqual([]);
    const link = { 'Sec-Fetch-Site': 'cross-site', 'Sec-Fetch-Mode': 'navigate', 'Sec-Fetch-User': '?1' };
    expect((await service.get(PATH, { ...link, Prefer: 'wait=0' })).status).toBe(202);
    expect(
      (
        await service.get('/d/vendor.example', {
          'Sec-Fetch-Site': 'cross-site',
          'Sec-Fetch-Mode': 'navigate',
        })
      ).status,
    ).toBe(200);
  });
});

test('reading a page starts no check, whatever its domain', async () => {
  const service = testService();
  for (const path of ['/', '/d/vendor.example', '/d/Vendor.EXAMPLE', '/headers']) await service.get(path);
  expect(service.answers.asked).toEqual([]);
});

test('every response has its id, forbids what a browser might do with it, and opens nothing to other sites', async () => {
  const service = testService();
  const responses = [
    await service.get('/'),
    await service.get('/healthz'),
    await service.get('/nowhere'),
    await service.get('/v1/domains/x'),
    await service.post('/v1/domains', 'x'),
  ];
  for (const { headers } of responses) {
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{8,64}$/);
    expect(headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(headers.get('content-security-policy')).not.toMatch(/unsafe|\*|https?:/);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([]);
  }
  expect((await service.get('/', { 'X-Request-Id': 'mine-1' })).headers.get('x-request-id')).toBe('mine-1');
  const long = (await service.get('/', { 'X-Request-Id': 'a'.repeat(65) })).headers.get('x-request-id');
  expect(long).not.toContain('aaaa');
});

test('another method than an address has is told which it has', async () => {
  const service = testService();
  const response = await service.send(new Request(`http://127.0.0.1${PATH}`, { method: 'DELETE' }));
  expect([response.status, response.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  expect(await response.json()).toMatchObject({ type: '/problems/method-not-allowed' });
});

test('a mistake of ours is a problem without its inside, and the log has its place under the same id', async () => {
  const service = testService();
  service.answers.checks.set('vendor.example', () => {
    throw new RangeError('inside of a header:\n    at planted.example');
  });
  const response = await service.get(PATH);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain('inside');
  const error = service.log.find(({ event }) => event === 'internal-error');
  expect(error?.['place']).toMatch(/^RangeError \| at .*access\.test\.ts:\d+/);
  expect(JSON.stringify(service.log)).not.toMatch(/inside|planted/);
  expect(error?.['requestId']).toBe(response.headers.get('x-request-id'));
});
