/**
 * Requests to one of Amazon's services. Who we are, signing, connections, what may be repeated and when are the parts
 * that Amazon's own clients are made of. The clients themselves bring the schema of every operation of a service:
 * ten times as much, read by each cold start for the few operations that are used here.
 */
import { text } from 'node:stream/consumers';
import { defaultProvider } from '@aws-sdk/credential-provider-node';
import { loadConfig, NODE_REGION_CONFIG_FILE_OPTIONS, NODE_REGION_CONFIG_OPTIONS } from '@smithy/core/config';
import { HttpRequest } from '@smithy/core/protocols';
import { StandardRetryStrategy } from '@smithy/core/retry';
import { Hash } from '@smithy/core/serde';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import { SignatureV4 } from '@smithy/signature-v4';
import type { StandardRetryToken } from '@smithy/types';
import { endpointOf, regionOf } from './endpoint.ts';
import { errorIn, errorType } from './service-error.ts';
import type { AmazonService, ServiceOptions, ServiceReply, ServiceRequest } from './service.ts';

/** Of a signature for an endpoint that is in no region, such as the embedded store: any will do. */
const NO_REGION = 'us-east-1';
/** None waits for another's to end. */
const ONE_CONNECTION_EACH = { keepAlive: false, maxSockets: Infinity };
/** Who has taken no connection by then is not there, and whoever would wait long for an answer need not. */
const CONNECT_MS = 2_000;
const NEVER = new AbortController().signal;

/** Opens no connection yet. */
export function openService(options: ServiceOptions): AmazonService {
  const { name, endpoint, accessKey, timeoutMs, attempts, keepsConnections } = options;
  const region = regionFor(endpoint);
  const whoWeAre = defaultProvider();
  const signer = new SignatureV4({
    service: name,
    region,
    // A role is taken on in the same region.
    credentials:
      accessKey === null
        ? () => whoWeAre({ callerClientConfig: { region } })
        : { accessKeyId: accessKey, secretAccessKey: 'local' },
    sha256: Hash.bind(null, 'sha256'),
  });
  const fresh = new NodeHttpHandler({
    httpAgent: ONE_CONNECTION_EACH,
    httpsAgent: ONE_CONNECTION_EACH,
    connectionTimeout: CONNECT_MS,
  });
  const connections = keepsConnections ? new NodeHttpHandler() : fresh;
  const repeating = new StandardRetryStrategy(attempts);

  async function signed({ path, headers, body }: ServiceRequest): Promise<HttpRequest> {
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
    return HttpRequest.clone(await signer.sign(request));
  }

  async function attempt(request: ServiceRequest, made: number, signal: AbortSignal): Promise<ServiceReply> {
    // Who this process is may be asked of others, who take their time.
    const ready = await unlessEnded(signal, signed(request));
    if (ready === null) throw signal.reason;
    // After a freeze all that were kept may be dead.
    const { response } = await (made === 0 ? connections : fresh).handle(ready, { abortSignal: signal });
    const answer = await text(response.body);
    if (response.statusCode >= 300) throw errorIn(response.statusCode, response.headers, answer);
    return { headers: response.headers, body: answer };
  }

  async function inTime(request: ServiceRequest, made: number, signal: AbortSignal): Promise<ServiceReply> {
    if (timeoutMs === null) return attempt(request, made, signal);
    const timeUp = AbortSignal.timeout(timeoutMs);
    return attempt(request, made, AbortSignal.any([signal, timeUp])).catch((error: unknown) => {
      throw timeUp.aborted ? timeUp.reason : error;
    });
  }

  /** @returns null when it is not to be asked again; otherwise, when it is time to */
  async function repeated(token: StandardRetryToken, failed: unknown): Promise<StandardRetryToken | null> {
    return repeating.refreshRetryTokenForRetry(token, { errorType: errorType(failed) }).catch(() => null);
  }

  return {
    async send(request, signal = NEVER) {
      let token = await repeating.acquireInitialRetryToken(name);
      for (;;) {
        const made = token.getRetryCount();
        try {
          const reply = await inTime(request, made, signal);
          repeating.recordSuccess(token);
          return reply;
        } catch (error) {
          const next = await unlessEnded(signal, repeated(token, error));
          if (next === null) throw withAttempts(signal.aborted ? signal.reason : error, made + 1);
          token = next;
        }
      }
    },
    close() {
      connections.destroy();
      fresh.destroy();
    },
  };
}

/** @returns null where the signal came first. It may outlive any number of requests, so nothing is left at it. */
async function unlessEnded<T>(signal: AbortSignal, work: Promise<T>): Promise<T | null> {
  const { promise: ended, resolve } = Promise.withResolvers<null>();
  const end = (): void => resolve(null);
  signal.addEventListener('abort', end);
  if (signal.aborted) end();
  return Promise.race([work, ended]).finally(() => signal.removeEventListener('abort', end));
}

/** Of a signature: where the endpoint is, or this process. */
function regionFor(endpoint: string): () => Promise<string> {
  const named = endpoint === '' ? null : regionOf(endpoint);
  if (named !== null) return () => Promise.resolve(named);
  const elsewhere = endpoint === '' ? {} : { default: NO_REGION };
  return loadConfig({ ...NODE_REGION_CONFIG_OPTIONS, ...elsewhere }, NODE_REGION_CONFIG_FILE_OPTIONS);
}

const withAttempts = (failed: unknown, attempts: number): Error =>
  Object.assign(failed instanceof Error ? failed : new Error(String(failed)), { attempts });
