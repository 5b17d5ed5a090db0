/**
 * How far a hop went: over the public network, within a private one, or nowhere at all. Taken from the address
 * that the server saw, never from the name a client gave. Private are the ranges of RFC 1918 section 3,
 * RFC 6598 section 7, RFC 4193 section 3.1 and link-local ones (RFC 3927 section 2.1, RFC 4291 section 2.5.6).
 */
import { BlockList } from 'node:net';
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

/** The same for IPv4 as text, without zeros in front of a number: all of these ranges begin with a 1. */
function ipv4Network(address: string): Network {
  if (!address.startsWith('1')) return 'public';
  if (address.startsWith('127.')) return 'none';
  if (address.startsWith('10.') || address.startsWith('192.168.') || address.startsWith('169.254.')) {
    return 'private';
  }
  const [from, before] = address.startsWith('172.')
    ? [16, 32]
    : address.startsWith('100.')
      ? [64, 128]
      : [0, 0];
  const second = Number(address.slice(4, address.indexOf('.', 4)));
  return second >= from && second < before ? 'private' : 'public';
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

/** @param address IPv4 without zeros in front of a number, or IPv6; `ReceivedField` has no others */
export const addressNetwork = (address: string): Network =>
  address.includes(':') ? ipv6Network(address) : ipv4Network(address);

/** Whether the message stayed on one machine: handed in by a program, or taken from its own loopback address. */
export function isOnOneMachine(field: ReceivedField): boolean {
  const { from, by, tls } = field;
  if (field.handedInLocally || tls.with.keyword.transport === 'local') return true;
  if (from === null) return false;
  if (from.sameMachine) return true;
  if (from.ip === null) return false;
  if (from.ipIsServers && addressNetwork(from.ip) === 'none') return true;
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
  return addressNetwork(from.ip);
}
