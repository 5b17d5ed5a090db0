/**
 * From when to when a certificate is valid (RFC 5280 section 4.1.2.5). Where a date cannot be decoded, Node's
 * `validFromDate` and `validToDate` are whatever lay in memory, now and then a time long after today (seen in Node
 * 24.21); its text then says "Bad time value". So the text is what is read.
 */
import type { X509Certificate } from 'node:crypto';

/** As OpenSSL writes it: `Jan  2 03:04:05 2027 GMT`. */
const TEXT = /^([A-Z][a-z]{2}) ([ \d]\d) (\d\d:\d\d:\d\d) (\d{4}) GMT$/;
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** @returns milliseconds since 1970, NaN for a date that is none */
export function certificateDates({ validFrom, validTo }: X509Certificate): {
  readonly notBefore: number;
  readonly notAfter: number;
} {
  return { notBefore: milliseconds(validFrom), notAfter: milliseconds(validTo) };
}

function milliseconds(text: string): number {
  const [, month = '', day = '', time, year] = TEXT.exec(text) ?? [];
  const number = (MONTHS.indexOf(month) + 1).toString().padStart(2, '0');
  return Date.parse(`${year}-${number}-${day.replace(' ', '0')}T${time}Z`);
}
