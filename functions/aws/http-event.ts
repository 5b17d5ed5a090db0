/**
 * An event of API Gateway (HTTP API, payload format 2.0) as a Request, and a Response as its result. Bodies that are
 * not JSON come in base64. Who asks was found out by the gateway and stands beside the request.
 * Source: Amazon API Gateway Developer Guide, "Create AWS Lambda proxy integrations for HTTP APIs".
 */

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

/** Everything this service answers is text. */
export async function resultOf(response: Response): Promise<HttpResult> {
  return {
    statusCode: response.status,
    headers: Object.fromEntries(response.headers),
    body: await response.text(),
    isBase64Encoded: false,
  };
}

/** Whom the gateway let in: by IAM the caller's ARN, by a JWT its subject; null: nobody it knows. */
export function callerOf({ requestContext: { authorizer } }: HttpEvent): string | null {
  const { iam, jwt } = authorizer ?? {};
  if (iam !== undefined) return `iam ${iam.userArn}`;
  // RFC 7519 section 4.1.2: unique within the issuer, of which the gateway knows one.
  const subject = jwt?.claims['sub'] ?? jwt?.claims['client_id'];
  return typeof subject === 'string' ? `jwt ${subject}` : null;
}
