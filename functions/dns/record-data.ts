/** How the data of each record type lies on the wire. */
import ipaddr from 'ipaddr.js';
import type { RecordData, RecordType } from './answer.ts';
import type { Octets } from './octets.ts';
import { MalformedMessage } from './octets.ts';

/** IANA, "Resource Record (RR) TYPEs". */
export const TYPE_NUMBERS = {
  A: 1,
  CNAME: 5,
  PTR: 12,
  MX: 15,
  TXT: 16,
  AAAA: 28,
  TLSA: 52,
} as const satisfies Record<RecordType, number>;

/** Reads the data of one record; what it leaves unread makes the message malformed. */
const READERS: { readonly [T in RecordType]: (data: Octets) => RecordData[T] } = {
  /** RFC 1035 section 3.4.1 */
  A: (data) => data.take(4).join('.'),
  /** RFC 3596 section 2.2, written as RFC 5952 section 4 says */
  AAAA: (data) => ipaddr.fromByteArray([...data.take(16)]).toString(),
  /** RFC 1035 section 3.3.1 */
  CNAME: (data) => data.name(),
  /** RFC 1035 section 3.3.12 */
  PTR: (data) => data.name(),
  /** RFC 1035 section 3.3.9 */
  MX: (data) => ({ preference: data.number16(), exchange: data.name() }),
  /** RFC 1035 section 3.3.14 */
  TXT: (data) => {
    const strings: Buffer[] = [];
    while (!data.atEnd) strings.push(data.characterString());
    return Buffer.concat(strings).toString('latin1');
  },
  /** RFC 6698 section 2.1 */
  TLSA: (data) => ({
    usage: data.number8(),
    selector: data.number8(),
    matchingType: data.number8(),
    data: data.take(data.left).toString('hex'),
  }),
};

/** @throws MalformedMessage when the data is not of its type's form */
export function readRecordData<T extends RecordType>(type: T, data: Octets): RecordData[T] {
  const value = READERS[type](data);
  if (!data.atEnd) throw new MalformedMessage(`${type} data longer than it should be`);
  return value;
}
