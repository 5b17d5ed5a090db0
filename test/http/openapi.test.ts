/** The description of the API held against the API: its routes, what they answer, and every way they fail. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, test } from 'vitest';
import { PROBLEM_TYPES } from '../../functions/presenters/problem-types.ts';
import { absent, domain, host, made } from '../assessment/observed.ts';
import { aged } from './fake-answers.ts';
import { ORIGIN, testService } from './test-service.ts';
import type { TestService } from './test-service.ts';

interface Described {
  readonly content?: Readonly<Record<string, { readonly schema: object }>>;
}
interface Description {
  readonly openapi: string;
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { readonly responses: Readonly<Record<string, Described>> }>>>
  >;
  readonly components: { readonly schemas: Readonly<Record<string, object>> };
}

let service: TestService;
let description: Description;
let ajv: Ajv2020;

beforeAll(async () => {
  service = testService();
  description = JSON.parse(await (await service.get('/v1/openapi.json')).text());
  ajv = new Ajv2020({ strict: false, validateFormats: false });
  ajv.addSchema({ $id: 'api', ...description });
  const evidence = domain([host([made('192.0.2.1')])]);
  service.answers.kept.set('vendor.example', aged(evidence));
  service.answers.kept.set(
    'nowhere.example',
    aged(domain([], { source: 'name-error', answer: absent('name-error') })),
  );
  service.answers.states.set('away.example', null);
  service.answers.checks.set('busy.example', () => ({ outcome: 'busy', retryAfterSeconds: 5 }));
  service.answers.checks.set('soon.example', () => ({ outcome: 'too-soon', retryAfterSeconds: 5 }));
  service.answers.checks.set('failing.example', () => {
    throw new Error('a mistake');
  });
});

const isApi = (path: string): boolean => path.startsWith('/v1/') || path === '/healthz';
const braces = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}');

test('it is OpenAPI 3.1 and has every route of the API, and no other', () => {
  expect(description.openapi).toBe('3.1.0');
  const routes = service.routes
    .filter(({ path }) => isApi(path))
    .map(({ method, path }) => `${method} ${braces(path)}`);
  const described = Object.entries(description.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(described.toSorted()).toEqual(routes.toSorted());
});

test('every reference in it leads somewhere', () => {
  const references = JSON.stringify(description).match(/"#\/components\/schemas\/\w+"/g) ?? [];
  const names = new Set(references.map((reference) => /(\w+)"$/.exec(reference)?.[1] ?? ''));
  expect([...names].filter((name) => description.components.schemas[name] === undefined)).toEqual([]);
  expect(names.size).toBe(Object.keys(description.components.schemas).length);
});

type Asked = readonly [name: string, path: string, method: string, request: () => Request];
const json = { 'Content-Type': 'application/json', Prefer: 'wait=0' };
const request = (path: string, init: RequestInit = {}): Request => new Request(ORIGIN + path, init);
const D = '/v1/domains/{domain}';

const ASKED: readonly Asked[] = [
  ['a report', D, 'get', () => request('/v1/domains/vendor.example')],
  [
    'a check under way',
    D,
    'get',
    () => request('/v1/domains/slow.example', { headers: { Prefer: 'wait=0' } }),
  ],
  ['a name error', D, 'get', () => request('/v1/domains/nowhere.example')],
  ['not a domain', D, 'get', () => request('/v1/domains/192.0.2.1')],
  ['a full queue', D, 'get', () => request('/v1/domains/busy.example')],
  ['a mistake of ours', D, 'get', () => request('/v1/domains/failing.example')],
  [
    'another origin',
    D,
    'get',
    () => request('/v1/domains/vendor.example', { headers: { Origin: 'https://evil.example' } }),
  ],
  ['another host', D, 'get', () => new Request('http://evil.example/v1/domains/vendor.example')],
  [
    'a check',
    `${D}/checks`,
    'post',
    () => request('/v1/domains/slow.example/checks', { method: 'POST', headers: { Prefer: 'wait=0' } }),
  ],
  [
    'a check too soon',
    `${D}/checks`,
    'post',
    () => request('/v1/domains/soon.example/checks', { method: 'POST' }),
  ],
  ['history', `${D}/history`, 'get', () => request('/v1/domains/vendor.example/history')],
  ['history that cannot be read', `${D}/history`, 'get', () => request('/v1/domains/away.example/history')],
  [
    'a list',
    '/v1/domains',
    'post',
    () =>
      request('/v1/domains', {
        method: 'POST',
        headers: json,
        body: '["vendor.example","slow.example","x"]',
      }),
  ],
  [
    'no list',
    '/v1/domains',
    'post',
    () => request('/v1/domains', { method: 'POST', headers: json, body: '{' }),
  ],
  [
    'a list of another kind',
    '/v1/domains',
    'post',
    () => request('/v1/domains', { method: 'POST', body: 'x' }),
  ],
  [
    'a list as CSV',
    '/v1/domains',
    'post',
    () =>
      request('/v1/domains', {
        method: 'POST',
        headers: { ...json, Accept: 'text/csv' },
        body: '["vendor.example"]',
      }),
  ],
  [
    'headers',
    '/v1/headers',
    'post',
    () =>
      request('/v1/headers', {
        method: 'POST',
        headers: { 'Content-Type': 'text/plain' },
        body: 'Received: by a.example; Sun, 22 Nov 2026 01:02:03 +0000',
      }),
  ],
  [
    'headers of another kind',
    '/v1/headers',
    'post',
    () => request('/v1/headers', { method: 'POST', headers: json, body: '{}' }),
  ],
  ['the description', '/v1/openapi.json', 'get', () => request('/v1/openapi.json')],
  ['health', '/healthz', 'get', () => request('/healthz')],
];

describe('a response is as it is described:', () => {
  test.each(ASKED)('%s', async (_, path, method, make) => {
    const response = await service.send(make());
    const described = description.paths[path]?.[method]?.responses[String(response.status)];
    expect(described, `status ${response.status} is described`).toBeDefined();
    const [type = ''] = (response.headers.get('content-type') ?? '').split(';');
    expect(Object.keys(described?.content ?? {})).toContain(type);
    const body = await response.text();
    const value: unknown = type === 'text/csv' ? body : JSON.parse(body);
    const at = ['paths', path, method, 'responses', String(response.status), 'content', type, 'schema'];
    const pointer = at
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/');
    const validate = ajv.compile({ $ref: `api#/${pointer}` });
    validate(value);
    expect(validate.errors ?? []).toEqual([]);
  });
});

test('every problem that a response gives is explained at the address of its type', async () => {
  for (const code of Object.keys(PROBLEM_TYPES)) {
    const response = await service.get(`/problems/${code}`);
    expect([code, response.status]).toEqual([code, 200]);
    expect(await response.text()).toContain(`/problems/${code}`);
  }
  expect((await service.get('/problems/constructor')).status).toBe(404);
});

test('the types of problems are these for ever: programs compare them', () => {
  expect(Object.entries(PROBLEM_TYPES).map(([code, { status }]) => `${status} ${code}`)).toEqual([
    '400 not-a-domain',
    '404 no-such-domain',
    '404 not-found',
    '405 method-not-allowed',
    '400 malformed-body',
    '400 too-many-domains',
    '413 body-too-large',
    '406 answer-too-large',
    '415 unsupported-media-type',
    '401 unauthorized',
    '403 not-from-here',
    '403 no-caller',
    '403 page-link',
    '403 foreign-origin',
    '421 foreign-host',
    '429 too-many-checks',
    '429 checked-just-now',
    '503 busy',
    '503 store-failed',
    '500 internal-error',
  ]);
});
