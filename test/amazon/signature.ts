/**
 * Whether a request is signed as Amazon's services demand, told apart from what signs it: written by the description
 * alone. Source: AWS IAM User Guide, "Create a signed AWS API request".
 */
import { createHash, createHmac } from 'node:crypto';

export interface SignedRequest {
  readonly method: string;
  /** As sent, with its percent-encoding; no query. */
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  readonly body: string;
}

const AUTHORIZATION =
  /^AWS4-HMAC-SHA256 Credential=[^/]+\/(?<day>\d{8})\/(?<region>[^/]+)\/(?<service>[^/]+)\/aws4_request, SignedHeaders=(?<names>[^,]+), Signature=(?<signature>[0-9a-f]{64})$/;
/** Without them a request could be sent again elsewhere, or for another operation. */
const MUST_BE_SIGNED = [
  'host',
  'x-amz-date',
  'x-amz-target',
  'x-amz-invocation-type',
  'x-amz-security-token',
];

export function isSignedWith(secretKey: string, { method, path, headers, body }: SignedRequest): boolean {
  const { day, region, service, names, signature } =
    AUTHORIZATION.exec(String(headers['authorization']))?.groups ?? {};
  if (day === undefined || region === undefined || service === undefined || names === undefined) return false;
  const signed = names.split(';');
  if (MUST_BE_SIGNED.some((name) => headers[name] !== undefined && !signed.includes(name))) return false;
  const canonical = [
    method,
    path.split('/').map(encoded).join('/'),
    '',
    ...signed.map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    names,
    sha256(body),
  ].join('\n');
  const scope = `${day}/${region}/${service}/aws4_request`;
  const toSign = ['AWS4-HMAC-SHA256', String(headers['x-amz-date']), scope, sha256(canonical)].join('\n');
  const key = [day, region, service, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secretKey}`);
  return hmac(key, toSign).toString('hex') === signature;
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();

/** Once more than it is already: services but S3 have it so. */
const encoded = (segment: string): string =>
  encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (one) => `%${one.charCodeAt(0).toString(16).toUpperCase()}`,
  );
