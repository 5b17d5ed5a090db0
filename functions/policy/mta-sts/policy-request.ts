/**
 * One HTTPS request for an MTA-STS policy, to one address. It is bounded in time and size, takes no redirect and no
 * status but 200, and ends at once when the certificate is not valid for the policy host (RFC 8461 section 3.3).
 */
import type { X509Certificate as Certificate } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { HostAddress } from '../../dns/host-addresses.ts';
import { excerpt } from '../excerpt.ts';

/** Why no policy came of a request. */
export type PolicyRequestFault =
  | 'connection-refused'
  | 'no-route'
  | 'timeout'
  | 'reset'
  | 'closed'
  /** The TLS handshake failed for another reason than the certificate. */
  | 'tls'
  | 'certificate-not-trusted'
  | 'certificate-expired'
  | 'certificate-not-yet-valid'
  /** No DNS-ID of the certificate is the policy host; a common name does not count. */
  | 'certificate-host-mismatch'
  /** Redirects must not be followed. */
  | 'redirect'
  /** A status other than 200; it is in `statusCode`. */
  | 'http-status'
  /** More than 64 KiB. */
  | 'too-long'
  /** Not an HTTP response. */
  | 'malformed';

export interface PolicyResponse {
  /** The whole body, at most 64 KiB, read as UTF-8. */
  readonly body: string;
  /** The media type without parameters, lower case; RFC 8461 section 3.2 wants `text/plain`. */
  readonly mediaType: string | null;
}

export interface PolicyFailure {
  readonly because: PolicyRequestFault;
  readonly statusCode: number | null;
  /** The system's, the library's or the server's own words, as an excerpt. */
  readonly detail: string;
}

export interface PolicyAttempt {
  /** Whether a connection opened; another address is worth trying only where none did. */
  readonly connected: boolean;
  readonly result: PolicyResponse | PolicyFailure;
}

export interface PolicyRequestTools {
  /** 443; a lab has another. */
  readonly port: number;
  /** Trusted roots in PEM; undefined: Node's own, with those of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: readonly string[];
  /** RFC 8461 section 3.3 suggests one minute for the whole fetch. */
  readonly timeoutMs: number;
}

/** RFC 8461 section 3.3 suggests 64 kilobytes. */
export const LARGEST_POLICY_BYTES = 64 * 1024;
/** A connection that has not opened by then leaves time for the next address. */
const CONNECT_SHARE = 1 / 4;

/**
 * Asks one address for the policy.
 * @param host the policy host: A-label, no trailing dot
 * @param address of that host, checked by the caller
 * @param over ends the request; the failure is then `timeout`
 */
export function requestPolicy(
  host: string,
  address: HostAddress,
  tools: PolicyRequestTools,
  over: AbortSignal,
): Promise<PolicyAttempt> {
  return new Promise((resolve) => {
    let connected = false;
    const connectTimer = setTimeout(
      () => settle(failure('timeout', 'no connection')),
      Math.ceil(tools.timeoutMs * CONNECT_SHARE),
    );
    const request: ClientRequest = httpsRequest({
      // The address that was checked, never a name that could be looked up again to another one.
      host: address.ip,
      family: address.family,
      port: tools.port,
      servername: host,
      headers: { host: tools.port === 443 ? host : `${host}:${tools.port}`, accept: 'text/plain' },
      path: '/.well-known/mta-sts.txt',
      agent: false,
      minVersion: 'TLSv1.2',
      rejectUnauthorized: true,
      checkServerIdentity: (_name, peer) => identityError(host, new X509Certificate(peer.raw)),
      ...(tools.authorities === undefined ? {} : { ca: [...tools.authorities] }),
    });
    const settle = (result: PolicyResponse | PolicyFailure): void => {
      clearTimeout(connectTimer);
      over.removeEventListener('abort', onOver);
      request.destroy();
      resolve({ connected, result });
    };
    const onOver = (): void => settle(failure('timeout', connected ? 'no complete answer' : 'no connection'));
    request.once('socket', (socket) =>
      socket.once('connect', () => {
        connected = true;
        clearTimeout(connectTimer);
      }),
    );
    request.on('error', (error: NodeJS.ErrnoException) => settle(failureOf(error)));
    request.once('response', (response) => readResponse(response, settle));
    if (over.aborted) onOver();
    else over.addEventListener('abort', onOver, { once: true });
    request.end();
  });
}

/** RFC 8461 section 3.3: the policy host must be a DNS-ID of the certificate, wildcards for one whole label. */
function identityError(host: string, certificate: Certificate): Error | undefined {
  const matched = certificate.checkHost(host, {
    subject: 'never',
    partialWildcards: false,
    multiLabelWildcards: false,
  });
  if (matched !== undefined) return undefined;
  return Object.assign(new Error(`the certificate is not for ${host}`), {
    code: 'ERR_TLS_CERT_ALTNAME_INVALID',
  });
}

function readResponse(
  response: IncomingMessage,
  settle: (result: PolicyResponse | PolicyFailure) => void,
): void {
  const statusCode = response.statusCode ?? 0;
  const { location } = response.headers;
  if (statusCode >= 300 && statusCode < 400) return settle(failure('redirect', location ?? '', statusCode));
  if (statusCode !== 200) return settle(failure('http-status', response.statusMessage, statusCode));
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  response.on('data', (chunk: Buffer) => {
    sizeBytes += chunk.length;
    if (sizeBytes > LARGEST_POLICY_BYTES) settle(failure('too-long', '', statusCode));
    else chunks.push(chunk);
  });
  response.once('end', () => {
    if (!response.complete) return settle(failure('closed', 'in the middle of the policy', statusCode));
    const mediaType = response.headers['content-type']?.split(';', 1)[0]?.trim().toLowerCase();
    return settle({
      body: new TextDecoder('utf-8', { ignoreBOM: true }).decode(Buffer.concat(chunks)),
      mediaType: mediaType === undefined || mediaType === '' ? null : excerpt(mediaType),
    });
  });
  response.once('error', (error: NodeJS.ErrnoException) => settle(failureOf(error)));
}

/** Node's and OpenSSL's error codes, and what they mean here; a code that is not here is a failed handshake. */
const FAULT_BY_CODE: Readonly<Record<string, PolicyRequestFault>> = {
  ECONNREFUSED: 'connection-refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
  ETIMEDOUT: 'timeout',
  ENETUNREACH: 'no-route',
  EHOSTUNREACH: 'no-route',
  ENETDOWN: 'no-route',
  EADDRNOTAVAIL: 'no-route',
  EAFNOSUPPORT: 'no-route',
  EACCES: 'no-route',
  EPERM: 'no-route',
  CERT_HAS_EXPIRED: 'certificate-expired',
  CERT_NOT_YET_VALID: 'certificate-not-yet-valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'certificate-host-mismatch',
  HOSTNAME_MISMATCH: 'certificate-host-mismatch',
  UNABLE_TO_GET_ISSUER_CERT: 'certificate-not-trusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'certificate-not-trusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'certificate-not-trusted',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'certificate-not-trusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'certificate-not-trusted',
  CERT_SIGNATURE_FAILURE: 'certificate-not-trusted',
  CERT_UNTRUSTED: 'certificate-not-trusted',
  CERT_REJECTED: 'certificate-not-trusted',
  CERT_REVOKED: 'certificate-not-trusted',
  CERT_CHAIN_TOO_LONG: 'certificate-not-trusted',
  INVALID_CA: 'certificate-not-trusted',
  INVALID_PURPOSE: 'certificate-not-trusted',
  PATH_LENGTH_EXCEEDED: 'certificate-not-trusted',
  UNSPECIFIED: 'certificate-not-trusted',
};

function failureOf(error: NodeJS.ErrnoException): PolicyFailure {
  const code = error.code ?? '';
  const fault = FAULT_BY_CODE[code] ?? (code.startsWith('HPE_') ? 'malformed' : 'tls');
  return failure(fault, error.message);
}

function failure(because: PolicyRequestFault, detail = '', statusCode: number | null = null): PolicyFailure {
  return { because, detail: excerpt(detail), statusCode };
}
