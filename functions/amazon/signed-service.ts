/**
 * Requests to one of Amazon's services. Who we are, signing, connections, what may be repeated and when are the parts
 * that Amazon's own clients are made of. The clients themselves bring the schema of every operation of a service:
 * ten times as much, read by each cold start for the few operations that are used here.
 */
import { text } from 'node:stream/consumers';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import { HttpRequest } from '@smithy/core/protocols';
import { isThrottlingError, isTransientError, StandardRetryStrategy } from '@smithy/core/retry';
import { Hash } from '@smithy/core/serde';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StandardRetryToken } from '@smithy/types';
import type { AmazonService, ServiceName, ServiceOptions, ServiceReply, ServiceRequest } from './service.ts';

/** What a service answered instead. Its `name` is the error's code: `ResourceNotFoundException`. */
export class ServiceError extends Error {
  /** As Amazon's parts look for it, to tell what may be repeated. */
  readonly $metadata: { readonly httpStatusCode: number };

  constructor(code: string, message: string, httpStatusCode: number) {
    super(message);
    this.name = code;
    this.$metadata = { httpStatusCode };
  }
}

/** Of endpoints, by what their region begins with. */
const DOMAINS: readonly (readonly [region: RegExp, domain: string])[] = [
  [/^cn-/, 'amazonaws.com.cn'],
  [/^eusc-/, 'amazonaws.eu'],
  [/^/, 'amazonaws.com'],
];
/** Of a signature for an endpoint that is in no region, such as the embedded store: any will do. */
const NO_REGION = 'us-east-1';
const NEVER = new AbortController().signal;

/** Opens no connection yet. */
export function openService(options: ServiceOptions): AmazonService {
  const { name, endpoint, accessKey, timeoutMs, attempts, keepsConnections } = options;
  const region = loadConfig(
    endpoint === '' ? NODE_REGION_CONFIG_OPTIONS : { ...NODE_REGION_CONFIG_OPTIONS, default: NO_REGION },
    NODE_REGION_CONFIG_FILE_OPTIONS,
  );
  const signer = new SignatureV4({
    service: name,
    region,
    credentials:
      accessKey === null ? defaultProvider() : { accessKeyId: accessKey, secretAccessKey: 'local' },
    sha256: Hash.bind(null, 'sha256'),
  });
  const agent = { keepAlive: keepsConnections };
  const connections = new NodeHttpHandler({ httpAgent: agent, httpsAgent: agent });
  const repeating = new StandardRetryStrategy(attempts);

  async function attempt(
    { path, headers, body }: ServiceRequest,
    signal: AbortSignal,
  ): Promise<ServiceReply> {
    const { protocol, hostname, port, host } = new URL(
      endpoint === '' ? endpointOf(name, await region()) : endpoint,
    );
    const request = new HttpRequest({
      protocol,
      hostname,
      ...(port === '' ? {} : { port: Number(port) }),
      method: 'POST',
      path,
      headers: { host, 'user-agent': 'mailtls', ...headers },
      body,
    });
    const signed = await signer.sign(request);
    const { response } = await connections.handle(HttpRequest.clone(signed), { abortSignal: signal });
    const answer = await text(response.body);
    if (response.statusCode >= 300) throw errorIn(response.statusCode, response.headers, answer);
    return { headers: response.headers, body: answer };
  }

  async function inTime(request: ServiceRequest, signal: AbortSignal): Promise<ServiceReply> {
    if (timeoutMs === null) return attempt(request, signal);
    const timeUp = AbortSignal.timeout(timeoutMs);
    return attempt(request, AbortSignal.any([signal, timeUp])).catch((error: unknown) => {
      throw timeUp.aborted ? timeUp.reason : error;
    });
  }

  /** @returns null when it is not to be asked again; otherwise, when it is time to */
  async function repeated(token: StandardRetryToken, failed: unknown): Promise<StandardRetryToken | null> {
    const errorType = typeOf(failed);
    return repeating.refreshRetryTokenForRetry(token, { errorType }).catch(() => null);
  }

  return {
    async send(request, signal = NEVER) {
      let token = await repeating.acquireInitialRetryToken(name);
      for (;;) {
        try {
          const reply = await inTime(request, signal);
          repeating.recordSuccess(token);
          return reply;
        } catch (error) {
          const made = token.getRetryCount() + 1;
          const next = signal.aborted ? null : await Promise.race([repeated(token, error), abortOf(signal)]);
          if (next === null) throw withAttempts(signal.aborted ? signal.reason : error, made);
          token = next;
        }
      }
    },
    close: () => connections.destroy(),
  };
}

/** Source: AWS General Reference, "AWS service endpoints". */
export function endpointOf(name: ServiceName, region: string): string {
  const domain = DOMAINS.find(([regions]) => regions.test(region))?.[1] ?? '';
  return `https://${name}.${region}.${domain}`;
}

type SdkError = Parameters<typeof isTransientError>[0];
/** Amazon's type of an error has no causes but errors; nothing else of it differs. */
const isSdkError = (failed: unknown): failed is SdkError => failed instanceof Error;

function typeOf(failed: unknown): 'THROTTLING' | 'TRANSIENT' | 'CLIENT_ERROR' {
  if (!isSdkError(failed)) return 'CLIENT_ERROR';
  if (isThrottlingError(failed)) return 'THROTTLING';
  return isTransientError(failed) ? 'TRANSIENT' : 'CLIENT_ERROR';
}

/** Source: AWS JSON 1.0 protocol and AWS REST JSON protocol, "Operation error serialization" (smithy.io). */
function errorIn(status: number, headers: Readonly<Record<string, string>>, body: string): ServiceError {
  const fields = fieldsOf(body);
  const type = headers['x-amzn-errortype'] ?? fields['__type'] ?? fields['code'];
  const code = typeof type === 'string' ? type.replace(/^[^#]*#/, '').replace(/:.*$/, '') : '';
  const message = fields['message'] ?? fields['Message'];
  return new ServiceError(
    code === '' ? `HTTP ${status}` : code,
    typeof message === 'string' ? message : 'the service said no more',
    status,
  );
}

function fieldsOf(body: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? { ...value } : {};
  } catch {
    return {};
  }
}

const abortOf = (signal: AbortSignal): Promise<null> =>
  new Promise((resolve) => signal.addEventListener('abort', () => resolve(null), { once: true }));

const withAttempts = (failed: unknown, attempts: number): Error =>
  Object.assign(failed instanceof Error ? failed : new Error(String(failed)), { attempts });
