/**
 * How the state of a domain differs from the one before. What could not be looked at this time is as it was, so
 * that a bad day of the network is no change of the domain.
 */
import { sorted } from './judged-state.ts';
import type { HostState, JudgedState, SeenState } from './judged-state.ts';

export interface HistoryChange {
  readonly what: 'answer' | 'outcome' | 'certificate' | 'tlsa' | 'mta-sts-mode';
  /** The domain, or the MX host. */
  readonly subject: string;
  /** Codes and digests, several with a space between them, no sentences; null: no such host, or nothing known. */
  readonly before: string | null;
  readonly after: string | null;
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
