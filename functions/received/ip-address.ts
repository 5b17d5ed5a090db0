/**
 * IP addresses in text: dotted IPv4, and IPv6 as RFC 4291 section 2.2 writes it, with what mail adds to it: the
 * `IPv6:` of an address literal (RFC 5321 section 4.1.3), a zone (`%3`), a port. Most words that
 * are asked about are no address, so that is found out first.
 */
import { isIPv6 } from 'node:net';

const DOT = 46;
const ZERO = 48;
const NINE = 57;

function isIpv4(text: string): boolean {
  const { length } = text;
  if (length < 7 || length > 15) return false;
  let octets = 0;
  let digits = 0;
  let value = 0;
  for (let at = 0; at < length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === DOT) {
      if (digits === 0) return false;
      octets += 1;
      digits = 0;
      value = 0;
    } else {
      // `010` is no octet: some read it as eight.
      if (code < ZERO || code > NINE || (digits > 0 && value === 0)) return false;
      value = value * 10 + code - ZERO;
      digits += 1;
      if (value > 255) return false;
    }
  }
  return octets === 3 && digits > 0;
}

/** Whether the whole text is an address, and of which version; 0: it is none. */
export function ipVersion(text: string): 0 | 4 | 6 {
  if (isIpv4(text)) return 4;
  return text.includes(':') && isIPv6(text) ? 6 : 0;
}

const LONGEST = 60;

/** `192.0.2.1`, `IPv6:2001:db8::1`, `fe80::1%3`, `192.0.2.1:40260`, `192.0.2.1.40260`; null for anything else. */
export function addressIn(text: string): string | null {
  if (text.length > LONGEST) return null;
  if (!text.includes(':')) {
    if (isIpv4(text)) return text;
    const beforePort = text.slice(0, text.lastIndexOf('.'));
    return isIpv4(beforePort) && /\.\d{1,5}$/.test(text) ? beforePort : null;
  }
  const bare = text.replace(/^IPv6:/i, '').replace(/%.*$/, '');
  if (ipVersion(bare) !== 0) return bare;
  const withoutPort = bare.replace(/:\d{1,5}$/, '');
  return isIpv4(withoutPort) ? withoutPort : null;
}
