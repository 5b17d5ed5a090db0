/**
 * A domain that mail can be sent to is a host name: labels of letters, digits and hyphens, the LDH rule of
 * RFC 5321 section 2.3.5 and RFC 1123 section 2.1. Other scripts are written as A-labels, `xn--` and
 * Punycode (RFC 5890 section 2.3.2.1), which UTS 46 makes of what a person types. DNS itself would carry
 * more, such as the underscore of `_mta-sts`, but no mailbox has it.
 */
import { isIP } from 'node:net';
import { domainToASCII, domainToUnicode } from 'node:url';
import { getPublicSuffix } from 'tldts';
import { mixesScripts } from './scripts.ts';

/** Why a text names no domain that mail could be sent to. */
export type DomainMistake =
  | { readonly code: 'empty' }
  /** More than one mail address; a question is about one domain. */
  | { readonly code: 'several' }
  | { readonly code: 'ip-address' }
  | { readonly code: 'single-label' }
  /** `suffix`: a name under which others register, like `co.uk`; nobody's own. */
  | { readonly code: 'public-suffix'; readonly suffix: string }
  /** RFC 1035 section 2.3.4: 255 octets on the wire, which is 253 characters as text. */
  | { readonly code: 'too-long'; readonly octets: number }
  /** RFC 1035 section 2.3.4: 63 octets. */
  | { readonly code: 'label-too-long'; readonly label: string }
  /** Two dots side by side, or one at the start. */
  | { readonly code: 'empty-label' }
  /** Each once, in the order met, at most ten; those that cannot be seen as `U+200B`. */
  | { readonly code: 'forbidden-characters'; readonly characters: readonly string[] }
  /** RFC 1123 section 2.1: a label neither starts nor ends with a hyphen. */
  | { readonly code: 'hyphen-placement'; readonly label: string }
  /** Starts with `xn--` and decodes to nothing, or is no label that UTS 46 allows. */
  | { readonly code: 'invalid-international-label'; readonly label: string };

export interface DomainName {
  /** A-label form, lower case, no trailing dot. */
  readonly domain: string;
  /** U-label form; the A-label form when `mixedScripts`. Reading it again gives the same `domain`. */
  readonly displayDomain: string;
  /** A label mixes scripts that no language writes together: it may be posing as another name. */
  readonly mixedScripts: boolean;
}

export type ReadDomainName =
  { readonly ok: true; readonly name: DomainName } | { readonly ok: false; readonly mistake: DomainMistake };

const refuse = (mistake: DomainMistake): ReadDomainName => ({ ok: false, mistake });

/** RFC 3490 section 3.1: the full stops of other scripts separate labels too. */
const FULL_STOPS = /[\u3002\uff0e\uff61]/g;
/** ASCII is held to the LDH rule as it stands; what lies beyond, UTS 46 may turn into letters. */
const NOT_LDH = /[\p{ASCII}--[A-Za-z0-9.\-]]/v;
const INVISIBLE = /^[\p{C}\p{Z}\p{M}]$/u;
const NAMED_AT_MOST = 10;

/**
 * Reads a domain name as a person writes it: any case, U-labels or A-labels, a final dot or none.
 * @param text at most a few thousand characters, without white space around it
 */
export function readDomainName(text: string): ReadDomainName {
  const typed = text.replace(FULL_STOPS, '.').replace(/\.$/, '');
  if (typed === '') return refuse({ code: 'empty' });
  if (looksLikeAddress(typed)) return refuse({ code: 'ip-address' });

  const forbidden = Array.from(typed).filter((character) => NOT_LDH.test(character));
  if (forbidden.length > 0) return refuse({ code: 'forbidden-characters', characters: named(forbidden) });
  if (typed.split('.').includes('')) return refuse({ code: 'empty-label' });

  const domain = domainToASCII(typed);
  // Some characters turn into ASCII that no host name has: `！` into `!`.
  if (domain === '' || NOT_LDH.test(domain)) return refuse(notInternational(typed));
  if (looksLikeAddress(domain)) return refuse({ code: 'ip-address' });
  return checkLabels(domain);
}

/** @param domain ASCII letters, digits, hyphens and dots, lower case */
function checkLabels(domain: string): ReadDomainName {
  const labels = domain.split('.');
  if (domain.length > 253) return refuse({ code: 'too-long', octets: domain.length });
  for (const label of labels) {
    if (label === '') return refuse({ code: 'empty-label' });
    if (label.length > 63) return refuse({ code: 'label-too-long', label });
    if (/^-|-$/.test(label)) return refuse({ code: 'hyphen-placement', label });
    if (label.startsWith('xn--') && !isALabel(label)) {
      return refuse({ code: 'invalid-international-label', label });
    }
  }
  if (labels.length === 1) return refuse({ code: 'single-label' });

  // Names under which people register at a company (blogspot.com) are that company's own domains too: only
  // the suffixes of ICANN's part of the list are refused, which is all that is looked at here.
  if (getPublicSuffix(domain, { extractHostname: false }) === domain) {
    return refuse({ code: 'public-suffix', suffix: domain });
  }

  const unicode = domainToUnicode(domain);
  const mixedScripts = unicode.split('.').some(mixesScripts);
  return { ok: true, name: { domain, displayDomain: mixedScripts ? domain : unicode, mixedScripts } };
}

/** RFC 5890 section 2.3.2.1: an A-label is what its own U-label converts to. */
function isALabel(label: string): boolean {
  const unicode = domainToUnicode(label);
  return unicode !== label && domainToASCII(unicode) === label;
}

/**
 * An address as text, in every form that resolvers take for one (`127.1`, `0x7f000001`): no top-level domain
 * is a number (RFC 3696 section 2), so a name whose last label is one was meant as an address.
 */
function looksLikeAddress(text: string): boolean {
  const last = text.slice(text.lastIndexOf('.') + 1);
  return /^(?:\d+|0x[\da-f]*)$/i.test(last) || /^\[.*\]$/.test(text) || isIP(text) !== 0;
}

/** Names the first label that UTS 46 refuses, or the characters in it that it refuses anywhere. */
function notInternational(typed: string): DomainMistake {
  const characters = Array.from(typed).filter(
    (character) =>
      NOT_LDH.test(character.normalize('NFKC')) ||
      (domainToASCII(character) === '' && domainToASCII(`a${character}a`) === ''),
  );
  if (characters.length > 0) return { code: 'forbidden-characters', characters: named(characters) };
  const label = typed.split('.').find((label) => domainToASCII(label) === '') ?? typed;
  return { code: 'invalid-international-label', label };
}

function named(characters: readonly string[]): readonly string[] {
  return [...new Set(characters)]
    .slice(0, NAMED_AT_MOST)
    .map((character) =>
      character === ' ' || !INVISIBLE.test(character)
        ? character
        : `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
    );
}
