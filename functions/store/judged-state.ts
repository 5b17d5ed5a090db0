/**
 * What was judged of a domain, as far as its history goes: the answer and, server by server, outcome, certificate
 * and TLSA records, and the mode of its MTA-STS policy.
 */
import { createHash } from 'node:crypto';
import type { AddressOutcome, AnswerCode, HostAssessment } from '../assessment/assessment.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { assessMtaSts } from '../assessment/mta-sts.ts';
import { publishedTlsa } from '../policy/dane/tlsa-base-domain.ts';
import type { HostTlsa } from '../policy/dane/tlsa-base-domain.ts';
import type { PolicyEvidence } from '../policy/policy-evidence.ts';

/** The addresses of a host taken together: farms of servers answer from another address each time. */
export interface HostState {
  readonly host: string;
  /** Empty: not known. */
  readonly outcomes: readonly string[];
  /** SHA-256 of the servers' own certificates. */
  readonly certificates: readonly string[];
  /** A digest of the records, or why there are none; null: not known. */
  readonly tlsa: string | null;
}

/** Null: not known. */
export interface JudgedState {
  readonly answer: AnswerCode | 'no-such-domain' | null;
  readonly mtaStsMode: string | null;
  readonly hosts: readonly HostState[] | null;
}

/** A state, and for which hosts not all of it could be looked at. */
export interface SeenState {
  readonly state: JudgedState;
  readonly gaps: ReadonlySet<string>;
}

/** What is known of a server once it has been looked at; the other outcomes are failures to look. */
const KNOWN: ReadonlySet<AddressOutcome> = new Set([
  'encrypted',
  'not-offered',
  'starttls-failed',
  'not-public',
]);
const NO_ADDRESS: ReadonlySet<HostAssessment['dns']['status']> = new Set(['no-data', 'name-error']);

/** States what was seen, in short. */
export function seenState(evidence: DomainEvidence, judgement: DomainJudgement): SeenState {
  if (judgement.outcome === 'no-such-domain') {
    const state = { answer: judgement.outcome, mtaStsMode: 'none', hosts: [] } as const;
    return { state, gaps: new Set() };
  }
  const { answer, mailServers } = judgement.assessment;
  const { policy } = evidence;
  const hosts = mailServers.map((server, position) => hostState(server, policy.tlsa[position]));
  return {
    state: {
      answer: answer === 'untested' ? null : answer,
      mtaStsMode: modeOf(policy),
      hosts: evidence.mx.source === 'unavailable' ? null : hosts.map(({ state }) => state),
    },
    gaps: new Set(hosts.filter(({ gap }) => gap).map(({ state }) => state.host)),
  };
}

function hostState(
  { host, addresses, dns, fault }: HostAssessment,
  tlsa: HostTlsa | undefined,
): { readonly state: HostState; readonly gap: boolean } {
  const looked = addresses.filter(({ outcome, provisional }) => KNOWN.has(outcome) && !provisional);
  const nowhere = addresses.length > 0 ? null : NO_ADDRESS.has(dns.status) ? dns.status : fault;
  return {
    state: {
      host,
      outcomes: nowhere === null ? sorted(looked.map(({ outcome }) => outcome)) : [nowhere],
      certificates: sorted(looked.flatMap(({ certificate }) => certificate?.sha256 ?? [])),
      tlsa: tlsa === undefined ? null : tlsaState(tlsa),
    },
    gap: nowhere === null && looked.length < Math.max(1, addresses.length),
  };
}

/** Each once, in the order of the alphabet: sets of texts compare as such a list does. */
export const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

function tlsaState(tlsa: HostTlsa): string | null {
  const published = publishedTlsa(tlsa);
  if (published.status === 'unavailable') return null;
  if (published.status !== 'secure') return published.status;
  const records = published.records.map(
    ({ usage, selector, matchingType, data }) => `${usage} ${selector} ${matchingType} ${data}`,
  );
  return createHash('sha256').update(sorted(records).join('\n')).digest('hex');
}

function modeOf({ mtaSts }: PolicyEvidence): string | null {
  const found = assessMtaSts(mtaSts);
  if (found.status === 'unavailable') return null;
  return found.status === 'valid' ? found.mode : found.status;
}
