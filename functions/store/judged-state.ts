/**
 * What was judged of a domain, as far as its history goes: the answer and, server by server, outcome, certificate
 * and TLSA records, and the mode of its MTA-STS policy. Two states are compared; what could not be looked at
 * this time is as it was, so that a bad day of the network is no change of the domain.
 */
import { createHash } from 'node:crypto';
import type { AddressOutcome, AnswerCode, HostAssessment } from '../assessment/assessment.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { assessMtaSts } from '../assessment/mta-sts.ts';
import { publishedTlsa } from '../policy/dane/tlsa-base-domain.ts';
import type { HostTlsa } from '../policy/dane/tlsa-base-domain.ts';
import type { PolicyEvidence } from '../policy/policy-evidence.ts';

export interface HistoryChange {
  readonly what: 'answer' | 'outcome' | 'certificate' | 'tlsa' | 'mta-sts-mode';
  /** The domain, or the MX host. */
  readonly subject: string;
  /** Codes and digests, several with a space between them, no sentences; null: no such host, or nothing known. */
  readonly before: string | null;
  readonly after: string | null;
}

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

const sorted = (texts: readonly string[]): readonly string[] => [...new Set(texts)].toSorted();

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

/**
 * Brings what was seen together with what was known.
 * @param before null: nothing was
 * @returns what is known now, and how it differs; `changes` is null when there is nothing to tell
 */
export function mergeStates(
  domain: string,
  before: JudgedState | null,
  { state: seen, gaps }: SeenState,
): { readonly state: JudgedState; readonly changes: readonly HistoryChange[] | null } {
  const known = before?.hosts ?? [];
  const hosts = seen.hosts === null ? known : mergeHosts(known, seen.hosts, gaps);
  const mtaStsMode = seen.mtaStsMode ?? before?.mtaStsMode ?? null;
  const parts = [
    ...hostChanges(known, hosts),
    ...changed('mta-sts-mode', domain, before?.mtaStsMode ?? null, mtaStsMode),
  ];
  // With something not looked at an answer says less; by itself that is no change.
  const saysLess = gaps.size > 0 || seen.hosts === null || hasUnknown(seen);
  const answer =
    seen.answer === null || (saysLess && parts.length === 0 && before !== null)
      ? (before?.answer ?? seen.answer)
      : seen.answer;
  const state = { answer, mtaStsMode, hosts };
  if (answer === null) return { state, changes: null };
  if (before === null || before.answer === null) return { state, changes: [] };
  const changes = [...changed('answer', domain, before.answer, answer), ...parts];
  return { state, changes: changes.length === 0 ? null : changes };
}

const hasUnknown = ({ mtaStsMode, hosts }: JudgedState): boolean =>
  mtaStsMode === null || (hosts ?? []).some(({ tlsa }) => tlsa === null);

function mergeHosts(
  before: readonly HostState[],
  seen: readonly HostState[],
  gaps: ReadonlySet<string>,
): readonly HostState[] {
  const known = new Map(before.map((state) => [state.host, state]));
  return seen.map((now) => {
    const last = known.get(now.host);
    if (last === undefined) return now;
    const together = (a: readonly string[], b: readonly string[]): readonly string[] =>
      gaps.has(now.host) ? sorted([...a, ...b]) : b;
    return {
      host: now.host,
      outcomes: together(last.outcomes, now.outcomes),
      certificates: together(last.certificates, now.certificates),
      tlsa: now.tlsa ?? last.tlsa,
    };
  });
}

function hostChanges(before: readonly HostState[], after: readonly HostState[]): HistoryChange[] {
  const known = new Map(before.map((state) => [state.host, state]));
  const names = new Set(after.map(({ host }) => host));
  const gone = before.filter(({ host }) => !names.has(host));
  return [
    ...gone.map((last) => outcomeChange(last, null)),
    ...after.flatMap((now) => {
      const last = known.get(now.host);
      if (last === undefined) return [outcomeChange(null, now)];
      return [
        ...changed('outcome', now.host, text(last.outcomes), text(now.outcomes)),
        ...changed('certificate', now.host, text(last.certificates), text(now.certificates)),
        ...changed('tlsa', now.host, last.tlsa, now.tlsa),
      ];
    }),
  ];
}

/** A host that came or went. */
function outcomeChange(before: HostState | null, after: HostState | null): HistoryChange {
  return {
    what: 'outcome',
    subject: (after ?? before)?.host ?? '',
    before: before === null ? null : text(before.outcomes),
    after: after === null ? null : text(after.outcomes),
  };
}

/** Null: not known, or nothing to compare. */
const text = (parts: readonly string[]): string | null => (parts.length === 0 ? null : parts.join(' '));

/** What was not known before is news of the check, not a change of the domain. */
function changed(
  what: HistoryChange['what'],
  subject: string,
  before: string | null,
  after: string | null,
): HistoryChange[] {
  return before === null || after === null || before === after ? [] : [{ what, subject, before, after }];
}
