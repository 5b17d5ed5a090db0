/** Requests as API Gateway hands them over, and answers as it takes them back. */
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
  expect(await resultOf(response)).toEqual({
    statusCode: 202,
    headers: { 'content-type': 'text/plain;charset=UTF-8', 'retry-after': '2' },
    body: 'bücher',
    isBase64Encoded: false,
  });
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
