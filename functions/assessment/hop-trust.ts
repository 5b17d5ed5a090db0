/**
 * Which hops the reader can believe. Each server writes its Received field on top (RFC 5321 section 4.4), so
 * whoever handed the message to the reader's side could have written everything below. The trusted part runs
 * from the top down while the fields were written by the reader's own servers and say that they had the message
 * from another of them; the first that had it from outside is the last that is trusted.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { getDomain } from 'tldts';
import type { ReceivedField } from '../received/received-field.ts';
import { addressNetwork } from './hop-network.ts';

/** Domains under which one operator's servers name themselves; each row is one operator. */
const OPERATORS: readonly (readonly string[])[] = [
  ['outlook.com', 'office365.com', 'office.com', 'hotmail.com', 'exchangelabs.com'],
  ['google.com', 'gmail.com', 'googlemail.com'],
  ['yahoo.com', 'yahoodns.net', 'aol.com'],
  ['icloud.com', 'me.com', 'mac.com', 'apple.com'],
  ['messagingengine.com', 'fastmail.com', 'nyi.internal', 'phl.internal'],
  ['proton.me', 'protonmail.ch', 'protonmail.com'],
  ['zoho.com', 'zohomail.com', 'zoho.eu'],
  ['gmx.net', 'gmx.com', 'web.de', 'kundenserver.de', 'mail.com'],
];

/** What is looked up is a host name already; tldts need not look for one in it. */
const PLAIN_HOST_NAME = { extractHostname: false, validateHostname: false, detectIp: false } as const;

/** The registrable domain of a host name, or the name itself (`localhost`, `mx.internal`). */
export const operatorDomain = (host: string): string => {
  const name = host.toLowerCase().replace(/\.$/, '');
  return getDomain(name, PLAIN_HOST_NAME) ?? name.split('.').slice(-2).join('.');
};

/** Whether two domains are one operator's. */
export function sameOperator(domain: string, other: string): boolean {
  return domain === other || OPERATORS.some((row) => row.includes(domain) && row.includes(other));
}

/** The part of an address that one operator has whole: 32 bits of IPv6, 16 of IPv4. */
function addressBlock(ip: string): string | null {
  if (!ipaddr.isValid(ip) || addressNetwork(ip) !== 'public') return null;
  const address = ipaddr.process(ip);
  return address
    .toByteArray()
    .slice(0, address.kind() === 'ipv4' ? 2 : 4)
    .join('.');
}

const isAddress = (host: string): boolean => isIP(host.replace(/^\[|\]$/g, '')) !== 0;

/** `mx.example.org` is at or below `example.org`. */
const isUnder = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/**
 * `fields` topmost first. `ownServers`: host names or domains of the reader's own servers, lower case, without
 * trailing dot; empty: the topmost `by` and its siblings. The number of fields from the top that are trusted.
 */
export function countTrusted(fields: readonly ReceivedField[], ownServers: readonly string[]): number {
  const topmost = fields.find((field) => field.by !== null && !isAddress(field.by.host))?.by?.host;
  if (topmost === undefined && ownServers.length === 0) return Math.min(fields.length, 1);
  const home = operatorDomain(topmost ?? '');
  const isOwn = (name: string): boolean =>
    ownServers.length > 0
      ? ownServers.some((own) => isUnder(name.toLowerCase(), own))
      : sameOperator(operatorDomain(name), home);
  const ownBlocks = new Set<string>();
  let trusted = 0;
  for (const field of fields) {
    const by = field.by?.host ?? '';
    // A machine inside names itself by an address of its own network.
    const isInside = isAddress(by) || by === 'localhost' || !by.includes('.');
    if (field.by === null || !(isOwn(by) || isInside)) break;
    trusted += 1;
    const byBlock = field.by.ip === null ? null : addressBlock(field.by.ip);
    if (byBlock !== null) ownBlocks.add(byBlock);
    if (!cameFromOwn(field, isOwn, ownBlocks)) break;
  }
  return trusted;
}

/** Whether a trusted field says that the message came from another of the reader's own servers. */
function cameFromOwn(
  field: ReceivedField,
  isOwn: (name: string) => boolean,
  ownBlocks: ReadonlySet<string>,
): boolean {
  const { from } = field;
  // Without `from` the server had it from itself, or does not say; what is below is still its own or nobody's.
  if (from === null) return true;
  if (from.sameMachine || from.ip === null) return from.sameMachine;
  if (!from.ipIsServers) return false;
  // Exchange's servers hand over by HTTPS and MAPI among themselves; no client of theirs names itself there.
  const { transport } = field.tls.with.keyword;
  if ((transport === 'http' || transport === 'mapi') && from.name !== null && isOwn(from.name)) return true;
  if (addressNetwork(from.ip) !== 'public') return true;
  const block = addressBlock(from.ip);
  return (from.reverseName !== null && isOwn(from.reverseName)) || (block !== null && ownBlocks.has(block));
}
