/**
 * How far a hop went: over the public network, within a private one, or nowhere at all. Taken from the address
 * that the server saw, never from the name a client gave. Private are the ranges of RFC 1918 section 3,
 * RFC 6598 section 7, RFC 4193 section 3.1 and link-local ones (RFC 3927 section 2.1, RFC 4291 section 2.5.6).
 */
import { BlockList } from 'node:net';
import { ipVersion } from '../received/ip-address.ts';
import type { ReceivedField } from '../received/received-field.ts';

export type Network = 'public' | 'private' | 'none';

/** For IPv6 addresses that begin with zeros: loopback, and IPv4 inside (RFC 4291 section 2.5.5.2). */
const LOOPBACK = new BlockList();
LOOPBACK.addAddress('::1', 'ipv6');
LOOPBACK.addSubnet('127.0.0.0', 8, 'ipv4');
const PRIVATE = new BlockList();
for (const [network, prefix] of [
  ['10.0.0.0', 8],
  ['172.16.0.0', 12],
  ['192.168.0.0', 16],
  ['100.64.0.0', 10],
  ['169.254.0.0', 16],
] as const) {
  PRIVATE.addSubnet(network, prefix, 'ipv4');
}

/** The same for IPv4 as text; most addresses are, and two octets decide. */
function ipv4Network(address: string): Network {
  const dot = address.indexOf('.');
  const first = Number(address.slice(0, dot));
  if (first === 127) return 'none';
  if (first === 10) return 'private';
  if (first !== 172 && first !== 192 && first !== 100 && first !== 169) return 'public';
  const second = Number(address.slice(dot + 1, address.indexOf('.', dot + 1)));
  const isPrivate =
    (first === 172 && second >= 16 && second < 32) ||
    (first === 192 && second === 168) ||
    (first === 100 && second >= 64 && second < 128) ||
    (first === 169 && second === 254);
  return isPrivate ? 'private' : 'public';
}

/** The first 16 bits decide, unless they are zero. */
function ipv6Network(address: string): Network {
  const first = Number.parseInt(address, 16);
  // `::1` begins with no number, `0:...` with none that says anything.
  if (!(first > 0)) {
    if (LOOPBACK.check(address, 'ipv6')) return 'none';
    return PRIVATE.check(address, 'ipv6') ? 'private' : 'public';
  }
  const isUniqueLocal = first >> 9 === 0xfc00 >> 9;
  const isLinkLocal = first >> 6 === 0xfe80 >> 6;
  return isUniqueLocal || isLinkLocal ? 'private' : 'public';
}

/** Where an address is that is known to be one. */
const networkOf = (address: string): Network =>
  address.includes(':') ? ipv6Network(address) : ipv4Network(address);

/** Where an address is; null when the text is no address. */
export const addressNetwork = (text: string): Network | null =>
  ipVersion(text) === 0 ? null : networkOf(text);

/** Whether the message stayed on one machine: handed in by a program, or taken from its own loopback address. */
export function isOnOneMachine(field: ReceivedField): boolean {
  const { from, by, tls } = field;
  if (field.handedInLocally || tls.with.keyword.transport === 'local') return true;
  if (from === null) return false;
  if (from.sameMachine) return true;
  if (from.ip === null) return false;
  if (from.ipIsServers && networkOf(from.ip) === 'none') return true;
  if (from.ipIsServers && by?.ip === from.ip) return true;
  // Exchange hands a message from mailbox to transport on the same server.
  return tls.with.keyword.transport === 'mapi' && from.name?.toLowerCase() === by?.host.toLowerCase();
}

/** The network a hop crossed. Where no address is given it is taken for public, the case that matters. */
export function hopNetwork(field: ReceivedField): Network {
  if (isOnOneMachine(field)) return 'none';
  if (field.dialect?.name === 'gmail-internal') return 'private';
  const { from } = field;
  if (from === null || from.ip === null || !from.ipIsServers) return 'public';
  return networkOf(from.ip);
}
