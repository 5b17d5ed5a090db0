/**
 * Evidence as items of the table, written and read. What an item refers to is written before it, so that a process
 * that dies half-way leaves nothing that leads nowhere.
 */
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { sessionOutcome, tellsOfTls } from '../assessment/session-outcome.ts';
import type { ProbeEvidence } from '../probe/probe-evidence.ts';
import { putProbeTogether, putTogether, referencesIn } from './evidence-parts.ts';
import type { EvidenceParts, KnownParts } from './evidence-parts.ts';
import type { Item } from './item.ts';
import { ITEM_VERSION, packBody, unpackBody } from './item-body.ts';
import { addressPartition, certificateKey, probeKey, probePrefix } from './keys.ts';
import type { Key, ProbeId } from './keys.ts';
import { createRemembered } from './remembered.ts';
import { failure } from './stored.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

export interface EvidenceItems {
  /** An item that is there, of a version this program can read, and has not expired. */
  readonly get: (key: Key) => Promise<Stored<Item | null>>;
  readonly readable: (item: Item | null) => Stored<Item | null>;
  /** Reads the body of a check and follows its references. */
  readonly evidence: (body: unknown) => Promise<Stored<DomainEvidence>>;
  /** Writes what a check refers to. */
  readonly putParts: (parts: EvidenceParts) => Promise<Stored<null>>;
  readonly lastProbe: (
    id: Omit<ProbeId, 'observedAt'>,
    sinceMs: number,
  ) => Promise<Stored<ProbeEvidence | null>>;
  /** The time so many seconds from now, as `expiresAt` has it. */
  readonly inSeconds: (seconds: number) => number;
}

export interface EvidenceItemsOptions {
  readonly table: Table;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** How long certificates are kept, which history refers to. */
  readonly keepSeconds: number;
  /** How long what probes saw is kept. */
  readonly serveSeconds: number;
}

const MOST_CERTIFICATES_KNOWN = 10_000;
/** A certificate that was written so long ago is written again, so that it outlives what refers to it. */
const CERTIFICATE_KNOWN_MS = 86_400_000;
/** What is referred to stays a while longer than what refers to it. */
const SPARE_SECONDS = 2 * 86_400;

const nameOf = ({ pk, sk }: Key): string => `${pk} ${sk}`;

export function createEvidenceItems(options: EvidenceItemsOptions): EvidenceItems {
  const { table, now, keepSeconds, serveSeconds } = options;
  const certificatesKept = createRemembered<number>(MOST_CERTIFICATES_KNOWN);
  const inSeconds = (seconds: number): number => Math.ceil(now() / 1000) + seconds;

  /** DynamoDB deletes an expired item some time later, the emulator never: it is not there all the same. */
  function readable(item: Item | null): Stored<Item | null> {
    if (item === null) return { ok: true, value: null };
    const { version, expiresAt } = item;
    if (typeof version !== 'number' || version > ITEM_VERSION) {
      return failure('newer-version', `${item.sk.split('#', 1)[0]} is of version ${String(version)}`);
    }
    const expired = typeof expiresAt === 'number' && expiresAt * 1000 <= now();
    return { ok: true, value: expired ? null : item };
  }

  async function getAll(keys: readonly Key[]): Promise<Stored<ReadonlyMap<string, Item>>> {
    if (keys.length === 0) return { ok: true, value: new Map() };
    const found = await table.getMany(keys);
    if (!found.ok) return found;
    const items = found.value.filter((item) => readable(item).ok);
    return { ok: true, value: new Map(items.map((item) => [nameOf(item), item])) };
  }

  async function certificates(digests: readonly string[]): Promise<Stored<KnownParts['certificate']>> {
    const found = await getAll([...new Set(digests)].map(certificateKey));
    if (!found.ok) return found;
    return {
      ok: true,
      value: (sha256) => {
        const der = found.value.get(nameOf(certificateKey(sha256)))?.['der'];
        return der instanceof Uint8Array ? { sha256, derBase64: Buffer.from(der).toString('base64') } : null;
      },
    };
  }

  async function evidence(body: unknown): Promise<Stored<DomainEvidence>> {
    const json = (await unpackBody(body)) ?? '';
    const { probes: ids, certificates: named } = referencesIn(json);
    const found = await getAll(ids.map(probeKey));
    if (!found.ok) return found;
    const probes = new Map<string, string>();
    for (const [name, item] of found.value) probes.set(name, (await unpackBody(item['body'])) ?? '');
    const namedByProbes = [...probes.values()].flatMap((text) => referencesIn(text).certificates);
    const known = await certificates([...named, ...namedByProbes]);
    if (!known.ok) return known;
    const certificate = known.value;
    const whole = putTogether(json, {
      certificate,
      probe: (id) => putProbeTogether(probes.get(nameOf(probeKey(id))) ?? '', certificate),
    });
    return whole === null
      ? failure('unreadable', 'a part of a check is missing')
      : { ok: true, value: whole };
  }

  async function probe(body: unknown): Promise<Stored<ProbeEvidence>> {
    const json = (await unpackBody(body)) ?? '';
    const known = await certificates(referencesIn(json).certificates);
    if (!known.ok) return known;
    const whole = putProbeTogether(json, known.value);
    return whole === null
      ? failure('unreadable', 'a part of a probe is missing')
      : { ok: true, value: whole };
  }

  return {
    inSeconds,
    readable,
    evidence,

    async get(key) {
      const found = await table.get(key);
      return found.ok ? readable(found.value) : found;
    },

    async putParts({ probes, certificates: chains }) {
      const due = chains.filter(
        ({ sha256 }) => now() - (certificatesKept.get(sha256) ?? 0) > CERTIFICATE_KNOWN_MS,
      );
      const items: Item[] = due.map(({ sha256, derBase64 }) => ({
        ...certificateKey(sha256),
        version: ITEM_VERSION,
        der: Buffer.from(derBase64, 'base64'),
        expiresAt: inSeconds(keepSeconds + SPARE_SECONDS),
      }));
      for (const { id, evidence: seen, json } of probes) {
        const body = await packBody(json);
        if (!body.ok) return body;
        items.push({
          ...probeKey(id),
          version: ITEM_VERSION,
          body: body.value,
          tells: tellsOfServer(seen) ? 1 : 0,
          expiresAt: inSeconds(serveSeconds + SPARE_SECONDS),
        });
      }
      const put = items.length === 0 ? ({ ok: true, value: null } as const) : await table.putMany(items);
      if (put.ok) for (const { sha256 } of due) certificatesKept.set(sha256, now());
      return put;
    },

    async lastProbe(id, sinceMs) {
      const found = await table.lastOf(addressPartition(id.ip), probePrefix(id), 1);
      if (!found.ok) return found;
      const item = readable(found.value[0] ?? null);
      if (!item.ok) return item;
      if (item.value === null) return { ok: true, value: null };
      const observedAtMs = Date.parse(item.value.sk.slice(probePrefix(id).length));
      const serves = item.value['tells'] === 1 && observedAtMs >= sinceMs;
      return serves ? probe(item.value['body']) : { ok: true, value: null };
    },
  };
}

/** A silence may be our own side's doing, or a moment's; it is not handed on to other domains. */
function tellsOfServer(evidence: ProbeEvidence): boolean {
  const { outcome } = sessionOutcome({ attempt: 'made', evidence });
  return tellsOfTls(outcome) || outcome === 'refused';
}
