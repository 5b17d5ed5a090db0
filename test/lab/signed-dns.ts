/**
 * The lab's zones as their own servers give them, signed on line: the root, `example`, and each declared domain. A
 * domain that `answers` secure or bogus is signed, with a DS above it; any other is an unsigned delegation, and so
 * is a single name that is declared insecure in a signed domain. A name that a resolver gets nowhere with is
 * SERVFAIL here.
 */
import { AUTHORITATIVE_ANSWER, RECURSION_AVAILABLE, decode, encode } from 'dns-packet';
import type { Question, RecordType } from 'dns-packet';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import type { Behaviour, ResourceRecord } from './declaration.ts';
import { inCanonicalOrder, makeSigningKey, nsec } from './dnssec.ts';
import type { SigningKey } from './dnssec.ts';
import type { Zone } from './zone.ts';

export interface SignedDns {
  readonly port: number;
  /** The root's DS record: the trust anchor of whoever validates. */
  readonly anchor: string;
  readonly close: () => Promise<void>;
}

const TOP = 'example';
const SERVFAIL = 2;
const NXDOMAIN = 3;
const NOWHERE: ReadonlySet<Behaviour> = new Set<Behaviour>(['servfail', 'servfail-unexplained', 'timeout']);
const TYPES = ['A', 'AAAA', 'CNAME', 'MX', 'TLSA', 'TXT', 'PTR'] as const satisfies readonly RecordType[];

interface Reply {
  readonly rcode: number;
  readonly answers: readonly ResourceRecord[];
  readonly authorities: readonly ResourceRecord[];
}

/** States what is answered to a question that has its DO bit set (RFC 4035 section 3.1). */
function signedAnswers(zone: Zone): { readonly anchor: string; readonly answer: (asked: Question) => Reply } {
  const keys = new Map<string, SigningKey>();
  const keyOf = (apex: string): SigningKey => {
    const key = keys.get(apex) ?? makeSigningKey(apex);
    keys.set(apex, key);
    return key;
  };
  const behaviour = (name: string, type = 'SOA'): Behaviour => zone.behaviour(name, type, 'udp');
  const isSignedDomain = (domain: string): boolean => ['secure', 'bogus'].includes(behaviour(domain));
  const unsignedCuts = new Set(
    zone.names().filter((name) => {
      const { name: domain } = zone.soa(name);
      return name !== domain && isSignedDomain(domain) && behaviour(name) === 'insecure';
    }),
  );
  const apexOf = (name: string): string => {
    const { name: domain } = zone.soa(name);
    for (let above = name; above !== domain && above !== ''; above = parent(above)) {
      if (unsignedCuts.has(above)) return above;
    }
    return domain === TOP || domain.endsWith(`.${TOP}`) ? domain : '';
  };
  const isSigned = (apex: string): boolean =>
    apex === '' || apex === TOP || (!unsignedCuts.has(apex) && isSignedDomain(apex));
  const isApex = (name: string): boolean => name === '' || apexOf(name) === name;
  const above = (name: string): string => apexOf(parent(name));
  const parentOf = (apex: string): string => (apex.includes('.') ? above(apex) : '');

  function at(name: string, type: string): readonly ResourceRecord[] {
    if (type === 'DNSKEY' && isApex(name) && isSigned(name)) return [keyOf(name).dnskey];
    if (type === 'DS' && name !== '' && isApex(name) && isSigned(name)) return [keyOf(name).ds];
    if (type === 'SOA' && isApex(name)) return [{ ...zone.soa(name), name }];
    if (type === 'NS' && isApex(name)) return [{ name, type: 'NS', ttl: 300, data: `ns.${name}` }];
    return zone.records(name, type);
  }

  /** The types at a name as its own zone has them, or, from above a cut, as the parent has them. */
  function typesAt(name: string, apex: string): RecordType[] {
    if (name === apex) return ['SOA', 'NS', 'DNSKEY', ...TYPES.filter((type) => at(name, type).length > 0)];
    if (isApex(name)) return isSigned(name) ? ['NS', 'DS'] : ['NS'];
    return TYPES.filter((type) => at(name, type).length > 0);
  }

  function denial(name: string, apex: string): readonly ResourceRecord[] {
    const own = zone.names().filter((one) => one === apex || apexOf(one) === apex || above(one) === apex);
    const inZone = [...new Set([apex, ...own.filter((one) => isIn(one, apex))])].toSorted(inCanonicalOrder);
    const before = inZone.findLastIndex((one) => inCanonicalOrder(one, name) <= 0);
    const owner = inZone[before] ?? apex;
    return [nsec(owner, inZone[before + 1] ?? apex, typesAt(owner, apex))];
  }
  /** Names of the zone, and the cuts right below it. */
  const isIn = (name: string, apex: string): boolean =>
    isApex(name) && name !== apex ? parentOf(name) === apex : apexOf(name) === apex;

  /** With signatures where the zone has them; a set of records each. */
  function withSignature(records: readonly ResourceRecord[], apex: string): readonly ResourceRecord[] {
    const [first] = records;
    if (first === undefined || !isSigned(apex)) return records;
    const wrong = apex.includes('.') && behaviour(first.name, first.type) === 'bogus';
    return [...records, keyOf(apex).sign(records, wrong && first.type !== 'DNSKEY')];
  }

  function answer({ name: asked, type }: Question): Reply {
    const name = asked === '.' ? '' : asked.toLowerCase();
    if (NOWHERE.has(behaviour(name, type))) return { rcode: SERVFAIL, answers: [], authorities: [] };
    const apex = type === 'DS' && isApex(name) && name !== '' ? parentOf(name) : apexOf(name);
    const records = at(name, type);
    if (records.length > 0) return { rcode: 0, answers: withSignature(records, apex), authorities: [] };
    const alias = zone.records(name, 'CNAME');
    if (alias[0]?.type === 'CNAME') {
      const rest = answer({ name: alias[0].data, type });
      return { ...rest, answers: [...withSignature(alias, apex), ...rest.answers] };
    }
    const exists = isApex(name) || zone.exists(name);
    const soa = withSignature(at(apex, 'SOA'), apex);
    const proofs = [denial(name, apex), ...(exists ? [] : [denial(`*.${apex}`, apex)])];
    const owners = new Set<string>();
    const denials = proofs.filter(([one]) => !owners.has(one?.name ?? '') && owners.add(one?.name ?? ''));
    const proof = isSigned(apex) ? denials.flatMap((one) => withSignature(one, apex)) : [];
    return { rcode: exists ? 0 : NXDOMAIN, answers: [], authorities: [...soa, ...proof] };
  }

  const { keyTag, algorithm, digestType, digest } = keyOf('').ds.data;
  return { anchor: `. DS ${keyTag} ${algorithm} ${digestType} ${digest.toString('hex')}`, answer };
}

const parent = (name: string): string => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : '');

/** Answers over UDP; every answer of the lab fits. */
export async function startSignedDns(zone: Zone): Promise<SignedDns> {
  const { anchor, answer } = signedAnswers(zone);
  const socket = createSocket('udp4');
  socket.on('message', (message, peer) => {
    const { id, questions = [] } = decode(message);
    const [question] = questions;
    if (question === undefined) return;
    const { rcode, answers, authorities } = answer(question);
    const flags = AUTHORITATIVE_ANSWER | RECURSION_AVAILABLE | rcode;
    const reply = encode({
      type: 'response',
      id,
      flags,
      questions,
      answers: [...answers],
      authorities: [...authorities],
      additionals: [
        {
          type: 'OPT',
          name: '.',
          udpPayloadSize: 4096,
          extendedRcode: 0,
          ednsVersion: 0,
          flags: 0x8000,
          flag_do: true,
          options: [],
        },
      ],
    });
    socket.send(reply, peer.port, peer.address);
  });
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return {
    port: socket.address().port,
    anchor,
    close: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}
