/**
 * What the lab's resolver sends back for a query: a validating recursive resolver's answer (RFC 1035 section 4,
 * RFC 4035 section 3.2), or what goes wrong with it. Pure: packets in, packets out.
 */
import {
  AUTHENTIC_DATA,
  CHECKING_DISABLED,
  DNSSEC_OK,
  RECURSION_AVAILABLE,
  RECURSION_DESIRED,
  TRUNCATED_RESPONSE,
  encode,
} from 'dns-packet';
import type { Answer, OptAnswer, Packet, PacketOpt, Question } from 'dns-packet';
import type { Behaviour } from './declaration.ts';
import type { Zone } from './zone.ts';

const NOERROR = 0;
const SERVFAIL = 2;
const NXDOMAIN = 3;
const REFUSED = 5;
/** RFC 1035 section 4.2.1, for clients without EDNS. */
const PLAIN_UDP_BYTES = 512;
/** What this server sends over UDP at most, whatever the client takes. */
const LARGEST_UDP_BYTES = 1232;
const LONGEST_ALIAS_CHAIN = 64;

export interface Query {
  readonly packet: Packet;
  readonly over: 'udp' | 'tcp' | 'doh';
  /** How often this question came over this transport before. */
  readonly before: number;
}

/** The answers to send, in order; none at all is a timeout. */
export function answersTo(zone: Zone, query: Query): readonly Buffer[] {
  const { packet, over } = query;
  const question = packet.questions?.[0];
  if (question === undefined) return [];
  const found = resolve(zone, question, over);
  const trouble = found.trouble === 'servfail-once' && query.before > 0 ? null : found.trouble;
  const whole = () => response(packet, found);
  const failed = (rcode: number, ...extended: number[]) => [response(packet, { rcode, extended })];
  const checkingDisabled = ((packet.flags ?? 0) & CHECKING_DISABLED) !== 0;
  const unlessUdp = (...overUdp: Buffer[]) => (over === 'udp' ? overUdp : [whole()]);
  const inTrouble: Readonly<Record<Trouble, () => readonly Buffer[]>> = {
    bogus: () => (checkingDisabled ? [fitting(packet, whole(), over)] : failed(SERVFAIL, 6)),
    servfail: () => failed(SERVFAIL, 22, 23),
    'servfail-once': () => failed(SERVFAIL),
    'servfail-unexplained': () => failed(SERVFAIL),
    refused: () => failed(REFUSED),
    timeout: () => [],
    truncated: () => unlessUdp(truncated(packet)),
    malformed: () => [whole().subarray(0, -3)],
    'wrong-id': () => [response(underAnotherId(packet), found)],
    'wrong-question': () => [
      response({ ...packet, questions: [{ ...question, name: `not-${question.name}` }] }, found),
    ],
    'forged-first': () => unlessUdp(forged(packet, question), whole()),
  };
  return trouble === null ? [fitting(packet, whole(), over)] : inTrouble[trouble]();
}

const underAnotherId = (query: Packet): Packet => ({ ...query, id: ((query.id ?? 0) + 1) & 0xffff });

interface Found {
  readonly rcode: number;
  readonly answers?: readonly Answer[];
  readonly authorities?: readonly Answer[];
  readonly secure?: boolean;
  readonly extended?: readonly number[];
}
type Trouble = Exclude<Behaviour, 'secure' | 'insecure'>;

/** Follows aliases (RFC 1034 section 3.6.2); secure only when every step is, in trouble when any step is. */
function resolve(zone: Zone, question: Question, over: Query['over']): Found & { trouble: Trouble | null } {
  const answers: Answer[] = [];
  let secure = true;
  let trouble: Trouble | null = null;
  let name = question.name.toLowerCase();
  for (let step = 0; step < LONGEST_ALIAS_CHAIN; step += 1) {
    const behaviour = zone.behaviour(name, question.type, over === 'doh' ? 'doh' : 'udp');
    if (behaviour !== 'secure') secure = false;
    if (behaviour !== 'secure' && behaviour !== 'insecure') trouble ??= behaviour;
    const owner = step === 0 ? question.name : name;
    const records = zone.records(name, question.type);
    if (records.length > 0) {
      answers.push(...records.map((record) => ({ ...record, name: owner })));
      return { rcode: NOERROR, answers, secure, trouble };
    }
    const [alias] = zone.records(name, 'CNAME');
    if (alias?.type !== 'CNAME') {
      const rcode = zone.exists(name) ? NOERROR : NXDOMAIN;
      return { rcode, answers, authorities: [zone.soa(name)], secure, trouble };
    }
    answers.push({ ...alias, name: owner });
    name = alias.data;
    if (answers.some((seen) => seen.name.toLowerCase() === name)) break;
  }
  return { rcode: NOERROR, answers, secure, trouble };
}

const opt = (packet: Packet): OptAnswer | undefined =>
  packet.additionals?.find((record): record is OptAnswer => record.type === 'OPT');

function response(query: Packet, found: Found): Buffer {
  const asked = query.flags ?? 0;
  const edns = opt(query);
  const dnssecOk = ((edns?.flags ?? 0) & DNSSEC_OK) !== 0;
  // RFC 6840 section 5.8: AD is for those who asked, with DO or with AD.
  const authentic = found.secure === true && (dnssecOk || (asked & AUTHENTIC_DATA) !== 0);
  return encode({
    type: 'response',
    id: query.id,
    flags:
      (asked & (RECURSION_DESIRED | CHECKING_DISABLED)) |
      RECURSION_AVAILABLE |
      (authentic ? AUTHENTIC_DATA : 0) |
      found.rcode,
    questions: query.questions,
    answers: [...(found.answers ?? [])],
    authorities: [...(found.authorities ?? [])],
    additionals: edns === undefined ? [] : [ourOpt(dnssecOk, found.extended ?? [])],
  });
}

/** RFC 6891 section 6.1; RFC 8914 section 2 for the extended errors. */
const ourOpt = (dnssecOk: boolean, extended: readonly number[]): OptAnswer => ({
  type: 'OPT',
  name: '.',
  udpPayloadSize: LARGEST_UDP_BYTES,
  extendedRcode: 0,
  ednsVersion: 0,
  flags: dnssecOk ? DNSSEC_OK : 0,
  flag_do: dnssecOk,
  options: extended.map(extendedError),
});

function extendedError(code: number): PacketOpt {
  const text = { 6: 'signature does not verify', 22: 'no reachable authority', 23: 'connection timed out' }[
    code
  ];
  const data = Buffer.concat([Buffer.from([0, code]), Buffer.from(text ?? '')]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the library writes any code, its types know few
  return { code: 15, data } as unknown as PacketOpt;
}

function fitting(query: Packet, answer: Buffer, over: Query['over']): Buffer {
  const room = Math.max(PLAIN_UDP_BYTES, Math.min(opt(query)?.udpPayloadSize ?? 0, LARGEST_UDP_BYTES));
  return over === 'udp' && answer.length > room ? truncated(query) : answer;
}

function truncated(query: Packet): Buffer {
  const flags = ((query.flags ?? 0) & RECURSION_DESIRED) | RECURSION_AVAILABLE | TRUNCATED_RESPONSE;
  return encode({ type: 'response', id: query.id, flags, questions: query.questions });
}

/** What an attacker who cannot see the query would send: plausible data under a guessed id. */
function forged(query: Packet, question: Question): Buffer {
  const answers: Answer[] = [
    { name: question.name, type: 'MX', ttl: 86_400, data: { preference: 0, exchange: 'forged.example' } },
  ];
  return response(
    { ...query, id: ((query.id ?? 0) + 1) & 0xffff },
    { rcode: NOERROR, answers, secure: true },
  );
}
