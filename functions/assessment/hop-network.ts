/**
 * How far a hop went: over the public network, within a private one, or nowhere at all. Taken from the address
 * that the server saw, never from the name a client gave. Private are the ranges of RFC 1918 section 3,
 * RFC 6598 section 7, RFC 4193 section 3.1 and link-local ones.
 */
import ipaddr from 'ipaddr.js';
import type { ReceivedField } from '../received/received-field.ts';

export type Network = 'public' | 'private' | 'none';

const PRIVATE_RANGES = new Set(['private', 'uniqueLocal', 'linkLocal', 'carrierGradeNat']);

/** Where an address is; null when the text is no address. */
export function addressNetwork(text: string): Network | null {
  if (!ipaddr.isValid(text)) return null;
  const range = ipaddr.process(text).range();
  if (range === 'loopback' || range === 'unspecified') return 'none';
  return PRIVATE_RANGES.has(range) ? 'private' : 'public';
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
