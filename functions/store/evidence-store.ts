/**
 * What is kept of domains, and how it is found again. The last check's evidence serves while it is fresh or stale;
 * what a probe saw serves other domains for a while; a state that differs from the one before is history.
 */
import { createHash } from 'node:crypto';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { RULES_VERSION } from '../assessment/rules-version.ts';
import type { ProbeEvidence } from '../probe/probe-evidence.ts';
import { createDomainHistory } from './domain-history.ts';
import type { HistoryEntry } from './domain-history.ts';
import { createEvidenceItems } from './evidence-items.ts';
import type { EvidenceItemsOptions } from './evidence-items.ts';
import { takeApart } from './evidence-parts.ts';
import type { Item } from './item.ts';
import { ITEM_VERSION, packBody } from './item-body.ts';
import type { JudgedState } from './judged-state.ts';
import { seenState } from './judged-state.ts';
import { latestKey } from './keys.ts';
import type { ProbeId } from './keys.ts';
import { createRemembered } from './remembered.ts';
import { mergeStates } from './state-changes.ts';
import type { Stored } from './stored.ts';

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

const MOST_CHANGES = 100;
/** Of the evidence in memory, in bytes of its compressed JSON. */
const MOST_REMEMBERED_BYTES = 8 * 1024 * 1024;

export function digestOf(evidence: DomainEvidence): string {
  return createHash('sha256').update(JSON.stringify(evidence)).digest('base64url');
}

export function createEvidenceStore(options: EvidenceStoreOptions): EvidenceStore {
  const { table, now, keepSeconds, serveSeconds, judge } = options;
  const items = createEvidenceItems(options);
  const history = createDomainHistory({ table, items, keepSeconds, judge });
  const remembered = createRemembered<DomainEvidence>(MOST_REMEMBERED_BYTES);

  /** What is known so far, by today's rules: that they changed is no change of the domain. */
  async function knownState(domain: string, latest: Item | null): Promise<JudgedState | null> {
    const known = readState(latest?.['state']);
    if (known === null || latest?.['rulesVersion'] === RULES_VERSION) return known;
    const evidence = await items.evidence(latest?.['body']);
    if (!evidence.ok) return known;
    return mergeStates(domain, known, seenState(evidence.value, judge(evidence.value))).state;
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
      const known = await knownState(domain, before.value);
      const { state, changes } = mergeStates(domain, known, seenState(evidence, judgement));
      const parts = takeApart(evidence, 'apart');
      const body = await packBody(parts.run);
      if (!body.ok) return body;
      const put = await items.putParts(parts);
      if (!put.ok) return put;

      const checkedAtMs = now();
      const checkedAt = new Date(checkedAtMs).toISOString();
      let present = before.value?.['present'];
      if (changes !== null && state.answer !== null) {
        const begins = {
          since: checkedAt,
          answer: state.answer,
          changes: changes.slice(0, MOST_CHANGES),
          rulesVersion: RULES_VERSION,
        };
        const turned = await history.turn(begins, evidence, before.value);
        if (!turned.ok) return turned;
        present = JSON.stringify(begins);
      }

      const digest = digestOf(evidence);
      const latest = {
        ...latestKey(domain),
        version: ITEM_VERSION,
        rulesVersion: RULES_VERSION,
        observedAt,
        checkedAt,
        digest,
        body: body.value,
        state: JSON.stringify(state),
        ...(present === undefined ? {} : { present }),
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

    history: history.entries,
  };
}

const sizeOf = (body: unknown): number => (body instanceof Uint8Array ? body.byteLength : 0);

function readState(json: unknown): JudgedState | null {
  if (typeof json !== 'string') return null;
  const state: JudgedState = JSON.parse(json);
  return state;
}
