/**
 * The states a domain has been in. The present one is a part of the item of its last check, and those before it are
 * items of their own. A state becomes one of these before another takes its place, so that a process that dies
 * between two writes leaves no state out and none twice.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import { RULES_VERSION } from '../assessment/rules-version.ts';
import type { EvidenceItems } from './evidence-items.ts';
import { takeApart } from './evidence-parts.ts';
import type { Item } from './item.ts';
import { ITEM_VERSION, packBody } from './item-body.ts';
import type { JudgedState } from './judged-state.ts';
import { seenState } from './judged-state.ts';
import { domainPartition, evidenceKey, latestKey, RUN_PREFIX, runKey } from './keys.ts';
import type { HistoryChange } from './state-changes.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

/** One state of a domain that differed from the one before it. */
export interface HistoryEntry {
  /** When a check saw it first; ISO 8601, UTC. */
  readonly since: string;
  /** When a check saw it last. */
  readonly until: string;
  /** `no-such-domain`: it did not exist. */
  readonly answer: NonNullable<JudgedState['answer']>;
  /** What changed since the entry before, at most 100 things; empty for the first one. */
  readonly changes: readonly HistoryChange[];
}

/** The present state, as the item of the last check has it. */
export interface PresentState extends Omit<HistoryEntry, 'until'> {
  /** Of the rules it was judged by. */
  readonly rulesVersion: number;
}

export interface DomainHistory {
  /**
   * Makes way for a state that begins: keeps the evidence of it, and the state before it as a past one.
   * @param latest of the last check; null: there was none
   */
  readonly turn: (
    begins: PresentState,
    evidence: DomainEvidence,
    latest: Item | null,
  ) => Promise<Stored<null>>;
  /** The latest first, at most 100. */
  readonly entries: (domain: string) => Promise<Stored<readonly HistoryEntry[]>>;
}

export interface DomainHistoryOptions {
  readonly table: Table;
  readonly items: EvidenceItems;
  readonly keepSeconds: number;
  /** Judges old evidence by today's rules. */
  readonly judge: (evidence: DomainEvidence) => DomainJudgement;
}

const MOST_ENTRIES = 100;

export function createDomainHistory(options: DomainHistoryOptions): DomainHistory {
  const { table, items, keepSeconds, judge } = options;

  /** What was judged by other rules is judged again, where the evidence is there. */
  async function answerNow(domain: string, state: PresentState): Promise<HistoryEntry['answer']> {
    if (state.rulesVersion === RULES_VERSION) return state.answer;
    const kept = await items.get(evidenceKey(domain, state.since));
    const evidence = kept.ok ? await items.evidence(kept.value?.['body']) : kept;
    if (!evidence.ok) return state.answer;
    return seenState(evidence.value, judge(evidence.value)).state.answer ?? state.answer;
  }

  async function entryOf(domain: string, state: PresentState, until: unknown): Promise<HistoryEntry> {
    const { since, changes } = state;
    const answer = await answerNow(domain, state);
    return { since, until: typeof until === 'string' ? until : since, answer, changes };
  }

  return {
    async turn(begins, evidence, latest) {
      const { domain } = evidence;
      const common = { version: ITEM_VERSION, expiresAt: items.inSeconds(keepSeconds) };
      // What a probe saw does not last as long as history, so here it is within the evidence.
      const body = await packBody(takeApart(evidence, 'within').run);
      const kept = body.ok ? [{ ...evidenceKey(domain, begins.since), ...common, body: body.value }] : [];
      const ends = readState(latest?.['present']);
      const past =
        ends === null
          ? []
          : [
              {
                ...runKey(domain, ends.since),
                ...common,
                state: JSON.stringify(ends),
                until: String(latest?.['checkedAt']),
              },
            ];
      return table.putMany([...kept, ...past]);
    },

    async entries(domain) {
      const [runs, latest] = await Promise.all([
        table.lastOf(domainPartition(domain), RUN_PREFIX, MOST_ENTRIES),
        items.get(latestKey(domain)),
      ]);
      if (!runs.ok) return runs;
      if (!latest.ok) return latest;
      const now = latest.value;
      const present = readState(now?.['present']);
      const past = runs.value.flatMap((run) => {
        const item = items.readable(run);
        const state = item.ok ? readState(item.value?.['state']) : null;
        // Written for a state that was to follow, which then did not come to be: it is the present one still.
        const isPast = state !== null && state.since !== present?.since;
        return isPast ? [{ state, until: run['until'] }] : [];
      });
      const all = present === null ? past : [{ state: present, until: now?.['checkedAt'] }, ...past];
      const told = all.slice(0, MOST_ENTRIES).map(({ state, until }) => entryOf(domain, state, until));
      return { ok: true, value: await Promise.all(told) };
    },
  };
}

function readState(json: unknown): PresentState | null {
  if (typeof json !== 'string') return null;
  const state: PresentState = JSON.parse(json);
  return state;
}
