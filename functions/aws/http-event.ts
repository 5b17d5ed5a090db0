/**
 * An event of API Gateway (HTTP API, payload format 2.0) as a Request, and a Response as its result. Bodies that are
 * not JSON come in base64. Who asks was found out by the gateway and stands beside the request.
 * Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { presentProblem } from '../presenters/problem.ts';
import { PROBLEM_TYPES } from '../presenters/problem-types.ts';

/** What is used of the event. */
export interface HttpEvent {
  readonly rawPath: string;
  readonly rawQueryString: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly isBase64Encoded: boolean;
  readonly requestContext: {
    readonly domainName: string;
    readonly http: { readonly method: string; readonly sourceIp: string };
    readonly authorizer?: {
      readonly iam?: { readonly userArn: string };
      readonly jwt?: { readonly claims: Readonly<Record<string, unknown>> };
    };
  };
}

export interface HttpResult {
  readonly statusCode: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

/** RFC 9110 section 5.5: a field's value is of octets. What a gateway made something else of is not for us. */
const BEYOND_OCTETS = /[^\p{ASCII}\u0080-\u00ff]/u;

/** @returns null when it is no request that could be answered, as one whose path is no path */
export function requestOf(event: HttpEvent): Request | null {
  const { requestContext, rawPath, rawQueryString, headers, body = '', isBase64Encoded } = event;
  const { method } = requestContext.http;
  const query = rawQueryString === '' ? '' : `?${rawQueryString}`;
  const bytes = Buffer.from(body, isBase64Encoded ? 'base64' : 'utf8');
  const hasBody = bytes.length > 0 && method !== 'GET' && method !== 'HEAD';
  try {
    return new Request(`https://${requestContext.domainName}${rawPath}${query}`, {
      method,
      headers: new Headers(Object.entries(headers).filter(([, value]) => !BEYOND_OCTETS.test(value))),
      ...(hasBody ? { body: bytes } : {}),
    });
  } catch {
    return null;
  }
}

/** Lambda's largest result, in bytes of its JSON, in which the quotes of another JSON take two each. */
const LARGEST_RESULT_BYTES = 6 * 1024 * 1024;

/**
 * Everything this service answers is text. More of it than Lambda hands over goes compressed.
 * @param accepted the request's Accept-Encoding; absent: null
 */
export async function resultOf(response: Response, accepted: string | null): Promise<HttpResult> {
  const { status: statusCode } = response;
  const headers = Object.fromEntries(response.headers);
  const body = await response.text();
  const result: HttpResult = { statusCode, headers, body, isBase64Encoded: false };
  if (fits(result)) return result;
  if (!acceptsGzip(accepted ?? '')) return tooLarge(headers);
  const compressed: HttpResult = {
    statusCode,
    headers: {
      ...headers,
      'content-encoding': 'gzip',
      vary: [headers['vary'] ?? [], 'Accept-Encoding'].flat().join(', '),
    },
    body: (await compress(body)).toString('base64'),
    isBase64Encoded: true,
  };
  return fits(compressed) ? compressed : tooLarge(headers);
}

const compress = promisify(gzip);
const fits = (result: HttpResult): boolean =>
  Buffer.byteLength(JSON.stringify(result)) <= LARGEST_RESULT_BYTES;

/** RFC 9110 section 12.5.3: a list of codings, each with a weight of which 0 means "not that". */
const acceptsGzip = (accepted: string): boolean =>
  accepted.split(',').some((coding) => /^\s*(?:gzip|\*)\s*(?:;\s*q=(?!0(?:\.0*)?\s*$).*)?$/i.test(coding));

const tooLarge = ({ 'x-request-id': requestId = '' }: HttpResult['headers']): HttpResult => ({
  statusCode: PROBLEM_TYPES['answer-too-large'].status,
  headers: {
    'content-type': 'application/problem+json',
    'cache-control': 'no-store',
    'x-request-id': requestId,
  },
  body: JSON.stringify(presentProblem('answer-too-large')),
  isBase64Encoded: false,
});

/** Whom the gateway let in: by IAM the caller's ARN, by a JWT its subject; null: nobody it knows. */
export function callerOf({ requestContext: { authorizer } }: HttpEvent): string | null {
  const { iam, jwt } = authorizer ?? {};
  if (iam !== undefined) return `iam ${iam.userArn}`;
  // RFC 7519 section 4.1.2: unique within the issuer, of which the gateway knows one.
  const subject = jwt?.claims['sub'] ?? jwt?.claims['client_id'];
  return typeof subject === 'string' ? `jwt ${subject}` : null;
}
