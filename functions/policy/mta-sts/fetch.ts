/**
 * Fetching an MTA-STS policy: one HTTPS GET from `https://mta-sts.<domain>/.well-known/mta-sts.txt` (RFC 8461
 * section 3.3). The web's certificates are what makes the policy believable, so the certificate must be valid
 * for that very name, and nothing may lead elsewhere: no redirect, no other status, no proxy, no cache.
 * The address is looked up and checked first and the connection goes to that address and no other.
 */
import type { Resolver } from '../../dns/answer.ts';
import type { HostAddresses } from '../../dns/host-addresses.ts';
import { lookUpHostAddresses } from '../../dns/host-addresses.ts';
import { excerpt } from '../excerpt.ts';
import type {
  PolicyAttempt,
  PolicyFailure,
  PolicyRequestFault,
  PolicyRequestTools,
  PolicyResponse,
} from './policy-request.ts';
import { requestPolicy } from './policy-request.ts';

/** Why there is no policy body. */
export type MtaStsFetchFault =
  | PolicyRequestFault
  /** The policy host surely has no address. */
  | 'no-address'
  /** Its addresses could not be looked up; `bogus`: their signatures are wrong. */
  | 'address-unavailable'
  | 'address-bogus'
  /** Only loopback, private or other addresses not of the public internet; nothing was sent there. */
  | 'not-public'
  /** The check's own deadline came. */
  | 'out-of-time';

interface FetchFailure extends Omit<PolicyFailure, 'because'> {
  readonly because: MtaStsFetchFault;
}

interface FetchCircumstances {
  /** The address asked, or the last one tried; null when none was. */
  readonly ip: string | null;
  readonly observedAt: string;
  readonly tookMs: number;
}

export type MtaStsFetch =
  | (FetchCircumstances & PolicyResponse & { readonly outcome: 'fetched' })
  | (FetchCircumstances & FetchFailure & { readonly outcome: 'failed' });

export interface MtaStsFetchTools extends PolicyRequestTools {
  readonly resolver: Resolver;
  readonly now: () => Date;
  /** Lets a fetch reach addresses that are not of the public internet. */
  readonly allowPrivate: boolean;
}

const MOST_ADDRESSES = 4;

/** RFC 8461 section 3.3: the policy host of a policy domain, both A-labels without a trailing dot. */
const mtaStsPolicyHost = (domain: string): string => `mta-sts.${domain}`;

/**
 * Fetches a domain's policy, without reading it.
 * @param domain the policy domain: A-label, no trailing dot
 * @param signal the check's deadline
 * @returns the body, or why there is none; never rejects for what a server or a network does
 */
export async function fetchMtaStsPolicy(
  domain: string,
  tools: MtaStsFetchTools,
  signal: AbortSignal,
): Promise<MtaStsFetch> {
  const started = tools.now();
  const host = mtaStsPolicyHost(domain);
  const end = (ip: string | null, result: PolicyResponse | FetchFailure): MtaStsFetch => {
    const seen = { ip, observedAt: started.toISOString(), tookMs: tools.now().getTime() - started.getTime() };
    return 'body' in result
      ? { outcome: 'fetched', ...seen, ...result }
      : { outcome: 'failed', ...seen, ...result };
  };
  const found = await lookUpHostAddresses(host, tools.resolver, signal);
  const reachable = found.addresses.filter((address) => address.public || tools.allowPrivate);
  if (reachable.length === 0) return end(null, unreachableBecause(found));

  const ownTime = AbortSignal.timeout(tools.timeoutMs);
  const over = AbortSignal.any([signal, ownTime]);
  let last: { ip: string; attempt: PolicyAttempt } | null = null;
  for (const address of reachable.slice(0, MOST_ADDRESSES)) {
    const attempt = await requestPolicy(host, address, tools, over);
    last = { ip: address.ip, attempt };
    // Another address is for a connection that never was; what a server answered is its answer.
    if (attempt.connected || over.aborted) break;
  }
  if (signal.aborted && last !== null && !('body' in last.attempt.result)) {
    return end(last.ip, failure('out-of-time', 'the deadline of the check'));
  }
  return end(last?.ip ?? null, last?.attempt.result ?? failure('no-address'));
}

function failure(because: MtaStsFetchFault, detail = '', statusCode: number | null = null): FetchFailure {
  return { because, detail: excerpt(detail), statusCode };
}

function unreachableBecause(found: HostAddresses): FetchFailure {
  if (found.addresses.length > 0) return failure('not-public', found.addresses[0]?.ip);
  if (found.status === 'bogus') return failure('address-bogus');
  if (found.status === 'unavailable') return failure('address-unavailable');
  return failure('no-address', found.status);
}
