/**
 * What a person in Slack asked about last: ten domains for 30 days, one item a person, shown to nobody else. Deleted
 * when the person clears it, and with all others of a workspace when that removes the app.
 */
import type { Item } from './item.ts';
import { ITEM_VERSION } from './item-body.ts';
import { RECENT_PREFIX, recentKey, teamPartition } from './keys.ts';
import { failure } from './stored.ts';
import type { Stored } from './stored.ts';
import type { Table } from './table.ts';

/** A person in a workspace, by Slack's ids. */
export interface Viewer {
  readonly teamId: string;
  readonly userId: string;
}

export interface RecentDomain {
  /** A-label, lower case, no trailing dot. */
  readonly domain: string;
  /** When it was asked about last, milliseconds since 1970. */
  readonly atMs: number;
}

export interface RecentDomains {
  /** The latest first, at most ten. */
  readonly list: (viewer: Viewer) => Promise<Stored<readonly RecentDomain[]>>;
  /** Puts domains at the top, in their order. */
  readonly add: (viewer: Viewer, domains: readonly string[]) => Promise<Stored<null>>;
  readonly clear: (viewer: Viewer) => Promise<Stored<null>>;
  /** Deletes what is kept of everybody in a workspace. */
  readonly forgetTeam: (teamId: string) => Promise<Stored<null>>;
}

const MOST_DOMAINS = 10;
const KEPT_SECONDS = 30 * 86_400;
/** Of writes that another one got ahead of. */
const TRIES = 4;
const ITEMS_AT_ONCE = 100;
const IS_THERE = { expression: 'attribute_exists(pk)', values: {} };

/** @param now milliseconds since 1970 */
export function createRecentDomains(table: Table, now: () => number): RecentDomains {
  const current = (item: Item | null): readonly RecentDomain[] =>
    recentOf(item).filter(({ atMs }) => atMs + KEPT_SECONDS * 1000 > now());

  /** What a newer version wrote is left to it. */
  async function read(viewer: Viewer): Promise<Stored<Item | null>> {
    const found = await table.get(recentKey(viewer.teamId, viewer.userId));
    return found.ok && Number(found.value?.['version'] ?? 0) > ITEM_VERSION
      ? failure('newer-version', 'a list of recent domains')
      : found;
  }

  async function addOnce(viewer: Viewer, domains: readonly string[]): Promise<Stored<boolean>> {
    const found = await read(viewer);
    if (!found.ok) return found;
    const before = current(found.value).filter(({ domain }) => !domains.includes(domain));
    const recent = [...domains.map((domain) => ({ domain, atMs: now() })), ...before].slice(0, MOST_DOMAINS);
    const revision = Number(found.value?.['revision'] ?? 0);
    return table.put(
      {
        ...recentKey(viewer.teamId, viewer.userId),
        version: ITEM_VERSION,
        revision: revision + 1,
        recent: JSON.stringify(recent),
        expiresAt: Math.ceil(now() / 1000) + KEPT_SECONDS,
      },
      // A list that was cleared in the meantime is not brought back.
      found.value === null
        ? { expression: 'attribute_not_exists(pk)', values: {} }
        : { expression: 'revision = :revision', values: { ':revision': revision } },
    );
  }

  return {
    async list(viewer) {
      const found = await read(viewer);
      return found.ok ? { ok: true, value: current(found.value) } : found;
    },

    async add(viewer, domains) {
      for (let tries = 0; tries < TRIES; tries += 1) {
        const put = await addOnce(viewer, domains);
        if (!put.ok) return put;
        if (put.value) return { ok: true, value: null };
      }
      return failure('throttled', 'the list of recent domains was written by others each time');
    },

    async clear({ teamId, userId }) {
      const removed = await table.remove(recentKey(teamId, userId), IS_THERE);
      return removed.ok ? { ok: true, value: null } : removed;
    },

    async forgetTeam(teamId) {
      for (;;) {
        const found = await table.lastOf(teamPartition(teamId), RECENT_PREFIX, ITEMS_AT_ONCE);
        if (!found.ok) return found;
        const tried = await Promise.all(found.value.map(({ pk, sk }) => table.remove({ pk, sk }, IS_THERE)));
        const failed = tried.find((removed) => !removed.ok);
        if (failed?.ok === false) return failed;
        if (found.value.length < ITEMS_AT_ONCE) return { ok: true, value: null };
      }
    },
  };
}

function recentOf(item: Item | null): readonly RecentDomain[] {
  const json = item?.['recent'];
  if (typeof json !== 'string') return [];
  const recent: readonly RecentDomain[] = JSON.parse(json);
  return recent;
}
