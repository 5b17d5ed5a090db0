/** What a person asked about last: theirs alone, ten, for thirty days, and gone when they or their workspace say so. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { ITEM_VERSION } from '../../functions/store/item-body.ts';
import { recentKey } from '../../functions/store/keys.ts';
import { createRecentDomains } from '../../functions/store/recent-domains.ts';
import type { RecentDomains, Viewer } from '../../functions/store/recent-domains.ts';
import type { Table } from '../../functions/store/table.ts';
import { openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

const NOW_MS = Date.parse('2026-11-22T01:00:00Z');
const DAY_MS = 86_400_000;
let nowMs = NOW_MS;
let there: TestTable;
let recent: RecentDomains;
beforeAll(async () => {
  there = await openTestTable();
  recent = createRecentDomains(there.table, () => nowMs);
});
afterAll(() => there?.close());
beforeEach(() => {
  nowMs = NOW_MS;
});

let teams = 0;
const somebody = (): Viewer => ({ teamId: `T${process.pid}X${(teams += 1)}`, userId: 'U1' });
async function listed(viewer: Viewer): Promise<readonly string[]> {
  const found = await recent.list(viewer);
  return found.ok ? found.value.map(({ domain }) => domain) : [found.because];
}

test('the latest first, each once, with the time it was asked about last', async () => {
  const viewer = somebody();
  for (const domain of ['a.example', 'b.example', 'c.example']) {
    await recent.add(viewer, [domain]);
    nowMs += 1_000;
  }
  await recent.add(viewer, ['a.example']);
  expect(await recent.list(viewer)).toEqual({
    ok: true,
    value: [
      { domain: 'a.example', atMs: NOW_MS + 3_000 },
      { domain: 'c.example', atMs: NOW_MS + 2_000 },
      { domain: 'b.example', atMs: NOW_MS + 1_000 },
    ],
  });
});

test('ten are kept', async () => {
  const viewer = somebody();
  for (let number = 1; number <= 12; number += 1) await recent.add(viewer, [`d${number}.example`]);
  expect(await listed(viewer)).toEqual(Array.from({ length: 10 }, (_, place) => `d${12 - place}.example`));
});

test('each for thirty days', async () => {
  const viewer = somebody();
  await recent.add(viewer, ['old.example']);
  nowMs += 29 * DAY_MS;
  await recent.add(viewer, ['new.example']);
  expect(await listed(viewer)).toEqual(['new.example', 'old.example']);
  nowMs = NOW_MS + 30 * DAY_MS;
  expect(await listed(viewer)).toEqual(['new.example']);
});

test('four at once from the same person: none is lost', async () => {
  const viewer = somebody();
  const domains = ['a.example', 'b.example', 'c.example', 'd.example'];
  await Promise.all(domains.map((domain) => recent.add(viewer, [domain])));
  expect((await listed(viewer)).toSorted()).toEqual(domains);
});

test('Clear forgets one person’s list, and no other', async () => {
  const viewer = somebody();
  const colleague = { ...viewer, userId: 'U2' };
  await recent.add(viewer, ['a.example']);
  await recent.add(colleague, ['b.example']);
  expect(await recent.clear(viewer)).toEqual({ ok: true, value: null });
  expect(await recent.clear(viewer)).toEqual({ ok: true, value: null });
  expect([await listed(viewer), await listed(colleague)]).toEqual([[], ['b.example']]);
});

test('a workspace that removes the app takes all its people’s lists with it, and nobody else’s', async () => {
  const [gone, other] = [somebody(), somebody()];
  await recent.add(other, ['kept.example']);
  const people = Array.from({ length: 130 }, (_, number) => ({ ...gone, userId: `U${number}` }));
  for (const viewer of people) await recent.add(viewer, ['a.example']);
  expect(await recent.forgetTeam(gone.teamId)).toEqual({ ok: true, value: null });
  expect((await Promise.all(people.map(listed))).flat()).toEqual([]);
  expect(await listed(other)).toEqual(['kept.example']);
});

test('a list that is cleared while something is added to it does not come back', async () => {
  const viewer = somebody();
  await recent.add(viewer, ['before.example']);
  let cleared = false;
  const table: Table = {
    ...there.table,
    async put(item, condition) {
      if (!cleared) cleared = (await recent.clear(viewer)).ok;
      return there.table.put(item, condition);
    },
  };
  await createRecentDomains(table, () => nowMs).add(viewer, ['after.example']);
  expect(await listed(viewer)).toEqual(['after.example']);
});

test('a list that a newer version wrote is left as it is', async () => {
  const viewer = somebody();
  const newer = {
    ...recentKey(viewer.teamId, viewer.userId),
    version: ITEM_VERSION + 1,
    revision: 7,
    recent: '{}',
  };
  await there.table.put(newer);
  expect(await recent.add(viewer, ['a.example'])).toMatchObject({ ok: false, because: 'newer-version' });
  expect(await recent.list(viewer)).toMatchObject({ ok: false, because: 'newer-version' });
  expect(await there.table.get(newer)).toEqual({ ok: true, value: newer });
});
