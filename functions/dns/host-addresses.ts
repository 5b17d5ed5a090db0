/** The addresses of a mail server, both families, each with whether it may be probed. */
import type { Answer, Resolver, SecurityStatus } from './answer.ts';
import { isFailure } from './answer.ts';
import { isPublicAddress } from './public-address.ts';

export interface HostAddress {
  readonly ip: string;
  readonly family: 4 | 6;
  /** False for loopback, private and other addresses not of the public internet; no packet goes there. */
  readonly public: boolean;
}

export interface HostAddresses {
  /**
   * `records`: at least one address. `no-data`, `name-error`: surely none. `bogus`, `unavailable`: a lookup
   * failed and no address is known. When one family fails and the other has addresses the status is `records`
   * and the failed answer stays visible below.
   */
  readonly status: 'records' | 'no-data' | 'name-error' | 'bogus' | 'unavailable';
  /** The weaker of the two families' (RFC 7672 section 2.2.2 asks for all of them to be secure). */
  readonly securityStatus: SecurityStatus;
  readonly ttlSeconds: number;
  readonly cname: readonly string[];
  /** IPv4 first; at most 32 of each family. */
  readonly addresses: readonly HostAddress[];
  readonly a: Answer<'A'>;
  readonly aaaa: Answer<'AAAA'>;
}

const KEPT_PER_FAMILY = 32;

/**
 * Looks up both families side by side.
 * @param host A-label, lower case, no trailing dot
 * @param signal ends the wait; what was not answered by then is a failed lookup
 */
export async function lookUpHostAddresses(
  host: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<HostAddresses> {
  const [a, aaaa] = await Promise.all([
    resolver.lookUp(host, 'A', signal),
    resolver.lookUp(host, 'AAAA', signal),
  ]);
  const addresses = [...hostAddresses(a, 4), ...hostAddresses(aaaa, 6)];
  return {
    status: addresses.length > 0 ? 'records' : statusWithout(a, aaaa),
    securityStatus: weaker(a.securityStatus, aaaa.securityStatus),
    ttlSeconds: Math.min(a.ttlSeconds, aaaa.ttlSeconds),
    cname: a.cname.length > 0 ? a.cname : aaaa.cname,
    addresses,
    a,
    aaaa,
  };
}

function hostAddresses(answer: Answer<'A'> | Answer<'AAAA'>, family: 4 | 6): HostAddress[] {
  if (answer.outcome !== 'records') return [];
  return [...new Set(answer.records)]
    .slice(0, KEPT_PER_FAMILY)
    .map((ip) => ({ ip, family, public: isPublicAddress(ip) }));
}

/** No address was found: surely, or because a lookup failed. */
function statusWithout(...answers: readonly Answer<'A' | 'AAAA'>[]): HostAddresses['status'] {
  const failed = answers.filter((answer) => isFailure(answer));
  if (failed.length > 0) return failed.some(({ outcome }) => outcome === 'bogus') ? 'bogus' : 'unavailable';
  // RFC 8020 section 2: a name that does not exist has records of no type. Servers that say so of one type
  // only are wrong about the name.
  return answers.every(({ outcome }) => outcome === 'name-error') ? 'name-error' : 'no-data';
}

const FROM_WEAKEST: readonly SecurityStatus[] = ['bogus', 'indeterminate', 'insecure', 'secure'];

function weaker(one: SecurityStatus, other: SecurityStatus): SecurityStatus {
  return FROM_WEAKEST.indexOf(one) < FROM_WEAKEST.indexOf(other) ? one : other;
}
