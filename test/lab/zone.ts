/** What the lab's DNS knows: the declared domains as records by name and type, and how to answer for each name. */
import type { SoaAnswer } from 'dns-packet';
import { isIP } from 'node:net';
import type { Authority, CertificateKind } from './authority.ts';
import type { Address, Answers, Behaviour, Domain, ResourceRecord, Section } from './declaration.ts';
import { tlsaData } from './pin.ts';
import type { PolicyPosture } from './policy-posture.ts';

const TTL_SECONDS = 300;

/** A mail server address with the IP it was given. */
export interface PlacedAddress extends Address {
  readonly ip: string;
  /** The hosts that have this address, in the order they were declared. */
  readonly hosts: string[];
}

/** The HTTPS server of one domain's MTA-STS policy. */
export interface PlacedPolicyHost {
  readonly ip: string;
  readonly domain: string;
  readonly posture: PolicyPosture;
}

export interface Zone {
  readonly policyHosts: readonly PlacedPolicyHost[];
  readonly addresses: readonly PlacedAddress[];
  readonly records: (name: string, type: string) => readonly ResourceRecord[];
  /** RFC 8020 section 2: a name exists when it, or a name below it, has records. */
  readonly exists: (name: string) => boolean;
  /** Every name that exists, as declared. */
  readonly names: () => readonly string[];
  /** The SOA that goes with "no such record" (RFC 2308 section 3). */
  readonly soa: (name: string) => SoaAnswer;
  readonly behaviour: (name: string, type: string, over: 'udp' | 'doh') => Behaviour;
}

/** States the zone for these sections; addresses are handed out in order, so a name keeps its own. */
export function makeZone(sections: readonly Section[], authority: Authority): Zone {
  const records = new Map<string, ResourceRecord[]>();
  const names = new Set<string>();
  const behaviours = new Map<string, Answers>();
  const apexes = new Map<string, Domain>();
  const placed = new Map<string, PlacedAddress>();
  const policyHosts: PlacedPolicyHost[] = [];
  const pinned = new Map<string, () => readonly ResourceRecord[]>();

  function add(record: ResourceRecord): void {
    const key = `${record.name} ${record.type}`;
    records.set(key, [...(records.get(key) ?? []), record]);
    addName(record.name);
  }

  function addName(below: string): void {
    for (let name = below; name !== ''; name = parent(name)) names.add(name);
  }

  function place(address: Address, names: readonly string[]): string {
    const ip = address.ip === 'own' ? ownAddress(placed.size) : address.ip;
    const there = placed.get(ip) ?? { ...address, ip, hosts: [] };
    there.hosts.push(...names);
    placed.set(ip, there);
    return ip;
  }

  let policyAddresses = 0;
  for (const domain of sections.flatMap((section) => section.domains)) {
    const full = (label: string) => (label === '@' ? domain.name : `${label}.${domain.name}`);
    const ttl = (label: string, type: string, index: number) =>
      domain.ttlSecondsAt?.[`${label} ${type}`]?.[index] ?? TTL_SECONDS;
    apexes.set(domain.name, domain);
    domain.mx?.forEach(([preference, exchange], index) => {
      const data = { preference, exchange: exchange.includes('.') ? exchange : full(exchange) };
      add({ name: domain.name, type: 'MX', ttl: ttl('@', 'MX', index), data });
    });
    for (const [label, addresses] of Object.entries(domain.hosts ?? {})) {
      addresses.forEach((address, index) => {
        const ip = place(address, [label, ...(address.alsoNamed ?? [])].map(full));
        const type = isIP(ip) === 6 ? 'AAAA' : 'A';
        add({ name: full(label), type, ttl: ttl(label, type, index), data: ip });
      });
    }
    for (const [label, pins] of Object.entries(domain.tlsa ?? {})) {
      const host = full(label);
      const name = `${ANY_PORT}${host}`;
      const kind = certificateKind(domain.hosts?.[label]);
      addName(name);
      pinned.set(name, () =>
        pins.map((pin) => {
          const data = tlsaData(pin, { kind, host }, authority);
          return { name, type: 'TLSA', ttl: TTL_SECONDS, data } as const;
        }),
      );
    }
    if (domain.mtaSts !== undefined) {
      const { records: texts = ['v=STSv1; id=20261122'], host } = domain.mtaSts;
      for (const data of texts) add({ name: full('_mta-sts'), type: 'TXT', ttl: TTL_SECONDS, data });
      if (host !== 'no-address') {
        const ip = policyAddress(policyAddresses);
        policyAddresses += 1;
        add({ name: full('mta-sts'), type: 'A', ttl: TTL_SECONDS, data: ip });
        if (host !== 'nobody') policyHosts.push({ ip, domain: domain.name, posture: host });
      }
    }
    for (const record of domain.records ?? []) add({ ttl: TTL_SECONDS, ...record, name: full(record.name) });
    for (const [key, answers] of Object.entries(domain.answersAt ?? {})) {
      const [label = '@', type = '*'] = key.split(' ');
      behaviours.set(`${full(label)} ${type}`, answers);
    }
  }

  /** The declared domain that a name is in or below; the top level for names of nobody. */
  function apex(name: string): string {
    for (let above = name; above !== ''; above = parent(above)) if (apexes.has(above)) return above;
    return name.slice(name.lastIndexOf('.') + 1);
  }

  return {
    addresses: [...placed.values()],
    policyHosts,
    records(name, type) {
      return (type === 'TLSA' ? pinned.get(atAnyPort(name))?.() : records.get(`${name} ${type}`)) ?? [];
    },
    names: () => [...names],
    exists: (name) => names.has(atAnyPort(name)),
    soa(name) {
      const zone = apex(name);
      const data = { mname: `ns.${zone}`, rname: `hostmaster.${zone}`, serial: 1, refresh: 3600, retry: 600 };
      return { name: zone, type: 'SOA', ttl: TTL_SECONDS, data: { ...data, expire: 86_400, minimum: 60 } };
    },
    behaviour(asked, type, over) {
      const name = atAnyPort(asked);
      const answers =
        behaviours.get(`${name} ${type}`) ?? behaviours.get(`${name} *`) ?? apexes.get(apex(name))?.answers;
      return typeof answers === 'object' ? answers[over] : (answers ?? 'insecure');
    },
  };
}

const parent = (name: string): string => (name.includes('.') ? name.slice(name.indexOf('.') + 1) : '');

/**
 * A TLSA record's name holds the port (RFC 6698 section 3). The lab's mail servers take whichever port is free,
 * so what is written at port 25 is found at every port.
 */
const ANY_PORT = '_25._tcp.';
const atAnyPort = (name: string): string => name.replace(/^_\d+\._tcp\./, ANY_PORT);

/** What the first address of a host shows in its handshake. */
function certificateKind(addresses: readonly Address[] | undefined): CertificateKind {
  const answering = addresses?.[0]?.answering;
  return typeof answering === 'object' ? (answering[0].tls?.certificate ?? 'sound') : 'sound';
}

/** 127.25.0.1 and on: RFC 1122 section 3.2.1.3 keeps all of 127/8 inside the host. */
const ownAddress = (index: number): string => `127.25.${Math.floor(index / 250)}.${(index % 250) + 1}`;
const policyAddress = (index: number): string => `127.26.${Math.floor(index / 250)}.${(index % 250) + 1}`;
