/** What processes that wait for a check know of it from the table. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createLocks } from '../../functions/store/lock.ts';
import { createPassingEvidence } from '../../functions/store/passing-evidence.ts';
import { createEgressRecord } from '../../functions/store/egress-record.ts';
import { createQueuedChecks } from '../../functions/store/queued-checks.ts';
import { canaries, domain, host, made } from '../assessment/observed.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

let opened: TestTable;
let nowMs = Date.parse('2026-11-22T01:02:03Z');
const now = (): number => nowMs;

beforeAll(async () => {
  opened = await openTestTable();
});
afterAll(() => opened?.close());

const queuedChecks = () => createQueuedChecks({ table: opened.table, now, believedMs: 120_000 });

test('a domain is queued by the first who enters it, until its message is taken', async () => {
  const queued = queuedChecks();
  const name = newDomain();
  expect(await queued.underWay(name)).toEqual({ ok: true, value: null });
  const entered = await Promise.all([queued.enter(name), queued.enter(name), queued.enter(name)]);
  expect(entered.filter((one) => one.ok && one.value)).toHaveLength(1);
  expect(await queued.underWay(name)).toEqual({ ok: true, value: { state: 'queued', sinceMs: nowMs } });
  await queued.leave(name);
  expect(await queued.underWay(name)).toEqual({ ok: true, value: null });
});

test('a message that was lost keeps nobody from sending another after a while', async () => {
  const queued = queuedChecks();
  const name = newDomain();
  await queued.enter(name);
  nowMs += 120_001;
  expect(await queued.underWay(name)).toEqual({ ok: true, value: null });
  expect(await queued.enter(name)).toEqual({ ok: true, value: true });
});

test('a check that runs is seen by its lock, and one whose process is silent is not seen any more', async () => {
  const queued = queuedChecks();
  const name = newDomain();
  await queued.enter(name);
  const acquired = await createLocks(opened.table, 20_000, now).acquire(name);
  expect(await queued.underWay(name)).toEqual({ ok: true, value: { state: 'running', sinceMs: nowMs } });
  await queued.leave(name);
  nowMs += 20_001;
  expect(await queued.underWay(name)).toEqual({ ok: true, value: null });
  if (acquired.ok) await acquired.value?.release();
});

test('what is not worth keeping is there for others who wait, for a while, and never hides what came later', async () => {
  const passing = createPassingEvidence({ table: opened.table, now, serveSeconds: 900 });
  const name = newDomain();
  const evidence = { ...domain([host([made('192.0.2.1')])]), domain: name };
  const checked = { evidence, digest: 'd', checkedAtMs: nowMs };
  expect(await passing.of(name)).toEqual({ ok: true, value: null });
  expect(await passing.leave(checked)).toEqual({ ok: true, value: null });
  expect(await passing.leave({ ...checked, digest: 'older', checkedAtMs: nowMs - 1 })).toMatchObject({
    ok: true,
  });
  expect(await passing.of(name)).toEqual({ ok: true, value: checked });
  nowMs += 900_000;
  expect(await passing.of(name)).toEqual({ ok: true, value: null });
});

test('what the canaries said last is on record for a week', async () => {
  const record = createEgressRecord(opened.table, now);
  const recorded = { evidence: canaries('clear'), vantage: 'lambda', ehloName: 'probe.example' } as const;
  await record.put(recorded);
  expect(await record.last()).toEqual({ ok: true, value: recorded });
  nowMs += 7 * 86_400_000 + 1000;
  expect(await record.last()).toEqual({ ok: true, value: null });
});
