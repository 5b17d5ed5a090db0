/**
 * How far a hop went: over the public network, within a private one, or nowhere at all. Taken from the address
 * that the server saw, never from the name a client gave. Private are the ranges of RFC 1918 section 3,
 * RFC 6598 section 7, RFC 4193 section 3.1 and link-local ones (RFC 3927 section 2.1, RFC 4291 section 2.5.6).
 */
import { BlockList, isIP, isIPv6 } from 'node:net';
import type { ReceivedField } from '../received/received-field.ts';

export type Network = 'public' | 'private' | 'none';

/** Ranges as the router knows them; an IPv4-mapped IPv6 address counts as the IPv4 one. */
function ranges(...networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', prefix] = network.split('/');
    list.addSubnet(address, Number(prefix), isIPv6(address) ? 'ipv6' : 'ipv4');
  }
  return list;
}
const LOOPBACK = ranges('127.0.0.0/8', '::1/128');
const PRIVATE = ranges(
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  '169.254.0.0/16',
  'fc00::/7',
  'fe80::/10',
);

/** Where an address is; null when the text is no address. */
export function addressNetwork(text: string): Network | null {
  const version = isIP(text);
  if (version === 0) return null;
  const family = version === 6 ? 'ipv6' : 'ipv4';
  if (LOOPBACK.check(text, family)) return 'none';
  return PRIVATE.check(text, family) ? 'private' : 'public';
}

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
  return addressNetwork(from.ip) ?? 'public';
}
