/**
 * What is kept of domains, and how it is found again. The last check's evidence serves while it is fresh or stale;
 * what a probe saw serves other domains for a while; a state that differs from the one before is history.
 */
import { createHash } from 'node:crypto';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { RULES_VERSION } from '../assessment/rules-version.ts';
import type { ProbeEvidence } from '../probe/probe-evidence.ts';
import { createEvidenceItems } from './evidence-items.ts';
import type { EvidenceItemsOptions } from './evidence-items.ts';
import { takeApart } from './evidence-parts.ts';
import { ITEM_VERSION, packBody } from './item-body.ts';
import type { HistoryChange, JudgedState } from './judged-state.ts';
import { mergeStates, seenState } from './judged-state.ts';
import { domainPartition, evidenceKey, latestKey, RUN_PREFIX, runKey } from './keys.ts';
import type { ProbeId } from './keys.ts';
import { createRemembered } from './remembered.ts';
import type { Stored } from './stored.ts';
import type { Item, ItemValue } from './table.ts';

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

/** What the last check saw. */
export interface KeptEvidence {
  readonly evidence: DomainEvidence;
  /** Of the evidence: SHA-256, base64url. */
  readonly digest: string;
  /** When the check ended, milliseconds since 1970. */
  readonly checkedAtMs: number;
}

export interface EvidenceStore {
  /** States what the last check saw, if it may still serve; null: nothing. */
  readonly latest: (domain: string) => Promise<Stored<KeptEvidence | null>>;
  /** Keeps what a check saw. Older evidence never takes the place of newer. */
  readonly keep: (evidence: DomainEvidence, judgement: DomainJudgement) => Promise<Stored<KeptEvidence>>;
  /** The latest first, at most 100. */
  readonly history: (domain: string) => Promise<Stored<readonly HistoryEntry[]>>;
  /** What a probe saw in any domain's check, if it was made since then and says something of the server. */
  readonly probe: (id: Omit<ProbeId, 'observedAt'>, sinceMs: number) => Promise<Stored<ProbeEvidence | null>>;
}

export interface EvidenceStoreOptions extends EvidenceItemsOptions {
  /** Judges old evidence by today's rules. */
  readonly judge: (evidence: DomainEvidence) => DomainJudgement;
}

const MOST_ENTRIES = 100;
const MOST_CHANGES = 100;
/** Of the evidence in memory, in bytes of its compressed JSON. */
const MOST_REMEMBERED_BYTES = 8 * 1024 * 1024;

export function digestOf(evidence: DomainEvidence): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('base64url');
}

export function createEvidenceStore(options: EvidenceStoreOptions): EvidenceStore {
  const { table, now, keepSeconds, serveSeconds, judge } = options;
  const items = createEvidenceItems(options);
  const remembered = createRemembered<DomainEvidence>(MOST_REMEMBERED_BYTES);

  /** Writes an entry of the history. What a probe saw does not last as long, so here it is within the evidence. */
  async function putEntry(
    evidence: DomainEvidence,
    since: string,
    entry: Readonly<Record<string, ItemValue>>,
  ): Promise<Stored<null>> {
    const { domain } = evidence;
    const body = await packBody(takeApart(evidence, 'within').run);
    const common = { version: ITEM_VERSION, expiresAt: items.inSeconds(keepSeconds) };
    return table.putMany([
      ...(body.ok ? [{ ...evidenceKey(domain, since), ...common, body: body.value }] : []),
      { ...runKey(domain, since), ...common, rulesVersion: RULES_VERSION, ...entry },
    ]);
  }

  /** What was judged by other rules is judged again, where the evidence is there. */
  async function answerNow(domain: string, run: Item): Promise<HistoryEntry['answer']> {
    const told = readAnswer(run['answer']);
    if (run['rulesVersion'] === RULES_VERSION) return told;
    const kept = await items.get(evidenceKey(domain, run.sk.slice(RUN_PREFIX.length)));
    const evidence = kept.ok ? await items.evidence(kept.value?.['body']) : kept;
    return evidence.ok ? (seenState(evidence.value, judge(evidence.value)).state.answer ?? told) : told;
  }

  return {
    probe: items.lastProbe,

    async latest(domain) {
      const found = await items.get(latestKey(domain));
      if (!found.ok) return found;
      const item = found.value;
      const observedAtMs = Date.parse(String(item?.['observedAt']));
      if (item === null || !(observedAtMs + serveSeconds * 1000 > now())) return { ok: true, value: null };
      const digest = String(item['digest']);
      const checkedAtMs = Date.parse(String(item['checkedAt']));
      const known = remembered.get(`${domain} ${digest}`);
      if (known !== null) return { ok: true, value: { evidence: known, digest, checkedAtMs } };
      const evidence = await items.evidence(item['body']);
      if (!evidence.ok) return evidence;
      remembered.set(`${domain} ${digest}`, evidence.value, sizeOf(item['body']));
      return { ok: true, value: { evidence: evidence.value, digest, checkedAtMs } };
    },

    async keep(evidence, judgement) {
      const { domain, observedAt } = evidence;
      const before = await items.get(latestKey(domain));
      if (!before.ok) return before;
      const known = readState(before.value?.['state']);
      const { state, changes } = mergeStates(domain, known, seenState(evidence, judgement));
      const parts = takeApart(evidence, 'apart');
      const body = await packBody(parts.run);
      if (!body.ok) return body;
      const put = await items.putParts(parts);
      if (!put.ok) return put;

      const checkedAtMs = now();
      const checkedAt = new Date(checkedAtMs).toISOString();
      if (changes !== null && state.answer !== null) {
        const seenUntil = before.value?.['checkedAt'];
        const entry = await putEntry(evidence, checkedAt, {
          answer: JSON.stringify(state.answer),
          changes: JSON.stringify(changes.slice(0, MOST_CHANGES)),
          ...(seenUntil === undefined ? {} : { before: seenUntil }),
        });
        if (!entry.ok) return entry;
      }

      const digest = digestOf(evidence);
      const latest = {
        ...latestKey(domain),
        version: ITEM_VERSION,
        observedAt,
        checkedAt,
        digest,
        body: body.value,
        state: JSON.stringify(state),
        expiresAt: items.inSeconds(keepSeconds),
      };
      const won = await table.put(latest, {
        expression: 'attribute_not_exists(pk) OR (version <= :version AND observedAt <= :observedAt)',
        values: { ':version': ITEM_VERSION, ':observedAt': observedAt },
      });
      if (!won.ok) return won;
      if (won.value) remembered.set(`${domain} ${digest}`, evidence, body.value.byteLength);
      return { ok: true, value: { evidence, digest, checkedAtMs } };
    },

    async history(domain) {
      const [runs, latest] = await Promise.all([
        table.lastOf(domainPartition(domain), RUN_PREFIX, MOST_ENTRIES),
        items.get(latestKey(domain)),
      ]);
      if (!runs.ok) return runs;
      const entries: HistoryEntry[] = [];
      let seenUntil = latest.ok ? latest.value?.['checkedAt'] : undefined;
      for (const run of runs.value) {
        const since = run.sk.slice(RUN_PREFIX.length);
        const until = typeof seenUntil === 'string' && seenUntil > since ? seenUntil : since;
        seenUntil = run['before'];
        const item = items.readable(run);
        if (!item.ok || item.value === null) continue;
        entries.push({
          since,
          until,
          answer: await answerNow(domain, run),
          changes: readChanges(run['changes']),
        });
      }
      return { ok: true, value: entries };
    },
  };
}

const sizeOf = (body: unknown): number => (body instanceof Uint8Array ? body.byteLength : 0);

function readState(json: unknown): JudgedState | null {
  if (typeof json !== 'string') return null;
  const state: JudgedState = JSON.parse(json);
  return state;
}

function readChanges(json: unknown): readonly HistoryChange[] {
  if (typeof json !== 'string') return [];
  const changes: HistoryChange[] = JSON.parse(json);
  return changes;
}

function readAnswer(json: unknown): HistoryEntry['answer'] {
  const answer: HistoryEntry['answer'] = JSON.parse(String(json));
  return answer;
}
