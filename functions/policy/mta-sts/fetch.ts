/**
 * Fetching an MTA-STS policy: one HTTPS GET from `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461
 * section 3.3). The web's certificates are what makes the policy believable, so the certificate must be valid
 * for that very name, and nothing may lead elsewhere: no redirect, no other status, no proxy, no cache.
 * The address is looked up and checked first and the connection goes to that address and no other.
 */
import type { X509Certificate as Certificate } from 'node:crypto';
import { X509Certificate } from 'node:crypto';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { Resolver } from '../../dns/answer.ts';
import type { HostAddress, HostAddresses } from '../../dns/host-addresses.ts';
import { lookUpHostAddresses } from '../../dns/host-addresses.ts';
import { excerpt } from '../excerpt.ts';

/** Why there is no policy body. */
export type MtaStsFetchFault =
  /** The policy host surely has no address. */
  | 'no-address'
  /** Its addresses could not be looked up; `bogus`: their signatures are wrong. */
  | 'address-unavailable'
  | 'address-bogus'
  /** Only loopback, private or other addresses not of the public internet; nothing was sent there. */
  | 'not-public'
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
  /** RFC 8461 section 3.3: no DNS-ID of the certificate is the policy host; a common name does not count. */
  | 'certificate-host-mismatch'
  /** RFC 8461 section 3.3: redirects must not be followed. */
  | 'redirect'
  /** A status other than 200; it is in `statusCode`. */
  | 'http-status'
  /** More than 64 KiB. */
  | 'too-long'
  /** Not an HTTP response. */
  | 'malformed'
  /** The check's own deadline came. */
  | 'out-of-time';

interface FetchCircumstances {
  /** The address asked, or the last one tried; null when none was. */
  readonly ip: string | null;
  readonly observedAt: string;
  readonly tookMs: number;
}

export type MtaStsFetch =
  | (FetchCircumstances & {
      readonly outcome: 'fetched';
      /** The whole body, at most 64 KiB, read as UTF-8. */
      readonly body: string;
      /** The media type without parameters, lower case; RFC 8461 section 3.2 wants `text/plain`. */
      readonly mediaType: string | null;
    })
  | (FetchCircumstances & {
      readonly outcome: 'failed';
      readonly because: MtaStsFetchFault;
      readonly statusCode: number | null;
      /** The system's, the library's or the server's own words, as an excerpt. */
      readonly detail: string;
    });

export interface MtaStsFetchTools {
  readonly resolver: Resolver;
  readonly now: () => Date;
  /** 443; a lab has another. */
  readonly port: number;
  /** Lets a fetch reach addresses that are not of the public internet. */
  readonly allowPrivate: boolean;
  /** Trusted roots in PEM; undefined: Node's own, with those of NODE_EXTRA_CA_CERTS. */
  readonly authorities?: readonly string[];
  /** RFC 8461 section 3.3 suggests one minute for the whole fetch. */
  readonly timeoutMs: number;
}

/** RFC 8461 section 3.3 suggests 64 kilobytes. */
export const LARGEST_POLICY_BYTES = 64 * 1024;
export const FETCH_TIMEOUT_MS = 60_000;
const MOST_ADDRESSES = 4;
/** A connection that has not opened by then leaves time for the next address. */
const CONNECT_SHARE = 1 / 4;

type Failure = Pick<Extract<MtaStsFetch, { outcome: 'failed' }>, 'because' | 'statusCode' | 'detail'>;
type Success = Pick<Extract<MtaStsFetch, { outcome: 'fetched' }>, 'body' | 'mediaType'>;
type Attempt = { readonly connected: boolean; readonly result: Success | Failure };

/** RFC 8461 section 3.3: the policy host of a policy domain, both A-labels without a trailing dot. */
export const mtaStsPolicyHost = (domain: string): string => `mta-sts.${domain}`;

/**
 * Fetches a domain's policy, without reading it.
 * @param domain the policy domain: A-label, no trailing dot
 * @param addresses of the policy host; asked for here when not given
 * @param signal the check's deadline
 * @returns the body, or why there is none; never rejects for what a server or a network does
 */
export async function fetchMtaStsPolicy(
  domain: string,
  tools: MtaStsFetchTools,
  signal: AbortSignal,
  addresses?: Promise<HostAddresses>,
): Promise<MtaStsFetch> {
  const started = tools.now();
  const host = mtaStsPolicyHost(domain);
  const end = (ip: string | null, result: Success | Failure): MtaStsFetch => {
    const seen = { ip, observedAt: started.toISOString(), tookMs: tools.now().getTime() - started.getTime() };
    return 'body' in result
      ? { outcome: 'fetched', ...seen, ...result }
      : { outcome: 'failed', ...seen, ...result };
  };
  const found = await (addresses ?? lookUpHostAddresses(host, tools.resolver, signal));
  const reachable = found.addresses.filter((address) => address.public || tools.allowPrivate);
  if (reachable.length === 0) return end(null, unreachableBecause(found));

  const ownTime = AbortSignal.timeout(tools.timeoutMs);
  const over = AbortSignal.any([signal, ownTime]);
  let last: { ip: string; attempt: Attempt } | null = null;
  for (const address of reachable.slice(0, MOST_ADDRESSES)) {
    const attempt = await get(host, address, tools, over);
    last = { ip: address.ip, attempt };
    // Another address is for a connection that never was; what a server answered is its answer.
    if (attempt.connected || over.aborted) break;
  }
  if (signal.aborted && last !== null && !('body' in last.attempt.result)) {
    return end(last.ip, failure('out-of-time', 'the deadline of the check'));
  }
  return end(last?.ip ?? null, last?.attempt.result ?? failure('no-address'));
}

function failure(because: MtaStsFetchFault, detail = '', statusCode: number | null = null): Failure {
  return { because, detail: excerpt(detail), statusCode };
}

function unreachableBecause(found: HostAddresses): Failure {
  if (found.addresses.length > 0) return failure('not-public', found.addresses[0]?.ip);
  if (found.status === 'bogus') return failure('address-bogus');
  if (found.status === 'unavailable') return failure('address-unavailable');
  return failure('no-address', found.status);
}

/** One GET from one address. */
function get(
  host: string,
  address: HostAddress,
  tools: MtaStsFetchTools,
  over: AbortSignal,
): Promise<Attempt> {
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
    const settle = (result: Success | Failure): void => {
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

function readResponse(response: IncomingMessage, settle: (result: Success | Failure) => void): void {
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
const FAULT_BY_CODE: Readonly<Record<string, MtaStsFetchFault>> = {
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

function failureOf(error: NodeJS.ErrnoException): Failure {
  const code = error.code ?? '';
  const fault = FAULT_BY_CODE[code] ?? (code.startsWith('HPE_') ? 'malformed' : 'tls');
  return failure(fault, error.message);
}
