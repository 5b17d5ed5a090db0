/**
 * Links that carry their own right to read one page: for who has no other way to prove who they are, as a person who
 * follows a link from Slack. A link opens the stored report of one domain for 24 hours and nothing else. Its seal is
 * an HMAC (RFC 2104 section 2) with a key that only the service has.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';

/** What a link has in its query, as it came. */
export interface PageLink {
  /** When it ends, in seconds since 1970. */
  readonly until: string;
  readonly seal: string;
}

const GOOD_FOR_SECONDS = 24 * 3600;
const SHORTEST_KEY = 32;

/** A key that somebody could guess would open every page. */
export const isKeyOfLinks = (key: string): boolean => key.length >= SHORTEST_KEY;

/**
 * @param key as `isKeyOfLinks` has it
 * @param domain A-label, lower case, no trailing dot
 * @param nowMs milliseconds since 1970
 * @returns path and query, without the host
 */
export function signPageLink(key: string, domain: string, nowMs: number): string {
  const until = String(Math.floor(nowMs / 1000) + GOOD_FOR_SECONDS);
  return `/d/${domain}?${new URLSearchParams({ until, seal: sealOf(key, domain, until) }).toString()}`;
}

/** States whether a link opens the page of a domain now. How long that takes tells nothing of the right seal. */
export function opensPage(key: string, domain: string, { until, seal }: PageLink, nowMs: number): boolean {
  const right = Buffer.from(sealOf(key, domain, until));
  const shown = Buffer.from(seal);
  if (shown.length !== right.length || !timingSafeEqual(shown, right)) return false;
  const leftSeconds = Number(until) - nowMs / 1000;
  return leftSeconds > 0 && leftSeconds <= GOOD_FOR_SECONDS;
}

/** The purpose stands before what is sealed, so that the key could seal other things too and none be taken for this. */
function sealOf(key: string, domain: string, until: string): string {
  return createHmac('sha256', key).update(`page-link\n${domain}\n${until}`).digest('base64url');
}
