/**
 * Whether the servers that took a message offer today what its header says of then, from what is stored of their
 * live checks. Nothing is checked for it, and nothing of the header goes anywhere but into the question: a stored
 * answer is found by the domain it is about, and of that a header knows two, the recipient's (`for`) and the
 * server's own. It speaks of a server only where the stored check tested that very MX host.
 */
import { getDomain } from 'tldts';
import type { HostAssessment } from '../assessment/assessment.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { Hop } from '../assessment/hop.ts';
import type { AssessedHeaders } from '../check-headers.ts';

export interface ServerToday {
  /** ISO 8601, UTC. */
  readonly checkedAt: string;
  readonly encrypted: boolean;
  /** As `TlsAssessment` has it; null where its addresses differ. */
  readonly version: string | null;
}

/** What is kept of a domain's last check: `DomainAnswers.stored` and the like. Never starts a check. */
export type StoredCheck = (domain: string) => Promise<{
  readonly evidence: { readonly observedAt: string };
  readonly judgement: DomainJudgement;
} | null>;

/** As many domains are looked up for one input, however many messages are in it. */
const MOST_DOMAINS = 20;

const HOST_NAME = /^(?:[a-z0-9-]{1,63}\.)+[a-z][a-z0-9-]{0,62}$/;

/** The server's name in lower case, when it took the message over the public network and has one. */
export function serverOf(hop: Hop): string | null {
  const name = hop.field.by?.host.toLowerCase().replace(/\.$/, '') ?? '';
  return hop.network === 'public' && name.length <= 253 && HOST_NAME.test(name) ? name : null;
}

/** The domains whose check may have tested the server: the recipient's, and the server's own. */
function domainsOf(hop: Hop, server: string): readonly string[] {
  const recipient = hop.field.for ?? '';
  const mailDomain = recipient.slice(recipient.lastIndexOf('@') + 1).toLowerCase();
  const own = getDomain(server) ?? server;
  return HOST_NAME.test(mailDomain) && mailDomain.length <= 253 ? [mailDomain, own] : [own];
}

/** Null when no address was tested, or they differ: then nothing is said. */
function stateOf(host: HostAssessment): Omit<ServerToday, 'checkedAt'> | null {
  const tested = host.addresses.filter(({ outcome }) => TESTED.has(outcome));
  const encrypted = tested.filter(({ outcome }) => outcome === 'encrypted');
  if (tested.length === 0 || (encrypted.length > 0 && encrypted.length < tested.length)) return null;
  const versions = new Set(encrypted.map(({ tls }) => tls?.version ?? null));
  const [version = null] = versions;
  return { encrypted: encrypted.length > 0, version: versions.size === 1 ? version : null };
}
const TESTED: ReadonlySet<string> = new Set(['encrypted', 'not-offered', 'starttls-failed']);

/** @returns by the server's name in lower case; only those of which a stored check says something */
export async function lookUpServersToday(
  messages: readonly AssessedHeaders[],
  stored: StoredCheck,
): Promise<ReadonlyMap<string, ServerToday>> {
  const servers = new Set<string>();
  const domains = new Set<string>();
  for (const hop of messages.flatMap(({ hops }) => hops.toReversed())) {
    const server = serverOf(hop);
    if (server === null) continue;
    servers.add(server);
    for (const domain of domainsOf(hop, server)) if (domains.size < MOST_DOMAINS) domains.add(domain);
  }
  const today = new Map<string, ServerToday>();
  for (const found of await Promise.all([...domains].map(stored))) {
    if (found?.judgement.outcome !== 'assessed') continue;
    const checkedAt = found.evidence.observedAt;
    for (const host of found.judgement.assessment.mailServers) {
      const state = servers.has(host.host) ? stateOf(host) : null;
      const known = today.get(host.host);
      if (state !== null && (known === undefined || known.checkedAt < checkedAt)) {
        today.set(host.host, { checkedAt, ...state });
      }
    }
  }
  return today;
}
