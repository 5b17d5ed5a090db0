/** Who may call what, and how often. */
import { expect, test } from 'vitest';
import { EHLO, resourcesOf, short } from './stack-template.ts';

const JWT = { jwtIssuer: 'https://issuer.example/', jwtAudience: 'mailtls, other' };
const LINKS = { ...EHLO, MAILTLS_PAGE_LINKS: 'true' };

/** Route key to how it is guarded. */
function routes(
  deployment: Readonly<Record<string, string>> = {},
  settings: Readonly<Record<string, string>> = EHLO,
) {
  return Object.fromEntries(
    resourcesOf(deployment, settings)
      .of('AWS::ApiGatewayV2::Route')
      .map(([, { RouteKey, AuthorizationType }]) => [RouteKey, AuthorizationType]),
  );
}

test('everything but Slack’s route asks for an IAM signature', () => {
  expect(routes()).toEqual({
    $default: 'AWS_IAM',
    'POST /slack/events': 'NONE',
    'POST /v1/domains': 'AWS_IAM',
    'POST /v1/domains/{domain}/checks': 'AWS_IAM',
    'POST /v1/headers': 'AWS_IAM',
  });
});

test('with an issuer, everything but Slack’s route asks for its tokens', () => {
  expect(new Set(Object.values(routes(JWT)))).toEqual(new Set(['JWT', 'NONE']));
  expect(routes(JWT)).toMatchObject({ $default: 'JWT', 'POST /slack/events': 'NONE' });
  const { of } = resourcesOf(JWT);
  expect(of('AWS::ApiGatewayV2::Authorizer').map(([, properties]) => properties)).toMatchObject([
    {
      AuthorizerType: 'JWT',
      JwtConfiguration: { Issuer: 'https://issuer.example/', Audience: ['mailtls', 'other'] },
      IdentitySource: ['$request.header.Authorization'],
    },
  ]);
});

test('the page of a domain is open only where links to pages are switched on', () => {
  expect(routes({}, LINKS)).toMatchObject({ $default: 'AWS_IAM', 'GET /d/{domain}': 'NONE' });
  expect(routes({}, { ...EHLO, MAILTLS_PAGE_LINKS: 'false' })).not.toHaveProperty(['GET /d/{domain}']);
});

const pageUrls = (settings: Readonly<Record<string, string>>) =>
  resourcesOf({}, settings)
    .of('AWS::Lambda::Function')
    .map(([, { Environment }]) => short(Environment.Variables.MAILTLS_PAGE_URL));

test('links to pages lead to the API itself, unless a setting says where', () => {
  expect(pageUrls(LINKS)).toEqual(
    ['Api.ApiEndpoint', 'Api.ApiEndpoint', 'Api.ApiEndpoint'].map(() =>
      expect.stringMatching(/^Api.*\.ApiEndpoint$/),
    ),
  );
  expect(pageUrls({ ...LINKS, MAILTLS_PAGE_URL: 'https://mailtls.us.example/' })).toEqual(
    Array.from({ length: 3 }, () => 'https://mailtls.us.example/'),
  );
  expect(pageUrls(EHLO)).toEqual([undefined, undefined, undefined]);
});

test('the stage has a limit, and routes that cost more have a lower one', () => {
  const [stage] = resourcesOf({ requestsPerSecond: '100' }).of('AWS::ApiGatewayV2::Stage');
  expect(stage?.[1]).toMatchObject({
    DefaultRouteSettings: { ThrottlingRateLimit: 100, ThrottlingBurstLimit: 200 },
    RouteSettings: {
      'POST /slack/events': { ThrottlingRateLimit: 50, ThrottlingBurstLimit: 100 },
      'POST /v1/domains': { ThrottlingRateLimit: 10, ThrottlingBurstLimit: 20 },
      'POST /v1/domains/{domain}/checks': { ThrottlingRateLimit: 20, ThrottlingBurstLimit: 40 },
      'POST /v1/headers': { ThrottlingRateLimit: 40, ThrottlingBurstLimit: 80 },
    },
  });
});

test('the page that anybody may try to open has a part of the limit, and not all of it', () => {
  const [stage] = resourcesOf({ requestsPerSecond: '100' }, LINKS).of('AWS::ApiGatewayV2::Stage');
  expect(stage?.[1]['RouteSettings']['GET /d/{domain}']).toEqual({
    ThrottlingRateLimit: 25,
    ThrottlingBurstLimit: 50,
  });
});

test('the access log has a line of JSON a request, without address, query or header field', () => {
  const [stage] = resourcesOf().of('AWS::ApiGatewayV2::Stage');
  const format: string = stage?.[1]['AccessLogSettings'].Format;
  expect(JSON.parse(format.replaceAll(/\$context\.(status|responseLatency)/g, '1'))).toEqual({
    requestId: '$context.requestId',
    route: '$context.routeKey',
    status: 1,
    ms: 1,
  });
});
