/**
 * Name constraints: an authority's certificate may say for which names it and the authorities below it may
 * speak (RFC 5280 section 4.2.1.10). A name outside makes the whole path invalid. Names of a kind that is
 * constrained and that cannot be compared here count as outside.
 */
import type { PathCertificate } from './certificate.ts';
import { EXTENSION, alternativeNames } from './certificate.ts';
import type { DerValue } from './der.ts';
import { readDer, readDerValues } from './der.ts';

/** The context tags of GeneralName (RFC 5280 section 4.2.1.6). */
const DNS_NAME = 0x82;
const DIRECTORY_NAME = 0xa4;
const IP_ADDRESS = 0x87;

interface Constraints {
  readonly permitted: readonly DerValue[];
  readonly excluded: readonly DerValue[];
}

/**
 * States whether every name of a certificate is one that an authority above it may speak for.
 * @param authority the certificate that may carry constraints
 * @param subject a certificate below it
 * @param commonName the name that stands in for a DNS name when the certificate has none; else null
 */
export function isWithinNameConstraints(
  authority: PathCertificate,
  subject: PathCertificate,
  commonName: string | null,
): boolean {
  const constraints = readConstraints(authority);
  if (constraints === null) return true;
  if (constraints === 'malformed') return false;
  const names = [...alternativeNames(subject)];
  if (commonName !== null) names.push(general(DNS_NAME, Buffer.from(commonName, 'latin1')));
  // RFC 5280 section 4.2.1.10: the subject's distinguished name is constrained too, unless it is empty.
  if ((readDer(subject.subject)?.value.content.length ?? 0) > 0)
    names.push(general(DIRECTORY_NAME, subject.subject));
  return names.every((name) => isAllowed(name, constraints));
}

const general = (tag: number, content: Buffer): DerValue => ({ tag, content, whole: content });

function readConstraints(authority: PathCertificate): Constraints | 'malformed' | null {
  const extension = authority.extensions.get(EXTENSION.nameConstraints);
  if (extension === undefined) return null;
  const parts = readDerValues(readDer(extension.value)?.value.content ?? Buffer.alloc(0));
  if (parts === null) return 'malformed';
  const bases = (tag: number): readonly DerValue[] | null => {
    const subtrees = readDerValues(parts.find((part) => part.tag === tag)?.content ?? Buffer.alloc(0));
    const list: DerValue[] = [];
    for (const subtree of subtrees ?? []) {
      const [base, ...range] = readDerValues(subtree.content) ?? [];
      // RFC 5280 section 4.2.1.10: minimum is 0, which DER leaves out, and maximum is absent.
      if (base === undefined || range.length > 0) return null;
      list.push(base);
    }
    return subtrees && list;
  };
  const permitted = bases(0xa0);
  const excluded = bases(0xa1);
  return permitted === null || excluded === null ? 'malformed' : { permitted, excluded };
}

function isAllowed(name: DerValue, { permitted, excluded }: Constraints): boolean {
  const sameKind = (base: DerValue): boolean => base.tag === name.tag;
  const permittedOfKind = permitted.filter(sameKind);
  if (excluded.filter(sameKind).some((base) => isBelow(name, base) !== false)) return false;
  return permittedOfKind.length === 0 || permittedOfKind.some((base) => isBelow(name, base) === true);
}

/** True, false, or null for a kind of name that is not compared here. */
function isBelow(name: DerValue, base: DerValue): boolean | null {
  if (name.tag === DNS_NAME)
    return isDnsNameBelow(name.content.toString('latin1'), base.content.toString('latin1'));
  if (name.tag === IP_ADDRESS) return isAddressWithin(name.content, base.content);
  if (name.tag === DIRECTORY_NAME) return isDirectoryNameBelow(name.content, base.content);
  return null;
}

/** RFC 5280 section 4.2.1.10: any number of labels may be added on the left. */
function isDnsNameBelow(name: string, base: string): boolean {
  const [presented, constraint] = [name.toLowerCase(), base.toLowerCase()];
  if (constraint === '' || presented === constraint) return true;
  return presented.endsWith(constraint.startsWith('.') ? constraint : `.${constraint}`);
}

/** RFC 5280 section 4.2.1.10: an address and a mask, 8 octets for IPv4, 32 for IPv6. */
function isAddressWithin(address: Buffer, range: Buffer): boolean {
  if (range.length !== address.length * 2) return false;
  return address.every((octet, index) => {
    const mask = range[address.length + index] ?? 0xff;
    return (octet & mask) === ((range[index] ?? 0) & mask);
  });
}

/** RFC 5280 section 4.2.1.10, RFC 5280 section 7.1: the base's relative names lead the name; null: one cannot be read. */
function isDirectoryNameBelow(name: Buffer, base: Buffer): boolean | null {
  const [full, prefix] = [relativeNames(name), relativeNames(base)];
  if (full === null || prefix === null) return null;
  return prefix.every((relative, at) => relative === full[at]);
}

/** What is the same for relative names that are compared as equal: their attributes, each with its type. */
function relativeNames(encoded: Buffer): readonly string[] | null {
  const name = readDer(encoded)?.value;
  const sets = name && readDerValues(name.content);
  if (!sets) return null;
  const relatives: string[] = [];
  for (const set of sets) {
    const attributes = readDerValues(set.content)?.map(({ content }) => readDerValues(content)) ?? [];
    const texts: string[] = [];
    for (const attribute of attributes) {
      const [type, value] = attribute ?? [];
      if (type === undefined || value === undefined) return null;
      texts.push(`${type.content.toString('hex')}=${comparable(value)}`);
    }
    if (texts.length === 0) return null;
    relatives.push(texts.toSorted().join('+'));
  }
  return relatives;
}

/** The kinds of string that names are written in, and how their octets are read. */
const ENCODINGS: ReadonlyMap<number, string> = new Map([
  [0x0c, 'utf-8'], // UTF8String
  [0x13, 'latin1'], // PrintableString
  [0x14, 'latin1'], // TeletexString
  [0x16, 'latin1'], // IA5String
  [0x1a, 'latin1'], // VisibleString
  [0x1e, 'utf-16be'], // BMPString
]);

/** As OpenSSL folds it: whatever kind of string it is, ASCII letters without case, white space once. */
function comparable({ tag, content, whole }: DerValue): string {
  const encoding = ENCODINGS.get(tag);
  if (encoding === undefined) return whole.toString('hex');
  const text = new TextDecoder(encoding).decode(content).trim().replace(/\s+/g, ' ');
  return JSON.stringify(text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase()));
}
