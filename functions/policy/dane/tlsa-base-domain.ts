/**
 * Where a mail server's TLSA records are to be found: at `_25._tcp.<TLSA base domain>` (RFC 7672 section 2.2.3).
 * The base domain is the MX host; where that is an alias in signed zones all the way, the name it leads to comes
 * first. Servers in unsigned zones are not asked about at all, as name servers of such zones sometimes fail at
 * the question (RFC 7672 section 2.2.2). What is found names the server in the handshake too (SNI).
 */
import type { Answer, Resolver } from '../../dns/answer.ts';
import { isFailure } from '../../dns/answer.ts';
import type { HostAddresses } from '../../dns/host-addresses.ts';
import type { TlsaRecord } from './tlsa-records.ts';

/** Why no TLSA query was made for a host. */
export type TlsaNotAsked =
  /** The host's address, and the alias that leads to it, are in unsigned zones. */
  | 'insecure-address'
  /** The host surely has no address, so nobody can deliver to it. */
  | 'no-address'
  | 'address-unavailable'
  | 'address-bogus'
  /** The resolver's word on signatures is not to be believed. */
  | 'security-unknown'
  /** The exchange is not a host name. */
  | 'not-a-host-name';

/** What was asked about one MX host's TLSA records, and what came back. */
export interface HostTlsa {
  /** A-label, no trailing dot. */
  readonly host: string;
  readonly notAsked: TlsaNotAsked | null;
  /** The host's own CNAME record, asked for when its address is insecure and it is an alias; else null. */
  readonly initialAlias: Answer<'CNAME'> | null;
  /** In the order in which the answers count. */
  readonly lookUps: readonly { readonly baseDomain: string; readonly answer: Answer<'TLSA'> }[];
}

/** What is published for one MX host, its security taken into account. */
export type PublishedTlsa =
  | { readonly status: 'secure'; readonly baseDomain: string; readonly records: readonly TlsaRecord[] }
  | { readonly status: 'none' }
  /** Signatures do not reach; whatever is published does not count. */
  | { readonly status: 'insecure' }
  | { readonly status: 'bogus' }
  | { readonly status: 'unavailable' };

/**
 * Asks for the TLSA records of one MX host.
 * @param host A-label, no trailing dot
 * @param addresses of that host; null when it is not a host name
 * @param port 25, which is part of the name asked for
 */
export async function lookUpTlsa(
  host: string,
  addresses: HostAddresses | null,
  resolver: Resolver,
  port: number,
  signal?: AbortSignal,
): Promise<HostTlsa> {
  const notAsked = (because: TlsaNotAsked, initialAlias: Answer<'CNAME'> | null = null): HostTlsa => ({
    host,
    notAsked: because,
    initialAlias,
    lookUps: [],
  });
  if (addresses === null) return notAsked('not-a-host-name');
  const security = addressSecurity(addresses);
  const target = addresses.cname.at(-1);
  let candidates = target === undefined || target === host ? [host] : [target, host];
  let initialAlias: Answer<'CNAME'> | null = null;
  if (security === 'insecure-address' && target !== undefined) {
    // RFC 7672 section 2.2.2: an alias in a signed zone still has a base domain in that zone: itself. One
    // answer for a whole chain cannot say that its first link alone is signed, so that link is asked for.
    initialAlias = await resolver.lookUp(host, 'CNAME', signal);
    if (isFailure(initialAlias)) {
      return notAsked(
        initialAlias.outcome === 'bogus' ? 'address-bogus' : 'address-unavailable',
        initialAlias,
      );
    }
    if (initialAlias.outcome !== 'records' || initialAlias.securityStatus !== 'secure') {
      return notAsked('insecure-address', initialAlias);
    }
    candidates = [host];
  } else if (security !== 'secure') {
    return notAsked(security);
  }
  const lookUps = await Promise.all(
    candidates.map(async (baseDomain) => ({
      baseDomain,
      answer: await resolver.lookUp(`_${port}._tcp.${baseDomain}`, 'TLSA', signal),
    })),
  );
  return { host, notAsked: null, initialAlias, lookUps };
}

/**
 * RFC 7672 section 2.2.2 asks whether the address records are secure. A family whose lookup failed says nothing;
 * the TLSA answer has to be secure by itself anyway.
 */
function addressSecurity({ a, aaaa }: HostAddresses): 'secure' | TlsaNotAsked {
  const answered = [a, aaaa].filter((answer) => !isFailure(answer));
  if (answered.length === 0) {
    return a.outcome === 'bogus' || aaaa.outcome === 'bogus' ? 'address-bogus' : 'address-unavailable';
  }
  if (answered.every(({ outcome }) => outcome !== 'records')) {
    return answered.length === 2 ? 'no-address' : 'address-unavailable';
  }
  if (answered.some(({ securityStatus }) => securityStatus === 'indeterminate')) return 'security-unknown';
  return answered.every(({ securityStatus }) => securityStatus === 'secure') ? 'secure' : 'insecure-address';
}

/** States what a host's lookups found. A lookup that failed is `unavailable` or `bogus`, never `none`. */
export function publishedTlsa({ notAsked, lookUps }: HostTlsa): PublishedTlsa {
  if (notAsked !== null) return { status: NOT_ASKED_MEANS[notAsked] };
  let insecure = false;
  for (const { baseDomain, answer } of lookUps) {
    if (isFailure(answer)) return { status: answer.outcome === 'bogus' ? 'bogus' : 'unavailable' };
    if (answer.securityStatus === 'indeterminate') return { status: 'unavailable' };
    if (answer.outcome !== 'records') continue;
    if (answer.securityStatus === 'secure') return { status: 'secure', baseDomain, records: answer.records };
    insecure = true;
  }
  return { status: insecure ? 'insecure' : 'none' };
}

const NOT_ASKED_MEANS: Readonly<Record<TlsaNotAsked, Exclude<PublishedTlsa['status'], 'secure'>>> = {
  'insecure-address': 'insecure',
  'no-address': 'none',
  'address-unavailable': 'unavailable',
  'address-bogus': 'bogus',
  'security-unknown': 'unavailable',
  'not-a-host-name': 'none',
};

/**
 * States the name to send as SNI: the TLSA base domain where there is one (RFC 7672 section 8.1), else the MX host.
 */
export function tlsServerName(tlsa: HostTlsa): string {
  const published = publishedTlsa(tlsa);
  return published.status === 'secure' ? published.baseDomain : tlsa.host;
}

/**
 * States whether the SNI name of a host can only be known after its TLSA lookup: it is an alias. A probe of any
 * other host need not wait.
 */
export const serverNameDependsOnTlsa = (addresses: HostAddresses | null): boolean =>
  (addresses?.cname.length ?? 0) > 0;
