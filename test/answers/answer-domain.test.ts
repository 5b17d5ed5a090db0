import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createDomainAnswers } from '../../functions/answers/answer-domain.ts';
import type { AnswersLog, ScheduledAnswers } from '../../functions/answers/answer-domain.ts';
import type { Answered } from '../../functions/answers/domain-answers.ts';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { Answer, RecordData, RecordType, Resolver } from '../../functions/dns/answer.ts';
import type { EgressEvidence } from '../../functions/probe/egress-evidence.ts';
import { readSettings } from '../../functions/environment.ts';
import type { Settings } from '../../functions/environment.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import type { ProbeRequest } from '../../functions/probe/prober.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import { latestKey, lockKey } from '../../functions/store/keys.ts';
import { createLocks } from '../../functions/store/lock.ts';
import { missingTable } from '../../functions/store/missing-table.ts';
import { failure } from '../../functions/store/stored.ts';
import type { Table } from '../../functions/store/table.ts';
import { absent, canaries, connection, endedAt, REFUSED, WITHOUT_STARTTLS } from '../assessment/observed.ts';
import { newDomain, openTestTable } from '../store/test-table.ts';
import type { TestTable } from '../store/test-table.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.parse('2026-11-22T01:00:00Z');
const NEVER = new AbortController().signal;

let there: TestTable;
beforeAll(async () => {
  there = await openTestTable();
});
afterAll(async () => there?.close());

/** The world as a check meets it: one server, whatever is said of it, and a clock that is set by hand. */
interface World {
  readonly probes: ProbeRequest[];
  readonly log: AnswersLog[];
  readonly due: { readonly domain: string; readonly delayMs: number }[];
  nowMs: number;
  ttlSeconds: number;
  server: () => ConnectionEvidence;
  /** Until it resolves, probes do. */
  gate: Promise<void>;
  egress: EgressEvidence;
}

let world: World;
let name: string;
const opened: ScheduledAnswers[] = [];
const now = (): number => world.nowMs;

beforeEach(() => {
  name = newDomain();
  world = {
    probes: [],
    log: [],
    due: [],
    nowMs: START_MS,
    ttlSeconds: 3600,
    server: () => connection(),
    gate: Promise.resolve(),
    egress: canaries('clear', 'clear', 'clear'),
  };
});
afterEach(async () => {
  await Promise.all(opened.splice(0).map(async (answers) => answers.close()));
});

const provenance = { resolver: 'test', extendedErrors: [], disagreement: null } as const;
function answerOf<T extends RecordType>(records: readonly RecordData[T][]): Answer<T> {
  return {
    ...provenance,
    outcome: 'records',
    records,
    securityStatus: 'insecure',
    ttlSeconds: world.ttlSeconds,
    cname: [],
  };
}

/** Knows one MX record for every domain, at a server of the domain's own. */
const resolver: Resolver = {
  lookUp: async <T extends RecordType>(asked: string, type: T) => {
    const known: { readonly [Type in RecordType]?: Answer<Type> } = {
      MX: answerOf<'MX'>([{ preference: 10, exchange: `mx.${asked}` }]),
      ...(asked.startsWith('mx.') ? { A: answerOf<'A'>(['192.0.2.1']) } : {}),
    };
    const nothing = { ...absent(), ttlSeconds: world.ttlSeconds };
    return known[type] ?? nothing;
  },
};

function settings(changes: Readonly<Record<string, string>> = {}): Settings {
  const read = readSettings({ MAILTLS_LOCK_MS: '600', MAILTLS_CLOSE_MS: '50', ...changes });
  if (!read.ok) throw new Error(read.mistakes.map(({ name: wrong }) => wrong).join());
  return read.settings;
}

function open(
  changes: { table?: Table; settings?: Readonly<Record<string, string>> } = {},
): ScheduledAnswers {
  const { table = there.table } = changes;
  const chosen = settings(changes.settings);
  const answers = createDomainAnswers({
    settings: chosen,
    store: createEvidenceStore({
      table,
      now,
      keepSeconds: 400 * 86_400,
      serveSeconds: chosen.MAILTLS_FRESH_SECONDS + chosen.MAILTLS_STALE_SECONDS,
      judge: assessDomain,
    }),
    locks: createLocks(table, chosen.MAILTLS_LOCK_MS, Date.now),
    tools: {
      resolver,
      prober: {
        vantage: 'local',
        async probe(request) {
          world.probes.push(request);
          await world.gate;
          const { ip, port, serverName } = request;
          const observedAt = new Date(world.nowMs).toISOString();
          const seen = { ...world.server(), observedAt };
          return {
            attempt: 'made',
            evidence: { ip, port, serverName, observedAt, tookMs: 1, connections: [seen] },
          };
        },
      },
      egress: async () => world.egress,
      now: () => new Date(world.nowMs),
      observer: { vantage: 'local', sourceIp: null, ehloName: null, resolvers: ['test'], toolVersion: '0' },
      smtpPort: 25,
      policyFetch: { port: 443, allowPrivate: false, timeoutMs: 1000 },
      addressesPerDomain: 16,
    },
    judge: assessDomain,
    now,
    scheduleSecondLook: (domain, delayMs) => world.due.push({ domain, delayMs }),
    answered: () => {},
    log: (entry) => world.log.push(entry),
  });
  opened.push(answers);
  return answers;
}

const ask = (
  answers: ScheduledAnswers,
  options: { again?: boolean; waitMs?: number } = {},
): Promise<Answered> => answers.ask({ domain: name }, { again: false, waitMs: 10_000, ...options }, NEVER);

async function untilRefreshed(answers: ScheduledAnswers): Promise<void> {
  while ((await answers.progress(name)) !== null) await new Promise((resolve) => setTimeout(resolve, 5));
}

const broken = (...methods: readonly (keyof Table)[]): Table => ({
  ...there.table,
  ...Object.fromEntries(methods.map((method) => [method, async () => failure('throttled', 'too much')])),
});

function gate(): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  world.gate = promise;
  return resolve;
}

describe('an answer', () => {
  test('is made by a check, kept, and given again without one while it is fresh', async () => {
    const answers = open();
    expect(await ask(answers)).toMatchObject({
      outcome: 'answer',
      judgement: { assessment: { answer: 'opportunistic' } },
      kept: true,
      stale: false,
      ageSeconds: 0,
      freshForSeconds: 3600,
      refreshing: false,
    });
    world.nowMs += 3_599_000;
    expect(await ask(open())).toMatchObject({
      kept: true,
      stale: false,
      ageSeconds: 3599,
      freshForSeconds: 1,
    });
    expect(world.probes).toHaveLength(1);
  });

  test.each([
    ['the smallest TTL of the records behind it', 1200, 1200],
    ['at least five minutes', 10, 300],
    ['at most six hours', 86_400, 21_600],
  ])('is fresh for %s', async (_, ttlSeconds, freshForSeconds) => {
    world.ttlSeconds = ttlSeconds;
    expect(await ask(open())).toMatchObject({ freshForSeconds });
  });

  test.each([
    ['refuses us', REFUSED],
    ['cannot be reached', endedAt('connect', 'timeout')],
  ])('about a server that %s is fresh for a quarter of an hour', async (_, session) => {
    world.server = () => session;
    expect(await ask(open())).toMatchObject({ kept: true, freshForSeconds: 900 });
  });

  test('that is stale is given at once, marked so, while one check renews it', async () => {
    const answers = open();
    await ask(answers);
    world.nowMs += 2 * HOUR_MS;
    const go = gate();
    const asked = await Promise.all([ask(answers), ask(answers), ask(answers)]);
    expect(asked).toMatchObject(asked.map(() => ({ stale: true, ageSeconds: 7200, refreshing: true })));
    go();
    await untilRefreshed(answers);
    expect(await ask(answers)).toMatchObject({ stale: false, ageSeconds: 0 });
    expect(world.probes).toHaveLength(2);
  });

  test('that is stale for longer than a week is not given any more', async () => {
    const answers = open();
    await ask(answers);
    world.nowMs += 7 * 86_400_000 + 7 * HOUR_MS;
    expect(await answers.stored(name)).toBeNull();
    expect(await ask(answers)).toMatchObject({ ageSeconds: 0 });
    expect(world.probes).toHaveLength(2);
  });

  test('has the same entity tag for the same evidence, and another for other evidence', async () => {
    const [one, other] = [open(), open()];
    const first = await ask(one);
    const again = await ask(other);
    world.nowMs += HOUR_MS * 2;
    await ask(one);
    await untilRefreshed(one);
    const renewed = await ask(one);
    const tags = [first, again, renewed].map((asked) =>
      asked.outcome === 'answer' ? asked.etag : asked.outcome,
    );
    expect(tags[0]).toMatch(/^[A-Za-z0-9_-]+$/);
    expect(tags[1]).toBe(tags[0]);
    expect(tags[2]).not.toBe(tags[0]);
  });

  test('is asked of what is stored without starting anything', async () => {
    const answers = open();
    expect(await answers.stored(name)).toBeNull();
    expect(await answers.progress(name)).toBeNull();
    expect(world.probes).toEqual([]);
  });
});

describe('one check at a time', () => {
  test('serves everybody who asks meanwhile', async () => {
    const answers = open();
    const asked = await Promise.all(Array.from({ length: 500 }, () => ask(answers)));
    expect(asked.every(({ outcome }) => outcome === 'answer')).toBe(true);
    expect(world.probes).toHaveLength(1);
  });

  test('goes on when nobody waits, and says what it is doing', async () => {
    const answers = open();
    const go = gate();
    expect(await ask(answers, { waitMs: 20 })).toEqual({ outcome: 'checking', retryAfterSeconds: 2 });
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await answers.progress(name)).toMatchObject({
      state: 'running',
      hosts: 1,
      addresses: 1,
      probed: 0,
    });
    go();
    await untilRefreshed(answers);
    expect(await answers.stored(name)).toMatchObject({ outcome: 'answer', kept: true });
  });

  test('is that of another process, which is waited for', async () => {
    const [mine, theirs] = [open(), open()];
    const go = gate();
    const first = ask(theirs);
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const second = ask(mine);
    expect(await open().progress(name)).toMatchObject({ state: 'elsewhere' });
    go();
    expect(await Promise.all([first, second])).toMatchObject([{ kept: true }, { kept: true }]);
    expect(world.probes).toHaveLength(1);
  });

  test('is taken over from a holder that died, when its lease is over', async () => {
    await there.table.put({
      ...lockKey(name),
      version: 1,
      holder: 'dead',
      sinceMs: Date.now(),
      lockedUntilMs: Date.now() + 300,
    });
    expect(await ask(open(), { waitMs: 10 })).toMatchObject({ outcome: 'checking' });
    expect(world.probes).toHaveLength(0);
    expect(await ask(open())).toMatchObject({ outcome: 'answer', kept: true });
  });

  test('leaves no lock behind', async () => {
    await ask(open());
    expect(await there.table.get(lockKey(name))).toEqual({ ok: true, value: null });
  });

  test('waits for its turn, and what cannot wait is turned away', async () => {
    const answers = open({ settings: { MAILTLS_CHECKS_AT_ONCE: '1', MAILTLS_CHECKS_WAITING: '1' } });
    const go = gate();
    const begin = (part: string): Promise<Answered> =>
      answers.ask({ domain: `${part}.${name}` }, { again: false, waitMs: 10_000 }, NEVER);
    const asked: Promise<Answered>[] = [];
    for (const part of ['a', 'b']) {
      asked.push(begin(part));
      await expect.poll(() => answers.progress(`${part}.${name}`)).not.toBeNull();
    }
    expect(await begin('c')).toMatchObject({ outcome: 'busy' });
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const states = await Promise.all(['a', 'b'].map((part) => answers.progress(`${part}.${name}`)));
    expect(states.map((progress) => progress?.state ?? '').toSorted()).toEqual(['running', 'waiting']);
    go();
    expect(await Promise.all(asked)).toMatchObject([{ outcome: 'answer' }, { outcome: 'answer' }]);
  });
});

describe('checking again', () => {
  test('is done once a minute at most', async () => {
    const answers = open();
    await ask(answers);
    world.nowMs += 59_500;
    expect(await ask(answers, { again: true })).toEqual({ outcome: 'too-soon', retryAfterSeconds: 1 });
    world.nowMs += 500;
    world.server = () => WITHOUT_STARTTLS;
    expect(await ask(answers, { again: true })).toMatchObject({
      ageSeconds: 0,
      judgement: { assessment: { answer: 'plaintext' } },
    });
    expect(await ask(answers, { again: true })).toMatchObject({ outcome: 'too-soon' });
  });

  test('is done once a minute at most by all processes together', async () => {
    await ask(open());
    world.nowMs += 59_000;
    expect(await ask(open(), { again: true })).toEqual({ outcome: 'too-soon', retryAfterSeconds: 1 });
    world.nowMs += 1_000;
    expect(await ask(open(), { again: true })).toMatchObject({ outcome: 'answer', ageSeconds: 0 });
    expect(await ask(open(), { again: true })).toMatchObject({ outcome: 'too-soon' });
    expect(world.probes).toHaveLength(2);
  });

  test('connects to the server itself, whatever another check saw of it a moment ago', async () => {
    await ask(open());
    world.nowMs += 60_000;
    await ask(open(), { again: true });
    expect(world.probes.map(({ look }) => look)).toEqual(['first', 'second']);
  });
});

describe('a second look', () => {
  beforeEach(() => {
    world.server = () => WITHOUT_STARTTLS;
  });

  test('is scheduled for a provisional answer, and settles it', async () => {
    const answers = open();
    expect(await ask(answers)).toMatchObject({ judgement: { assessment: { provisional: true } } });
    expect(world.due).toEqual([{ domain: name, delayMs: 60_000 }]);
    world.nowMs += 60_000;
    await answers.secondLook(name);
    expect(await ask(answers)).toMatchObject({
      kept: true,
      judgement: { assessment: { provisional: false, answer: 'plaintext' } },
    });
    expect(world.probes.map(({ look }) => look)).toEqual(['first', 'second']);
    expect(world.due).toHaveLength(1);
    expect(await answers.history(name)).toMatchObject([{ answer: 'plaintext', changes: [] }]);
  });

  test('that a process left undone is taken when somebody asks', async () => {
    await ask(open());
    world.nowMs += 121_000;
    const answers = open();
    expect(await ask(answers)).toMatchObject({ refreshing: true });
    await untilRefreshed(answers);
    expect(await ask(answers)).toMatchObject({ judgement: { assessment: { provisional: false } } });
  });

  test('is not taken where nothing is provisional', async () => {
    world.server = () => connection();
    const answers = open();
    await ask(answers);
    await answers.secondLook(name);
    expect(world.due).toEqual([]);
    expect(world.probes).toHaveLength(1);
  });
});

describe('what our own side did', () => {
  test.each([
    ['blocked', endedAt('connect', 'timeout'), canaries('no-connection', 'no-connection', 'no-connection')],
    ['tampered with', WITHOUT_STARTTLS, canaries('tampered', 'tampered', 'tampered')],
  ])('is never kept when connections were %s', async (_, session, egress) => {
    world.server = () => session;
    world.egress = egress;
    const answers = open();
    expect(await ask(answers)).toMatchObject({ outcome: 'answer', kept: false, freshForSeconds: 0 });
    expect(await there.table.get(latestKey(name))).toEqual({ ok: true, value: null });
    expect(await answers.stored(name)).toMatchObject({ kept: false });
    expect(await open().stored(name)).toBeNull();
    expect(world.log).toEqual([]);
  });
});

describe('a store that fails', () => {
  test.each([
    ['is down', () => missingTable('nobody there'), 'unreachable', null],
    ['is throttled', () => broken('get', 'put', 'putMany', 'getMany', 'lastOf', 'remove'), 'throttled', null],
    ['takes nothing', () => broken('putMany'), 'throttled', []],
  ])('loses no answer when it %s', async (_, table, because, history) => {
    const answers = open({ table: table() });
    expect(await ask(answers)).toMatchObject({
      outcome: 'answer',
      kept: false,
      judgement: { assessment: { answer: 'opportunistic' } },
    });
    expect(world.log).toMatchObject([{ event: 'store-failed', because }]);
    expect(await answers.stored(name)).toMatchObject({ outcome: 'answer', kept: false });
    expect(await answers.history(name)).toEqual(history);
  });

  test('does not make everybody who asks start a check', async () => {
    const answers = open({ table: missingTable('nobody there') });
    await Promise.all(Array.from({ length: 50 }, () => ask(answers)));
    await ask(answers);
    expect(world.probes).toHaveLength(1);
    world.nowMs += 60_001;
    await ask(answers);
    expect(world.probes).toHaveLength(2);
  });

  test('is told once a minute, with how often it was not', async () => {
    const answers = open({ table: missingTable('nobody there') });
    await ask(answers);
    await ask(answers);
    expect(world.log).toMatchObject([{ operation: 'read', untold: 0, detail: 'nobody there' }]);
    world.nowMs += 60_000;
    await ask(answers);
    expect(world.log).toHaveLength(2);
    expect(world.log[1]).toMatchObject({ event: 'store-failed' });
    expect(world.log[1]?.event === 'store-failed' && world.log[1].untold).toBeGreaterThan(2);
  });

  test('by an item of a newer version loses no answer, and the item stays', async () => {
    const newer = { ...latestKey(name), version: 99, observedAt: '2026', body: new Uint8Array(1) };
    await there.table.put(newer);
    expect(await ask(open())).toMatchObject({ outcome: 'answer', kept: false });
    expect(world.log).toMatchObject([{ because: 'newer-version' }]);
    expect(await there.table.get(latestKey(name))).toEqual({ ok: true, value: newer });
  });
});

describe('the end of the service', () => {
  test('starts nothing more, and gives up what does not end in time', async () => {
    const answers = open();
    const release = gate();
    const running = ask(answers);
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = answers.close();
    expect(await answers.ask({ domain: newDomain() }, { again: false, waitMs: 1000 }, NEVER)).toMatchObject({
      outcome: 'busy',
    });
    setTimeout(release, 100);
    await closed;
    expect(await running).toMatchObject({ outcome: 'busy' });
    expect(await open().stored(name)).toBeNull();
  });

  test('does not wait for a check that cannot be given up', async () => {
    const answers = open();
    const release = gate();
    const running = ask(answers, { waitMs: 10 });
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await answers.close();
    expect(await running).toMatchObject({ outcome: 'checking' });
    release();
  });

  test('lets a check that ends in time give and keep its answer', async () => {
    const answers = open({ settings: { MAILTLS_CLOSE_MS: '5000' } });
    const release = gate();
    const running = ask(answers);
    while (world.probes.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    const closed = answers.close();
    release();
    await closed;
    expect(await running).toMatchObject({ outcome: 'answer', kept: true });
  });
});
