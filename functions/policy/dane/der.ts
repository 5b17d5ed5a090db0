/**
 * Reading DER (X.690), as far as a certificate needs it: a value is a tag, a length and that many octets, and
 * the octets of a constructed value are values again. What is not well formed is a null, never a guess.
 */

export interface DerValue {
  /** The identifier octet, e.g. 0x30 for SEQUENCE, 0xa3 for the third explicit context tag. */
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly whole: Buffer;
}

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectIdentifier: 0x06,
  sequence: 0x30,
} as const;

/** States the value at the beginning of some octets, and what follows it; null when there is no whole value. */
export function readDer(octets: Buffer): { readonly value: DerValue; readonly rest: Buffer } | null {
  const [tag, first] = octets;
  // High tag numbers do not occur in certificates; a length over three octets is more than any chain may have.
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return null;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > 3 || octets.length < 2 + lengthOctets) return null;
  const start = 2 + lengthOctets;
  const length = lengthOctets === 0 ? first : octets.readUIntBE(2, lengthOctets);
  if (octets.length < start + length) return null;
  const value = {
    tag,
    content: octets.subarray(start, start + length),
    whole: octets.subarray(0, start + length),
  };
  return { value, rest: octets.subarray(start + length) };
}

/** States the values that some octets consist of; null when they are not values to the last octet. */
export function readDerValues(octets: Buffer): readonly DerValue[] | null {
  const values: DerValue[] = [];
  let rest = octets;
  while (rest.length > 0) {
    const next = readDer(rest);
    if (next === null) return null;
    values.push(next.value);
    rest = next.rest;
  }
  return values;
}

/** States an object identifier in dotted form, from its content octets. */
export function dottedIdentifier(content: Buffer): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const octet of content) {
    arc = arc * 128 + (octet & 0x7f);
    if (octet >= 0x80) continue;
    arcs.push(arc);
    arc = 0;
  }
  const first = arcs[0] ?? 0;
  const top = Math.min(Math.floor(first / 40), 2);
  return [top, first - top * 40, ...arcs.slice(1)].join('.');
}

/** States a small non-negative INTEGER; null when it is negative or beyond 2^31. */
export function smallInteger(content: Buffer): number | null {
  if (content.length === 0 || content.length > 4 || (content[0] ?? 0) >= 0x80) return null;
  return content.readUIntBE(0, content.length);
}
