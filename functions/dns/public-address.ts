/**
 * Which addresses are of the public internet. A domain can name any address as its mail server, such as one in
 * the network we ask from; only public ones may be reached. Addresses that carry another inside, for a gateway
 * to unwrap, are as public as the one inside.
 */
import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

interface SpecialRange {
  readonly range: string;
  readonly what: string;
  readonly source: string;
}

/** IANA, "IPv4 Special-Purpose Address Registry" (RFC 6890 section 2.2.2), and multicast. No mail server is in any. */
export const SPECIAL_IPV4: readonly SpecialRange[] = [
  { range: '0.0.0.0/8', what: 'this network', source: 'RFC 791 section 3.2' },
  { range: '10.0.0.0/8', what: 'private', source: 'RFC 1918 section 3' },
  { range: '100.64.0.0/10', what: 'shared by carriers', source: 'RFC 6598 section 7' },
  { range: '127.0.0.0/8', what: 'loopback', source: 'RFC 1122 section 3.2.1.3' },
  { range: '169.254.0.0/16', what: 'link-local', source: 'RFC 3927 section 2.1' },
  { range: '172.16.0.0/12', what: 'private', source: 'RFC 1918 section 3' },
  { range: '192.0.0.0/24', what: 'protocol assignments', source: 'RFC 6890 section 2.1' },
  { range: '192.0.2.0/24', what: 'documentation', source: 'RFC 5737 section 3' },
  { range: '192.31.196.0/24', what: 'AS112', source: 'RFC 7535 section 3.1' },
  { range: '192.52.193.0/24', what: 'multicast tunnels', source: 'RFC 7450 section 7.1' },
  { range: '192.88.99.0/24', what: '6to4 relays of old', source: 'RFC 7526 section 4' },
  { range: '192.168.0.0/16', what: 'private', source: 'RFC 1918 section 3' },
  { range: '192.175.48.0/24', what: 'AS112', source: 'RFC 7534 section 3.4' },
  { range: '198.18.0.0/15', what: 'benchmarks', source: 'RFC 2544 section C.2.2' },
  { range: '198.51.100.0/24', what: 'documentation', source: 'RFC 5737 section 3' },
  { range: '203.0.113.0/24', what: 'documentation', source: 'RFC 5737 section 3' },
  { range: '224.0.0.0/4', what: 'multicast', source: 'RFC 5771 section 3' },
  { range: '240.0.0.0/4', what: 'reserved, and broadcast', source: 'RFC 1112 section 4' },
];

/**
 * IANA, "IPv6 Special-Purpose Address Registry" (RFC 6890 section 2.2.3), as far as it lies within global
 * unicast; everything outside 2000::/3 is refused as a whole.
 */
export const SPECIAL_IPV6: readonly SpecialRange[] = [
  { range: '2001::/23', what: 'protocol assignments', source: 'RFC 2928 section 2' },
  { range: '2001:db8::/32', what: 'documentation', source: 'RFC 3849 section 2' },
  { range: '2620:4f:8000::/48', what: 'AS112', source: 'RFC 7534 section 3.4' },
  { range: '3fff::/20', what: 'documentation', source: 'RFC 9637 section 4' },
];

/** RFC 4291 section 2.4, IANA "Internet Protocol Version 6 Address Space": all that has been given out. */
const GLOBAL_UNICAST = '2000::/3';

interface Wrapping {
  readonly range: string;
  readonly source: string;
  /** The IPv4 addresses inside: each must be public. */
  readonly inside: (octets: readonly number[]) => readonly (readonly number[])[];
}

/** Addresses that lead to an IPv4 address. */
export const WRAPPINGS: readonly Wrapping[] = [
  { range: '::ffff:0:0/96', source: 'RFC 4291 section 2.5.5.2', inside: (octets) => [octets.slice(12)] },
  { range: '64:ff9b::/96', source: 'RFC 6052 section 2.1', inside: (octets) => [octets.slice(12)] },
  { range: '2002::/16', source: 'RFC 3056 section 2', inside: (octets) => [octets.slice(2, 6)] },
  {
    // Teredo: the server's address, and the client's with every bit turned over.
    range: '2001::/32',
    source: 'RFC 4380 section 4',
    inside: (octets) => [octets.slice(4, 8), octets.slice(12).map((octet) => octet ^ 0xff)],
  },
];

const ranges = <Row extends { readonly range: string }>(rows: readonly Row[]) =>
  rows.map((row) => ({ ...row, cidr: ipaddr.parseCIDR(row.range) }));
const SPECIAL = { ipv4: ranges(SPECIAL_IPV4), ipv6: ranges(SPECIAL_IPV6) };
const WRAPPED = ranges(WRAPPINGS);
const UNICAST = ipaddr.parseCIDR(GLOBAL_UNICAST);

/**
 * States whether an address is of the public internet, and so is every address inside it.
 * @param ip as text, four decimal numbers or IPv6; anything else, a zone included, is not public
 */
export function isPublicAddress(ip: string): boolean {
  if (isIP(ip) === 0 || ip.includes('%')) return false;
  // ipaddr.js reads `::8.8.8.8` as if it were `::ffff:8.8.8.8`; the host of a URL has one spelling, without dots.
  const address = ipaddr.parse(isIP(ip) === 6 ? new URL(`http://[${ip}]/`).hostname.slice(1, -1) : ip);
  if (address.kind() === 'ipv6') {
    const wrapping = WRAPPED.find(({ cidr }) => address.match(cidr));
    if (wrapping !== undefined) {
      return wrapping.inside(address.toByteArray()).every((octets) => isPublicAddress(octets.join('.')));
    }
    if (!address.match(UNICAST)) return false;
  }
  return !SPECIAL[address.kind()].some(({ cidr }) => address.match(cidr));
}
