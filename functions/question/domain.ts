/**
 * What was asked. People paste what they have at hand: a domain, a mail address, a link. Each names a domain,
 * and the answer says how it was understood.
 */
import { getDomain } from 'tldts';
import { readDomainName } from './domain-name.ts';
import type { DomainMistake, DomainName } from './domain-name.ts';

export interface Question extends DomainName {
  /** `address`: the part after the `@` was taken; `url`: the registrable domain of its host. */
  readonly understoodAs: 'domain' | 'address' | 'url';
  /** What was typed, trimmed, at most 256 characters. */
  readonly asked: string;
}

export interface QuestionMistake {
  readonly mistake: DomainMistake;
  /** What was typed, trimmed, at most 256 characters. */
  readonly asked: string;
}

export type ReadQuestion =
  { readonly ok: true; readonly question: Question } | ({ readonly ok: false } & QuestionMistake);

const LONGEST_TEXT = 2048;
const LONGEST_SHOWN = 256;

/**
 * States which domain a text asks about.
 * @param text a domain (any case, U-labels or A-labels, final dot or none), a mail address (bare, in angle
 *   brackets behind a name, or as `mailto:`), or a URL (the scheme may be missing); from anyone
 * @returns the question, or the one thing that is wrong with it, as a code
 */
export function parseQuestion(text: string): ReadQuestion {
  const trimmed = text.slice(0, LONGEST_TEXT + 1).trim();
  const asked = Array.from(trimmed).slice(0, LONGEST_SHOWN).join('');
  if (trimmed.length > LONGEST_TEXT) {
    return { ok: false, mistake: { code: 'too-long', octets: Buffer.byteLength(text) }, asked };
  }
  const understood = understand(trimmed);
  if (understood === null) return { ok: false, mistake: { code: 'several' }, asked };
  const read = readDomainName(understood.host);
  if (!read.ok) return { ok: false, mistake: read.mistake, asked };
  const name = understood.as === 'url' ? registrable(read.name) : read.name;
  return { ok: true, question: { ...name, understoodAs: understood.as, asked } };
}

interface Understood {
  readonly as: Question['understoodAs'];
  /** What should be a domain name. */
  readonly host: string;
}

/** States what a text looks like, or null when it names several addresses. */
function understand(text: string): Understood | null {
  // A quoted string may hold any character (RFC 5322 section 3.2.4), and is never part of the domain.
  const unquoted = text.replace(/"(?:[^"\\]|\\.)*"/g, '');
  if (unquoted.split('<').length > 2) return null;
  // `"Alice" <alice@vendor.com>` (RFC 5322 section 3.4), and Slack's `<mailto:alice@vendor.com|alice@vendor.com>`.
  const bare = /<([^<>|]*)(?:\|[^<>]*)?>$/.exec(unquoted)?.[1]?.trim() ?? unquoted;

  const authority = /^(?:[a-z][a-z0-9+.-]*:)?\/\/([^/?#\\]*)/i.exec(bare)?.[1];
  if (authority !== undefined) return { as: 'url', host: hostOf(authority) };

  const mailto = /^mailto:([^?]*)/i.exec(bare)?.[1]; // RFC 6068 section 2
  const address = mailto === undefined ? bare : percentDecoded(mailto);
  const [, domain] = /@([^@]*)$/.exec(address) ?? [];
  if (mailto !== undefined || (domain !== undefined && !isPathOf(address, domain))) {
    const host = domain ?? address;
    return address.indexOf('@') === address.lastIndexOf('@') ? { as: 'address', host } : null;
  }

  const webHost = /^(?:([^/?#]+)[/?#]|([^/?#:]+):\d+$|(www\..+)$)/i.exec(bare);
  if (webHost !== null) return { as: 'url', host: hostOf(webHost[1] ?? webHost[2] ?? webHost[3] ?? '') };
  return { as: 'domain', host: bare };
}

/** `vendor.com/@alice` has a path with an `@` in it; the local part of `a/b@vendor.com` has a slash in it. */
function isPathOf(text: string, behindAt: string): boolean {
  return /[/?#]/.test(behindAt) || (/^[^@]*[/?#]/.test(text) && !behindAt.includes('.'));
}

/** @param authority RFC 3986 section 3.2: perhaps user information before it, perhaps a port behind it */
function hostOf(authority: string): string {
  return authority.slice(authority.lastIndexOf('@') + 1).replace(/:\d*$/, '');
}

function percentDecoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/**
 * The domain that whoever runs a web host registered. A customer's name at a hosting company
 * (`shop.myshopify.com`) counts as registered; the company's own name is asked about as it stands.
 */
function registrable(host: DomainName): DomainName {
  const rules = { extractHostname: false };
  const domain =
    getDomain(host.domain, { ...rules, allowPrivateDomains: true }) ?? getDomain(host.domain, rules);
  const read = readDomainName(domain ?? host.domain);
  return read.ok ? read.name : host;
}
