/** Starts the lab: its DNS, its mail servers, and what a mailtls process has to know to live in it. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeAuthority } from './authority.ts';
import type { Section } from './declaration.ts';
import { startDns } from './dns-server.ts';
import type { SeenQuery } from './dns-server.ts';
import { CANARY_STATES, INTERNET, bulk } from './internet.ts';
import { startMailServers } from './mail-servers.ts';
import { startPolicyHosts } from './policy-hosts.ts';
import type { PolicyVisits } from './policy-hosts.ts';
import type { Visit } from './smtp-server.ts';
import { makeZone } from './zone.ts';

export interface LabOptions {
  /** One-way delay of every byte, DNS included; default 0. */
  readonly delayMs?: number;
  /** How long a second of the lab lasts: slow servers become quick ones for tests; default 1000. */
  readonly secondMs?: number;
  /** `d0000.bulk.example` and on, on so many servers, each its own operator's; default none. */
  readonly bulk?: { readonly domains: number; readonly servers: number };
}

export interface Lab {
  readonly sections: readonly Section[];
  readonly smtpPort: number;
  readonly dns: { readonly udp: string; readonly doh: string };
  /** The root the lab's certificates lead to. */
  readonly caPem: string;
  /** The settings of a mailtls process that lives here. `NODE_EXTRA_CA_CERTS` counts only when set as it starts. */
  readonly environment: Readonly<Record<string, string>>;
  /** Values for `MAILTLS_CANARIES`: `dead` ones never answer, `masked` ones have their STARTTLS masked. */
  readonly canaries: Readonly<Record<keyof typeof CANARY_STATES, string>>;
  /** Whether this machine has an IPv6 loopback for the names that need one. */
  readonly ipv6: boolean;
  /** The addresses of a host, in the order declared. */
  readonly addresses: (host: string) => readonly string[];
  /** The connections that an address has had, the first one first. */
  readonly connections: (ip: string) => readonly Visit[];
  /** Who came to the policy host of a domain. */
  readonly policyVisits: (domain: string) => PolicyVisits;
  /** The DNS queries that came, in order. */
  readonly queries: () => readonly SeenQuery[];
  readonly close: () => Promise<void>;
}

/** Starts the lab in this process. Rejects only when this machine lacks the ports. */
export async function startLab(options: LabOptions = {}): Promise<Lab> {
  const { delayMs = 0, secondMs = 1000, bulk: many } = options;
  const sections = many === undefined ? INTERNET : [...INTERNET, bulk(many.domains, many.servers)];
  const authority = makeAuthority();
  const zone = makeZone(sections, authority);
  const [dns, mail, policies, folder] = await Promise.all([
    startDns(zone, authority.credentials('sound', '127.0.0.1'), delayMs),
    startMailServers(zone.addresses, authority, { delayMs, secondMs }),
    startPolicyHosts(zone.policyHosts, authority, { delayMs, secondMs }),
    mkdtemp(join(tmpdir(), 'mailtls-lab-')),
  ]);
  const caFile = join(folder, 'root.pem');
  await writeFile(caFile, authority.rootPem);
  const canaries = {
    healthy: canaryHosts('healthy'),
    dead: canaryHosts('dead'),
    masked: canaryHosts('masked'),
  };
  const udp = `udp://127.0.0.1:${dns.udpPort}`;
  const doh = `https://127.0.0.1:${dns.dohPort}/dns-query`;
  return {
    sections,
    smtpPort: mail.port,
    dns: { udp, doh },
    caPem: authority.rootPem,
    environment: {
      MAILTLS_RESOLVERS: `${udp},${doh}`,
      MAILTLS_TRUST_AD: 'true',
      MAILTLS_SMTP_PORT: String(mail.port),
      MAILTLS_HTTPS_PORT: String(policies.port),
      MAILTLS_ALLOW_PRIVATE: 'true',
      MAILTLS_CANARIES: canaries.healthy,
      NODE_EXTRA_CA_CERTS: caFile,
    },
    canaries,
    ipv6: mail.ipv6,
    addresses: (host) => zone.addresses.filter(({ hosts }) => hosts.includes(host)).map(({ ip }) => ip),
    connections: (ip) => mail.visits.get(ip) ?? [],
    policyVisits: (domain) => policies.visits.get(domain) ?? { connections: 0, requests: [] },
    queries: () => dns.seen,
    async close() {
      await Promise.all([
        dns.close(),
        mail.close(),
        policies.close(),
        rm(folder, { recursive: true, force: true }),
      ]);
    },
  };
}

const canaryHosts = (state: keyof typeof CANARY_STATES): string =>
  CANARY_STATES[state].map(({ name }) => `mx.${name}`).join(',');
