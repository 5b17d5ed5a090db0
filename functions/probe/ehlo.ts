/** Our side of EHLO, and what the reply offers (RFC 5321 section 4.1.1.1). */
import { isIPv6 } from 'node:net';
import type { Reply } from './probe-evidence.ts';

/**
 * States the name given in EHLO.
 * @param ehloName a host name; empty: an address literal of the connection's own end (RFC 5321 section 4.1.3)
 * @param localAddress that end, an IP address
 */
export function ehloIdentity(ehloName: string, localAddress: string): string {
  if (ehloName !== '') return ehloName;
  const [address = ''] = localAddress.split('%', 1);
  return isIPv6(address) ? `[IPv6:${address}]` : `[${address}]`;
}

/**
 * States whether STARTTLS is among the keywords, exactly: not `STARTTLSX`, `STARTTLS=x` or a masked `XXXXXXXX`.
 * Keywords stand from the second line on, are not case-sensitive, and end at a space (RFC 5321 section 4.1.1.1,
 * RFC 3207 section 2).
 */
export function offersStartTls(ehlo: Reply): boolean {
  return ehlo.lines.slice(1).some((line) => line.split(' ', 1)[0]?.toUpperCase() === 'STARTTLS');
}

/**
 * States whether a server that answered this to EHLO may still know HELO: its answer says that it does not know the
 * command (RFC 5321 section 3.2; 500 and 502 of RFC 5321 section 4.2.2). 501 and 504 are about our name: what such a
 * server offers to others it has not said, and HELO would not tell.
 */
export function fallsBackToHelo(ehlo: Reply): boolean {
  return ehlo.code === 500 || ehlo.code === 502;
}
