/**
 * What a check saw and what is not worth keeping, as when our own side let nothing out: it is no state of the domain,
 * but those who wait for it in other processes are told, for a short while. One item, so that nothing else refers
 * to it or outlives it.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { KeptEvidence } from './evidence-store.ts';
import { ITEM_VERSION, packBody, unpackBody } from './item-body.ts';
import { passingKey } from './keys.ts';
import { failure } from './stored.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface PassingEvidence {
  /** The last that was left, while it serves; null: nothing. */
  readonly of: (domain: string) => Promise<Stored<KeptEvidence | null>>;
  readonly leave: (checked: KeptEvidence) => Promise<Stored<null>>;
}

export interface PassingEvidenceOptions {
  readonly table: Pick<Table, 'get' | 'put'>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly serveSeconds: number;
}

export function createPassingEvidence({ table, now, serveSeconds }: PassingEvidenceOptions): PassingEvidence {
  return {
    async of(domain) {
      const found = await table.get(passingKey(domain));
      if (!found.ok) return found;
      const item: Readonly<Record<string, unknown>> = found.value ?? {};
      const { version, digest, checkedAtMs, body } = item;
      // DynamoDB deletes an expired item some time later.
      const serves = typeof checkedAtMs === 'number' && checkedAtMs + serveSeconds * 1000 > now();
      if (!serves || version !== ITEM_VERSION) return { ok: true, value: null };
      const evidence = readEvidence(await unpackBody(body));
      return evidence === null
        ? failure('unreadable', 'evidence that was not kept cannot be read')
        : { ok: true, value: { evidence, digest: String(digest), checkedAtMs } };
    },

    async leave({ evidence, digest, checkedAtMs }) {
      const body = await packBody(JSON.stringify(evidence));
      if (!body.ok) return body;
      const item = {
        ...passingKey(evidence.domain),
        version: ITEM_VERSION,
        digest,
        checkedAtMs,
        body: body.value,
        expiresAt: Math.ceil(now() / 1000) + serveSeconds,
      };
      const put = await table.put(item, {
        expression: 'attribute_not_exists(pk) OR checkedAtMs <= :checkedAtMs',
        values: { ':checkedAtMs': checkedAtMs },
      });
      return put.ok ? { ok: true, value: null } : put;
    },
  };
}

function readEvidence(json: string | null): DomainEvidence | null {
  try {
    const evidence: DomainEvidence | null = JSON.parse(json ?? 'null');
    return evidence?.schema === 'mailtls.evidence/1' ? evidence : null;
  } catch {
    return null;
  }
}
