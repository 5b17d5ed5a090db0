/** RFC 8914: what a resolver says of its own failure, in the OPT record of its reply. */
import type { ExtendedError } from './answer.ts';
import type { Octets } from './octets.ts';

/** IANA, "Extended DNS Error Codes"; the position is the code. */
const NAMES = [
  'Other Error',
  'Unsupported DNSKEY Algorithm',
  'Unsupported DS Digest Type',
  'Stale Answer',
  'Forged Answer',
  'DNSSEC Indeterminate',
  'DNSSEC Bogus',
  'Signature Expired',
  'Signature Not Yet Valid',
  'DNSKEY Missing',
  'RRSIGs Missing',
  'No Zone Key Bit Set',
  'NSEC Missing',
  'Cached Error',
  'Not Ready',
  'Blocked',
  'Censored',
  'Filtered',
  'Prohibited',
  'Stale NXDomain Answer',
  'Not Authoritative',
  'Not Supported',
  'No Reachable Authority',
  'Network Error',
  'Invalid Data',
  'Signature Expired before Valid',
  'Too Early',
  'Unsupported NSEC3 Iterations Value',
  'Unable to conform to policy',
  'Synthesized',
  'Invalid Query Type',
] as const;

/** RFC 8914 sections 4.7 to 4.13, and code 25: the data is there and its signatures are not right. */
const BOGUS_CODES: ReadonlySet<number> = new Set([6, 7, 8, 9, 10, 11, 12, 25]);

const LONGEST_TEXT = 200;
const BETWEEN_WORDS = /[\p{C}\p{Z}]+/gu;

/**
 * Reads one option (RFC 8914 section 2): a code, then text in UTF-8, cut to 200 characters and kept to one line.
 * @throws MalformedMessage when it is too short for a code
 */
export function readExtendedError(option: Octets): ExtendedError {
  const code = option.number16();
  const words = option.take(option.left).toString('utf8').replace(BETWEEN_WORDS, ' ').trim();
  const name = NAMES[code] ?? `Error ${code}`;
  return {
    code,
    text: words === '' ? name : `${name}: ${Array.from(words).slice(0, LONGEST_TEXT).join('')}`,
  };
}

/** States whether the resolver itself says that validation is what failed. */
export function saysBogus(errors: readonly ExtendedError[]): boolean {
  return errors.some(({ code }) => BOGUS_CODES.has(code));
}
