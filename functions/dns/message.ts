/**
 * One query and its reply (RFC 1035 section 4.1). The query asks for recursion, for DNSSEC's verdict (DO in
 * RFC 3225 section 3, AD in RFC 6840 section 5.7), and says with EDNS(0) how large a reply may be. The reply is
 * ours when its id and its question are; of its records only those that can matter to the question are read.
 *
 * Queries are written by dns-packet. Replies are not read by it: it takes no notice of RDLENGTH, cuts data off
 * where the message ends, and loses the border between `a.b` as one label and as two.
 */
import { AUTHENTIC_DATA, CHECKING_DISABLED, DNSSEC_OK, RECURSION_DESIRED, encode } from 'dns-packet';
import type { ExtendedError, RecordData, RecordType } from './answer.ts';
import { readExtendedError } from './extended-errors.ts';
import { MalformedMessage, Octets } from './octets.ts';
import { TYPE_NUMBERS, readRecordData } from './record-data.ts';

export interface Query<T extends RecordType = RecordType> {
  /** A-label, lower case, no trailing dot. */
  readonly name: string;
  readonly type: T;
  /** CD, RFC 4035 section 3.2.2: give the data even if its signatures are wrong. */
  readonly checkingDisabled: boolean;
}

/** A record of the answer section that is of the type asked for. */
export interface ReplyRecord<T extends RecordType> {
  readonly owner: string;
  readonly ttlSeconds: number;
  readonly data: RecordData[T];
}

export interface Reply<T extends RecordType> {
  /** With the upper bits of EDNS (RFC 6891 section 6.1.3). */
  readonly rcode: number;
  readonly recursionAvailable: boolean;
  readonly authenticData: boolean;
  readonly records: readonly ReplyRecord<T>[];
  /** The CNAME records of the answer section; none when they are what was asked for. */
  readonly aliases: readonly ReplyRecord<'CNAME'>[];
  /** RFC 2308 section 5: the smaller of the SOA's TTL and its MINIMUM; null where no SOA was sent. */
  readonly negativeTtlSeconds: number | null;
  readonly extendedErrors: readonly ExtendedError[];
}

/** `not-ours`: of another id or question, or no reply at all; the one we wait for may still come. */
export type ReadReply<T extends RecordType> =
  | { readonly status: 'reply'; readonly reply: Reply<T> }
  | { readonly status: 'truncated' | 'not-ours' | 'malformed' };

/** Avoids fragments on every path (DNS flag day 2020); larger answers come over TCP. */
const UDP_PAYLOAD_BYTES = 1232;
const CLASS_IN = 1;
const TYPE_SOA = 6;
const TYPE_OPT = 41;
const OPTION_EXTENDED_ERROR = 15;
const MOST_EXTENDED_ERRORS = 8;

/** States whether DNS can carry a name: 253 characters, labels of 63, no escapes. */
export function isQueryName(name: string): boolean {
  return name.length <= 253 && name.split('.').every((label) => /^[!-[\]-~]{1,63}$/.test(label));
}

/** @param id what the reply has to repeat (RFC 5452 section 9.1); 0 over HTTPS (RFC 8484 section 4.1) */
export function encodeQuery({ name, type, checkingDisabled }: Query, id: number): Buffer {
  return encode({
    type: 'query',
    id,
    flags: RECURSION_DESIRED | AUTHENTIC_DATA | (checkingDisabled ? CHECKING_DISABLED : 0),
    questions: [{ name, type }],
    additionals: [
      {
        type: 'OPT',
        name: '.',
        udpPayloadSize: UDP_PAYLOAD_BYTES,
        extendedRcode: 0,
        ednsVersion: 0,
        flags: DNSSEC_OK,
        flag_do: true,
        options: [],
      },
    ],
  });
}

/** Reads what came back. Nothing in it is believed but that it answers this question. */
export function readReply<T extends RecordType>(message: Buffer, query: Query<T>, id: number): ReadReply<T> {
  if (message.length < 12 || message.readUInt16BE(0) !== id) return { status: 'not-ours' };
  try {
    return readMessage(new Octets(message), query);
  } catch (error) {
    if (error instanceof MalformedMessage) return { status: 'malformed' };
    throw error;
  }
}

function readMessage<T extends RecordType>(octets: Octets, query: Query<T>): ReadReply<T> {
  octets.skip(2);
  const flags = octets.number16();
  const isReply = (flags & 0x8000) !== 0;
  if (!isReply) return { status: 'not-ours' };
  const questions = octets.number16();
  const answers = octets.number16();
  const authorities = octets.number16();
  const additionals = octets.number16();
  const headerRcode = flags & 0x0f;
  // A resolver that could not read the query repeats none: RFC 1035 section 4.1.1, format error.
  if (questions === 0 ? headerRcode === 0 : questions > 1 || !repeatsQuestion(octets, query)) {
    return { status: 'not-ours' };
  }
  if ((flags & 0x7800) !== 0) return { status: 'malformed' }; // not a standard query's opcode
  if ((flags & 0x0200) !== 0) return { status: 'truncated' };

  const { records, aliases } = readAnswers(octets, answers, query.type);
  const negativeTtlSeconds = readNegativeTtl(octets, authorities);
  const edns = readEdns(octets, additionals);
  if (!octets.atEnd) return { status: 'malformed' };
  return {
    status: 'reply',
    reply: {
      rcode: ((edns?.upperRcode ?? 0) << 4) | headerRcode,
      recursionAvailable: (flags & 0x0080) !== 0,
      authenticData: (flags & 0x0020) !== 0,
      records,
      aliases,
      negativeTtlSeconds,
      extendedErrors: edns?.extendedErrors ?? [],
    },
  };
}

function repeatsQuestion(octets: Octets, query: Query): boolean {
  const name = octets.name();
  const type = octets.number16();
  const inClass = octets.number16();
  return name === query.name && type === TYPE_NUMBERS[query.type] && inClass === CLASS_IN;
}

interface RecordFrame {
  readonly owner: string;
  readonly type: number;
  readonly inClass: number;
  readonly ttl: number;
  readonly data: Octets;
}

function readRecord(octets: Octets): RecordFrame {
  return {
    owner: octets.name(),
    type: octets.number16(),
    inClass: octets.number16(),
    ttl: octets.number32(),
    data: octets.part(octets.number16()),
  };
}

/** RFC 2181 section 8: a TTL with its top bit set counts as zero. */
const ttlSeconds = (ttl: number): number => (ttl > 0x7fff_ffff ? 0 : ttl);

/** The records of the type asked for, and the aliases that lead to them; signatures and other classes are read past. */
function readAnswers<T extends RecordType>(
  octets: Octets,
  count: number,
  asked: T,
): Pick<Reply<T>, 'records' | 'aliases'> {
  const records: ReplyRecord<T>[] = [];
  const aliases: ReplyRecord<'CNAME'>[] = [];
  for (let index = 0; index < count; index += 1) {
    const { owner, type, inClass, ttl, data } = readRecord(octets);
    if (inClass !== CLASS_IN) continue;
    if (type === TYPE_NUMBERS[asked]) {
      records.push({ owner, ttlSeconds: ttlSeconds(ttl), data: readRecordData(asked, data) });
    } else if (type === TYPE_NUMBERS.CNAME) {
      aliases.push({ owner, ttlSeconds: ttlSeconds(ttl), data: readRecordData('CNAME', data) });
    }
  }
  return { records, aliases };
}

/** The first SOA's, in the authority section; what proves the absence stands beside it and is read past. */
function readNegativeTtl(octets: Octets, count: number): number | null {
  let negativeTtlSeconds: number | null = null;
  for (let index = 0; index < count; index += 1) {
    const { type, inClass, ttl, data } = readRecord(octets);
    if (type !== TYPE_SOA || inClass !== CLASS_IN) continue;
    const minimum = readMinimum(data);
    negativeTtlSeconds ??= Math.min(ttlSeconds(ttl), ttlSeconds(minimum));
  }
  return negativeTtlSeconds;
}

/** RFC 1035 section 3.3.13: MINIMUM is the last of the SOA's fields. */
function readMinimum(soa: Octets): number {
  soa.name();
  soa.name();
  soa.skip(16);
  return soa.number32();
}

interface Edns {
  readonly upperRcode: number;
  readonly extendedErrors: readonly ExtendedError[];
}

/** RFC 6891 section 6.1.1: one OPT record at most, in the additional section; null where there is none. */
function readEdns(octets: Octets, count: number): Edns | null {
  let edns: Edns | null = null;
  for (let index = 0; index < count; index += 1) {
    const { owner, type, ttl, data } = readRecord(octets);
    if (type !== TYPE_OPT) continue;
    if (edns !== null) throw new MalformedMessage('two OPT records');
    if (owner !== '') throw new MalformedMessage('an OPT record below the root');
    // RFC 6891 section 6.1.3: its TTL field starts with the upper bits of the response code.
    edns = { upperRcode: ttl >>> 24, extendedErrors: readExtendedErrors(data) };
  }
  return edns;
}

/** RFC 6891 section 6.1.2: options are a code, a length and as many octets. */
function readExtendedErrors(options: Octets): readonly ExtendedError[] {
  const extendedErrors: ExtendedError[] = [];
  while (!options.atEnd) {
    const code = options.number16();
    const option = options.part(options.number16());
    if (code === OPTION_EXTENDED_ERROR && extendedErrors.length < MOST_EXTENDED_ERRORS) {
      extendedErrors.push(readExtendedError(option));
    }
  }
  return extendedErrors;
}
