/**
 * Events as API Gateway (HTTP API, payload format 2.0) makes them of requests.
 * Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
import type { HttpEvent, HttpResult } from '../../functions/aws/http-event.ts';

export interface HttpRequestMade {
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** Null: the route takes anybody. */
  readonly caller?: string | null;
}

/** @param target path and query */
export function httpEvent(
  method: string,
  target: string,
  { headers = {}, body, caller = 'arn:aws:iam::123456789012:user/ann' }: HttpRequestMade = {},
): HttpEvent & Readonly<Record<string, unknown>> {
  const { pathname, search } = new URL(target, 'https://lab.execute-api.us-east-1.amazonaws.com');
  const isText = /^(?:text\/|application\/(?:json|javascript|xml))/.test(headers['content-type'] ?? '');
  return {
    version: '2.0',
    routeKey: '$default',
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { host: 'lab.execute-api.us-east-1.amazonaws.com', 'x-forwarded-proto': 'https', ...headers },
    requestContext: {
      domainName: 'lab.execute-api.us-east-1.amazonaws.com',
      http: { method, sourceIp: '198.51.100.7' },
      ...(caller === null ? {} : { authorizer: { iam: { userArn: caller } } }),
    },
    ...(body === undefined
      ? {}
      : { body: isText ? Buffer.from(body).toString() : Buffer.from(body).toString('base64') }),
    isBase64Encoded: body !== undefined && !isText,
  };
}

/** What a function answered, as the gateway reads it. */
export function resultIn(payload: unknown): HttpResult {
  const { statusCode, headers, body }: HttpResult = JSON.parse(JSON.stringify(payload));
  return { statusCode, headers, body, isBase64Encoded: false };
}
