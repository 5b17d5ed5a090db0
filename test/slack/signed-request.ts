/**
 * Slack's requests over HTTP, with real signatures: `v0=` and the HMAC-SHA256 of `v0:<seconds>:<body>` under the
 * app's signing secret (docs.slack.dev, "Verifying requests from Slack"). A receiver must refuse what is older
 * than five minutes.
 */
import { createHmac } from 'node:crypto';
import type { APIGatewayProxyEventV2 } from 'aws-lambda';
import type { Sent } from './events.ts';

export interface SignedRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

const form = (fields: Readonly<Record<string, unknown>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${name}=${encodeURIComponent(String(value)).replaceAll('%20', '+')}`)
    .join('&');

/** The body that Slack would send, as its content type writes it. */
export function bodyOf({ type, payload }: Sent): { readonly contentType: string; readonly body: string } {
  if (type === 'events_api') return { contentType: 'application/json', body: JSON.stringify(payload) };
  const fields = type === 'interactive' ? { payload: JSON.stringify(payload) } : payload;
  return { contentType: 'application/x-www-form-urlencoded', body: form(fields) };
}

/**
 * @param secret the signing secret
 * @param nowMs milliseconds since 1970; the signature says when it was made
 * @param retry which of Slack's retries this is: 1 to 3
 */
export function signedRequest(
  path: string,
  sent: Sent,
  secret: string,
  nowMs: number,
  retry?: { readonly number: number; readonly reason: string },
): SignedRequest {
  const { contentType, body } = bodyOf(sent);
  const seconds = Math.floor(nowMs / 1000);
  const signature = createHmac('sha256', secret).update(`v0:${seconds}:${body}`).digest('hex');
  return {
    method: 'POST',
    path,
    headers: {
      'content-type': contentType,
      'user-agent': 'Slackbot 1.0 (+https://api.slack.com/robots)',
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${signature}`,
      ...(retry === undefined
        ? {}
        : { 'x-slack-retry-num': String(retry.number), 'x-slack-retry-reason': retry.reason }),
    },
    body,
  };
}

/**
 * The same as API Gateway hands it on: an HTTP API gives forms in base64 and JSON as it is.
 * @param isBase64Encoded for a gateway that encodes everything
 */
export function gatewayEvent(
  { method, path, headers, body }: SignedRequest,
  isBase64Encoded = headers['content-type'] !== 'application/json',
): APIGatewayProxyEventV2 {
  return {
    version: '2.0',
    routeKey: `${method} ${path}`,
    rawPath: path,
    rawQueryString: '',
    headers: { ...headers },
    requestContext: {
      accountId: '123456789012',
      apiId: 'lab',
      domainName: 'lab.execute-api.us-east-1.amazonaws.com',
      domainPrefix: 'lab',
      http: { method, path, protocol: 'HTTP/1.1', sourceIp: '192.0.2.10', userAgent: 'Slackbot 1.0' },
      requestId: 'lab',
      routeKey: `${method} ${path}`,
      stage: '$default',
      time: '22/Nov/2026:05:40:05 +0000',
      timeEpoch: 0,
    },
    body: isBase64Encoded ? Buffer.from(body).toString('base64') : body,
    isBase64Encoded,
  };
}
