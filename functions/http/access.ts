/**
 * Who may ask. With tokens set, whoever has one: as a bearer token (RFC 6750 section 2.1), or in a browser as
 * the password of Basic authentication (RFC 7617 section 2). Without, only this machine, unless a setting
 * opens the service.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import { isIPv6 } from 'node:net';
import ipaddr from 'ipaddr.js';
import type { PageLinkRules } from './page-link-routes.ts';

export interface AccessRules {
  /** SHA-256 digests of the tokens, in hexadecimal. */
  readonly tokenDigests: readonly string[];
  readonly anyone: boolean;
}

/** On AWS who may call was decided before us. */
export interface GatewayRules {
  /** Links to pages that carry their own right; null: there are none, and no pages. */
  readonly gateway: PageLinkRules | null;
}

export type Access =
  | { readonly allowed: true; readonly client: string }
  | { readonly allowed: false; readonly because: 'unauthorized' | 'not-from-here' };

/**
 * @param authorization the field of that name; absent: undefined
 * @param address where the request came from
 */
export function decideAccess(rules: AccessRules, authorization: string | undefined, address: string): Access {
  if (rules.tokenDigests.length === 0) {
    return rules.anyone || isLoopback(address)
      ? { allowed: true, client: network(address) }
      : { allowed: false, because: 'not-from-here' };
  }
  const token = tokenOf(authorization ?? '');
  const digest = createHash('sha256').update(token).digest();
  // Every digest is compared, each in constant time: how long it takes tells nothing of any token.
  const matches = rules.tokenDigests.filter((known) => timingSafeEqual(Buffer.from(known, 'hex'), digest));
  return token !== '' && matches.length > 0
    ? { allowed: true, client: digest.toString('hex').slice(0, 16) }
    : { allowed: false, because: 'unauthorized' };
}

function tokenOf(authorization: string): string {
  const [, scheme = '', credentials = ''] = /^(\S+) +(\S+)$/.exec(authorization.trim()) ?? [];
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return '';
  const pair = Buffer.from(credentials, 'base64').toString();
  return /^[^:]*:(.*)$/s.exec(pair)?.[1] ?? '';
}

function isLoopback(address: string): boolean {
  return ipaddr.isValid(address) && ipaddr.process(address).range() === 'loopback';
}

/** One client has an IPv4 address or a whole IPv6 network of 64 bits (RFC 6177 section 2). */
function network(address: string): string {
  if (!ipaddr.isValid(address)) return 'unknown';
  const ip = ipaddr.process(address).toString();
  return isIPv6(ip) ? `${ipaddr.IPv6.networkAddressFromCIDR(`${ip}/64`).toString()}/64` : ip;
}
