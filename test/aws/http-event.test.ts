/** Requests as API Gateway hands them over, and answers as it takes them back. */
import { randomBytes } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { callerOf, requestOf, resultOf } from '../../functions/aws/http-event.ts';
import { httpEvent } from './http-events.ts';

test('path, query, method and fields are those of the request', async () => {
  const request = requestOf(
    httpEvent('GET', '/v1/domains/vendor.example?a=1&b=%26', { headers: { prefer: 'wait=5' } }),
  );
  expect(request?.url).toBe(
    'https://lab.execute-api.us-east-1.amazonaws.com/v1/domains/vendor.example?a=1&b=%26',
  );
  expect([request?.method, request?.headers.get('prefer')]).toEqual(['GET', 'wait=5']);
});

test.each([
  ['text as it is', 'application/json', '["bücher.example"]'],
  ['anything else in base64', 'message/rfc822', 'Received: from mail.bücher.example'],
])('a body comes through: %s', async (_, type, body) => {
  const request = requestOf(httpEvent('POST', '/v1/headers', { headers: { 'content-type': type }, body }));
  expect(await request?.text()).toBe(body);
});

test('bytes that are no text come through as they are', async () => {
  const body = Uint8Array.from({ length: 256 }, (__, index) => index);
  const made = { headers: { 'content-type': 'message/rfc822' }, body };
  const bytes = await requestOf(httpEvent('POST', '/v1/headers', made))?.bytes();
  expect(bytes).toEqual(body);
});

test('a field that is not of octets is left out, and the request is answered', () => {
  const request = requestOf(httpEvent('GET', '/healthz', { headers: { 'x-name': 'Ω', prefer: 'wait=5' } }));
  expect([request?.headers.get('x-name'), request?.headers.get('prefer')]).toEqual([null, 'wait=5']);
});

test('a GET with a body, and a POST without, are requests too', async () => {
  expect(await requestOf(httpEvent('GET', '/healthz', { body: 'x' }))?.text()).toBe('');
  expect(await requestOf(httpEvent('POST', '/v1/headers'))?.text()).toBe('');
});

test('what cannot be a request is none', () => {
  const event = httpEvent('GET', '/healthz');
  expect(requestOf({ ...event, headers: { 'no name': 'x' } })).toBeNull();
  expect(requestOf({ ...event, requestContext: { ...event.requestContext, domainName: 'a b' } })).toBeNull();
});

test('an answer is handed back with its status, fields and text', async () => {
  const response = new Response('bücher', { status: 202, headers: { 'Retry-After': '2' } });
  expect(await resultOf(response, null)).toEqual({
    statusCode: 202,
    headers: { 'content-type': 'text/plain;charset=UTF-8', 'retry-after': '2' },
    body: 'bücher',
    isBase64Encoded: false,
  });
});

/** Reports of a hundred domains; escaped into the function's result they are larger by their quotes. */
const hundred = (sizeBytes: number) =>
  Response.json(
    { reports: '"'.repeat(sizeBytes / 2) },
    { status: 202, headers: { 'Retry-After': '2', Vary: 'Accept' } },
  );

test('an answer larger than Lambda hands over is compressed for whoever takes that', async () => {
  const result = await resultOf(hundred(6_000_000), 'br;q=1.0, gzip;q=0.8');
  expect(result).toMatchObject({
    statusCode: 202,
    headers: { 'content-encoding': 'gzip', 'retry-after': '2', vary: 'Accept, Accept-Encoding' },
    isBase64Encoded: true,
  });
  const plain = gunzipSync(Buffer.from(result.body, 'base64')).toString();
  expect(plain).toBe(await hundred(6_000_000).text());
});

test.each([
  ['', 'nobody said that it may be compressed', hundred(6_000_000)],
  ['gzip;q=0, identity', 'it may not be', hundred(6_000_000)],
  ['gzip', 'it is too large all the same', new Response(randomBytes(5_000_000).toString('base64'))],
])('one that cannot be handed over is a problem: %j, %s', async (accepted, _, response) => {
  const { statusCode, headers, body } = await resultOf(response, accepted);
  expect([statusCode, headers['content-type']]).toEqual([406, 'application/problem+json']);
  expect(JSON.parse(body)).toMatchObject({ type: '/problems/answer-too-large' });
});

test('the caller is whom the gateway let in, by IAM or by a token, and nobody else', () => {
  const event = httpEvent('GET', '/healthz', { caller: null });
  const by = (authorizer: NonNullable<typeof event.requestContext.authorizer>) =>
    callerOf({ ...event, requestContext: { ...event.requestContext, authorizer } });
  expect(by({ iam: { userArn: 'arn:aws:iam::1:role/x' } })).toBe('iam arn:aws:iam::1:role/x');
  expect(by({ jwt: { claims: { sub: 'ann' } } })).toBe('jwt ann');
  expect(by({ jwt: { claims: { client_id: 'build' } } })).toBe('jwt build');
  expect(by({ jwt: { claims: {} } })).toBeNull();
  expect(by({})).toBeNull();
  expect(callerOf(event)).toBeNull();
  expect(callerOf({ ...event, headers: { authorization: 'Bearer made-up' } })).toBeNull();
});
