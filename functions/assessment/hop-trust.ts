/**
 * Which hops the reader can believe. Each server writes its Received field on top (RFC 5321 section 4.4), so
 * whoever handed the message to the reader's side could have written everything below. The trusted part runs
 * from the top down while the fields were written by the reader's own servers and say that they had the message
 * from another of them; the first that had it from outside is the last that is trusted.
 */
import ipaddr from 'ipaddr.js';
import { getDomain } from 'tldts';
import { ipVersion } from '../received/ip-address.ts';
import type { ReceivedField } from '../received/received-field.ts';
import { addressNetwork } from './hop-network.ts';

/** Domains of two labels under which one operator's servers name themselves; each row is one operator. */
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
const OPERATOR_OF = new Map(OPERATORS.flatMap((row, at) => row.map((domain) => [domain, at] as const)));

/** What is looked up is a host name already; tldts need not look for one in it. */
const PLAIN_HOST_NAME = { extractHostname: false, validateHostname: false, detectIp: false } as const;

const nameOf = (host: string): string => {
  const name = host.toLowerCase();
  return name.endsWith('.') ? name.slice(0, -1) : name;
};

const lastTwoLabels = (name: string): string =>
  name.slice(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);

/**
 * Whether two host names are of one operator: one registrable domain, or two of a row above. A registrable
 * domain has two labels or more, so names whose last two differ need no look at the list of public suffixes.
 */
export function sameOperator(host: string, other: string): boolean {
  const [name, otherName] = [nameOf(host), nameOf(other)];
  if (name === otherName) return true;
  const [labels, otherLabels] = [lastTwoLabels(name), lastTwoLabels(otherName)];
  if (labels !== otherLabels) {
    const operator = OPERATOR_OF.get(labels);
    return operator !== undefined && operator === OPERATOR_OF.get(otherLabels);
  }
  // Neither `localhost` nor `mx.internal` has a registrable domain.
  return getDomain(name, PLAIN_HOST_NAME) === getDomain(otherName, PLAIN_HOST_NAME);
}

/** The part of an address that one operator has whole: 32 bits of IPv6, 16 of IPv4. */
function addressBlock(ip: string): string | null {
  if (addressNetwork(ip) !== 'public') return null;
  if (!ip.includes(':')) return ip.split('.', 2).join('.');
  const address = ipaddr.process(ip.replace(/%.*$/, ''));
  return address
    .toByteArray()
    .slice(0, address.kind() === 'ipv4' ? 2 : 4)
    .join('.');
}

const isAddress = (host: string): boolean => ipVersion(host.replace(/^\[|\]$/g, '')) !== 0;

/** `mx.example.org` is at or below `example.org`. */
const isUnder = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`);

/**
 * `fields` topmost first. `ownServers`: host names or domains of the reader's own servers, lower case, without
 * trailing dot; empty: the topmost `by` and its siblings. The number of fields from the top that are trusted.
 */
export function countTrusted(fields: readonly ReceivedField[], ownServers: readonly string[]): number {
  const topmost = fields.find((field) => field.by !== null && !isAddress(field.by.host))?.by?.host;
  if (topmost === undefined && ownServers.length === 0) return Math.min(fields.length, 1);
  const isOwn = (name: string): boolean =>
    ownServers.length > 0
      ? ownServers.some((own) => isUnder(name.toLowerCase(), own))
      : sameOperator(name, topmost ?? '');
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
