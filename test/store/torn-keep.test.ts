/** A process may die between any two of the writes that keep one check. What is left has to make sense by itself. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { RULES_VERSION } from '../../functions/assessment/rules-version.ts';
import type { HistoryEntry } from '../../functions/store/domain-history.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import type { EvidenceStore } from '../../functions/store/evidence-store.ts';
import { latestKey } from '../../functions/store/keys.ts';
import { failure } from '../../functions/store/stored.ts';
import type { Table } from '../../functions/store/table.ts';
import { connection, domain, host, made, OBSERVED_AT, WITHOUT_STARTTLS } from '../assessment/observed.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

let there: TestTable;
let name: string;
let nowMs: number;

beforeAll(async () => {
  there = await openTestTable();
});
afterAll(async () => there?.close());
beforeEach(() => begin());

function begin(): void {
  name = newDomain();
  nowMs = Date.parse(OBSERVED_AT);
}

/** A process of its own: it remembers nothing of what others did. */
const process = (table: Table = there.table): EvidenceStore =>
  createEvidenceStore({
    table,
    now: () => nowMs,
    keepSeconds: 86_400,
    serveSeconds: 86_400,
    judge: assessDomain,
  });

/** Lets so many items be written, one by one, and none after that: as if the process had died. */
function dyingTable(writes: number): Table {
  let left = writes;
  const dead = failure('unreachable', 'died');
  const { put, putMany } = there.table;
  const put1: Table['put'] = async (...args) => ((left -= 1) < 0 ? dead : put(...args));
  return {
    ...there.table,
    put: put1,
    async putMany(items) {
      for (const item of items) {
        if ((left -= 1) < 0) return dead;
        const one = await putMany([item]);
        if (!one.ok) return one;
      }
      return { ok: true, value: null };
    },
  };
}

const encrypting = (): DomainEvidence => domain([host([made('192.0.2.1', connection())])]);
const plain = (): DomainEvidence =>
  domain([
    host([made('192.0.2.1', WITHOUT_STARTTLS)], { secondLook: [made('192.0.2.1', WITHOUT_STARTTLS)] }),
  ]);

/** A check, a minute after the one before. */
async function check(evidence: DomainEvidence, by = process()): Promise<boolean> {
  nowMs += 60_000;
  const observedAt = new Date(nowMs - 1000).toISOString();
  const hosts = evidence.hosts.map((server) => ({
    ...server,
    probes: server.probes.map((probe) =>
      probe.attempt === 'made' ? { ...probe, evidence: { ...probe.evidence, observedAt } } : probe,
    ),
  }));
  const seen = { ...evidence, hosts, domain: name, observedAt };
  return (await by.keep(seen, assessDomain(seen))).ok;
}

async function history(): Promise<readonly HistoryEntry[]> {
  const entries = await process().history(name);
  if (!entries.ok) throw new Error(entries.detail);
  return entries.value;
}
const answers = async (): Promise<readonly string[]> => (await history()).map(({ answer }) => answer);

async function latestAnswer(): Promise<string | undefined> {
  const found = await process().latest(name);
  const judgement = found.ok && found.value !== null ? assessDomain(found.value.evidence) : null;
  return judgement?.outcome === 'assessed' ? judgement.assessment.answer : undefined;
}

const minute = (count: number): string => new Date(Date.parse(OBSERVED_AT) + count * 60_000).toISOString();
const judgedOtherwise = (json: unknown): string =>
  String(json).replaceAll('opportunistic', 'partial').replaceAll(`:${RULES_VERSION}}`, ':0}');

/** From death before the first write to the one after which there was nothing more to write. */
async function atEachWrite(
  torn: (check: (evidence: DomainEvidence) => Promise<boolean>) => Promise<boolean>,
) {
  let writes = 0;
  while (!(await torn((evidence) => check(evidence, process(dyingTable(writes)))))) {
    writes += 1;
    begin();
  }
  return writes;
}

describe('a process that dies while it keeps', () => {
  test('the first check of a domain leaves all of it or nothing', async () => {
    const writes = await atEachWrite(async (tornCheck) => {
      const kept = await tornCheck(encrypting());
      expect(await answers()).toEqual(kept ? ['opportunistic'] : []);
      expect(await latestAnswer()).toBe(kept ? 'opportunistic' : undefined);
      await check(encrypting());
      expect(await answers()).toEqual(['opportunistic']);
      return kept;
    });
    expect(writes).toBeGreaterThan(2);
  });

  test('a change leaves a history that ends with the answer there is, and the next check tells it once', async () => {
    const writes = await atEachWrite(async (tornCheck) => {
      await check(encrypting());
      await check(encrypting());
      const kept = await tornCheck(plain());
      const told = kept ? ['plaintext', 'opportunistic'] : ['opportunistic'];
      expect(await answers()).toEqual(told);
      expect(await latestAnswer()).toBe(told[0]);
      await check(plain());
      const [now, before] = await history();
      expect(await answers()).toEqual(['plaintext', 'opportunistic']);
      expect(now?.changes.map(({ what }) => what)).toEqual(['answer', 'outcome']);
      expect(before).toMatchObject({ since: minute(1), until: minute(2) });
      return kept;
    });
    expect(writes).toBeGreaterThan(2);
  });

  test('a change that was gone by the next check leaves no trace, or both its beginning and its end', async () => {
    await atEachWrite(async (tornCheck) => {
      await check(plain());
      await check(encrypting());
      const kept = await tornCheck(plain());
      await check(encrypting());
      await check(encrypting());
      const blip = kept ? ['opportunistic', 'plaintext'] : [];
      expect(await answers()).toEqual([...blip, 'opportunistic', 'plaintext']);
      expect((await history())[0]?.until).toBe(new Date(nowMs).toISOString());
      return kept;
    });
  });
});

test('two processes that keep the same change at once tell it once', async () => {
  await check(encrypting());
  expect(await Promise.all([check(plain()), check(plain())])).toEqual([true, true]);
  expect(await answers()).toEqual(['plaintext', 'opportunistic']);
});

test('other rules are no change of the domain: what was judged by them is judged again', async () => {
  await check(encrypting());
  const found = await there.table.get(latestKey(name));
  const item = found.ok ? found.value : null;
  if (item === null) throw new Error('it was kept');
  await there.table.put({
    ...item,
    rulesVersion: 0,
    state: judgedOtherwise(item['state']),
    present: judgedOtherwise(item['present']),
  });
  expect(await answers()).toEqual(['opportunistic']);
  await check(encrypting());
  expect(await answers()).toEqual(['opportunistic']);
  await check(plain());
  expect((await history())[0]?.changes[0]).toMatchObject({ before: 'opportunistic', after: 'plaintext' });
});
