import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { ProbeResult } from '../../functions/probe/prober.ts';
import { createEvidenceStore } from '../../functions/store/evidence-store.ts';
import type { EvidenceStore } from '../../functions/store/evidence-store.ts';
import { ITEM_VERSION } from '../../functions/store/item-body.ts';
import { certificateKey, latestKey, probeKey } from '../../functions/store/keys.ts';
import {
  connection,
  domain,
  endedAt,
  failed,
  host,
  made,
  OBSERVED_AT,
  REFUSED,
  SOUND_TLS,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';
import { newDomain, openTestTable } from './test-table.ts';
import type { TestTable } from './test-table.ts';

let there: TestTable;
let store: EvidenceStore;
let nowMs: number;
let name: string;

const open = (): EvidenceStore =>
  createEvidenceStore({
    table: there.table,
    now: () => nowMs,
    keepSeconds: 86_400,
    serveSeconds: 3600,
    judge: assessDomain,
  });

beforeAll(async () => {
  there = await openTestTable();
});
afterAll(async () => there?.close());
beforeEach(() => {
  nowMs = Date.parse(OBSERVED_AT) + 1000;
  name = newDomain();
  store = open();
});

const of = (evidence: DomainEvidence, after = 0): DomainEvidence => ({
  ...evidence,
  domain: name,
  observedAt: new Date(Date.parse(OBSERVED_AT) + after).toISOString(),
});
const keep = (evidence: DomainEvidence) => store.keep(evidence, assessDomain(evidence));

/** A time after everything so far, and evidence observed a second before it. */
async function later(evidence: DomainEvidence): Promise<void> {
  nowMs += 60_000;
  const at = of(evidence, nowMs - Date.parse(OBSERVED_AT) - 1000);
  expect(await keep(at)).toMatchObject({ ok: true });
}

const at = (probe: ProbeResult, observedAt: string, serverName = 'mx.example'): ProbeResult =>
  probe.attempt === 'made'
    ? { attempt: 'made', evidence: { ...probe.evidence, observedAt, serverName } }
    : probe;

const line = (): string => randomBytes(6000).toString('base64');
const id = () => ({ ip: '192.0.2.9', port: 25, serverName: `mx.${name}` });
const seen = (probe: ProbeResult) => of(domain([host([at(probe, OBSERVED_AT, `mx.${name}`)])]));
const sound = (): DomainEvidence => domain([host([made('192.0.2.1', connection())])]);
const plain = (): DomainEvidence =>
  domain([
    host([made('192.0.2.1', WITHOUT_STARTTLS)], { secondLook: [made('192.0.2.1', WITHOUT_STARTTLS)] }),
  ]);
const two = (one: ProbeResult, other: ProbeResult) => domain([host([one, other])]);

const policy = (changes: Partial<DomainEvidence['policy']>): DomainEvidence => {
  const evidence = sound();
  return { ...evidence, policy: { ...evidence.policy, ...changes } };
};

const history = async () => {
  const entries = await store.history(name);
  return entries.ok ? entries.value : entries;
};

describe('evidence', () => {
  test('is found again as it was, also by a process that never saw it', async () => {
    const evidence = of(domain([host([made('192.0.2.1', connection())])]));
    await keep(evidence);
    const found = await open().latest(name);
    expect(found).toMatchObject({ ok: true, value: { checkedAtMs: nowMs } });
    expect(found.ok && found.value?.evidence).toEqual(evidence);
  });

  test('that names one server twice, as two MX records may, is found again as it was', async () => {
    const probes = [at(made('192.0.2.1', connection()), OBSERVED_AT, `mx.${name}`)];
    const evidence = of(domain([host(probes), host(probes, { preference: 20 })]));
    await keep(evidence);
    const found = await open().latest(name);
    expect(found.ok && found.value?.evidence).toEqual(evidence);
  });

  test('of a domain that was never checked is not there', async () => {
    expect(await store.latest(name)).toEqual({ ok: true, value: null });
  });

  test('that is older never takes the place of newer', async () => {
    const newer = of(domain([host([made('192.0.2.1', connection())])]), 500);
    await keep(newer);
    expect(await keep(of(domain([]), 100))).toMatchObject({ ok: true });
    const found = await open().latest(name);
    expect(found.ok && found.value?.evidence).toEqual(newer);
  });

  test('that has served its time is not served, though the item is still there', async () => {
    await keep(of(domain([host([made('192.0.2.1', connection())])])));
    nowMs = Date.parse(OBSERVED_AT) + 3600_000 - 1;
    expect(await store.latest(name)).toMatchObject({ ok: true, value: { evidence: { domain: name } } });
    nowMs += 1;
    expect(await store.latest(name)).toEqual({ ok: true, value: null });
    expect(await there.table.get(latestKey(name))).toMatchObject({ ok: true, value: { version: 1 } });
  });

  test('of a newer version is neither read nor written over', async () => {
    const newer = {
      ...latestKey(name),
      version: ITEM_VERSION + 1,
      observedAt: '2000',
      body: new Uint8Array(1),
    };
    await there.table.put(newer);
    expect(await store.latest(name)).toMatchObject({ ok: false, because: 'newer-version' });
    expect(await keep(of(domain([])))).toMatchObject({ ok: false, because: 'newer-version' });
    expect(await there.table.get(latestKey(name))).toEqual({ ok: true, value: newer });
  });

  test('with a part of a newer version, or none, is not put together from the rest', async () => {
    const sha256 = createHash('sha256').update(name).digest('hex');
    const tls = { ...SOUND_TLS, chain: [{ sha256, derBase64: 'AAAA' }] };
    await keep(of(domain([host([at(made('192.0.2.7', connection({ tls })), OBSERVED_AT, name)])])));
    await there.table.put({ ...certificateKey(sha256), version: ITEM_VERSION + 1, der: new Uint8Array(1) });
    expect(await open().latest(name)).toMatchObject({ ok: false, because: 'unreadable' });
  });

  test('with a name that JavaScript has a meaning for does no harm', async () => {
    const hostile = ['constructor', '__proto__', 'toString'].map((exchange, index) =>
      host([made(`192.0.2.${index + 1}`, index === 0 ? REFUSED : connection())], { host: exchange }),
    );
    await later(domain(hostile));
    await later(domain(hostile.slice(1)));
    expect(await history()).toMatchObject([{ changes: [{ subject: 'constructor', after: null }] }, {}]);
  });
});

describe('items', () => {
  test('hold a certificate once, for however many servers', async () => {
    const sha256 = createHash('sha256').update(name).digest('hex');
    const der = randomBytes(900);
    const tls = { ...SOUND_TLS, chain: [{ sha256, derBase64: der.toString('base64') }] };
    const probes = ['192.0.2.1', '192.0.2.2'].map((ip) => made(ip, connection({ tls })));
    await keep(of(domain([host(probes)])));
    expect(await there.table.get(certificateKey(sha256))).toMatchObject({
      ok: true,
      value: { der: new Uint8Array(der) },
    });
    const latest = await there.table.get(latestKey(name));
    expect(latest.ok && JSON.stringify(latest.value)).not.toContain(der.toString('base64').slice(0, 40));
  });

  test('of 40 servers with two addresses each and long chains stay far below 400 KB', async () => {
    const talk = Array.from({ length: 40 }, (_, line) => ({
      atMs: line,
      from: 'server' as const,
      line: `250-${randomBytes(120).toString('hex')}`,
    }));
    const large = () =>
      domain(
        Array.from({ length: 40 }, (_, server) =>
          host(
            [0, 1].map((which) => {
              const seen = connection({ tls: { ...SOUND_TLS, chain: longChain() }, transcript: talk });
              return at(made(`198.18.${server}.${which}`, seen), OBSERVED_AT, `mx${server}.${name}`);
            }),
            { host: `mx${server}.${name}` },
          ),
        ),
      );
    const evidence = of(large());
    expect(JSON.stringify(evidence).length).toBeGreaterThan(1_500_000);
    expect(await keep(evidence)).toMatchObject({ ok: true });
    const found = await open().latest(name);
    expect(found.ok && found.value?.evidence).toEqual(evidence);
    // Another certificate on each of them: as many changes as a history entry may tell.
    await later(large());
    const written = await Promise.all([
      ...['EVIDENCE', 'LATEST', 'RUN'].map((prefix) => there.table.lastOf(`DOMAIN#${name}`, prefix, 100)),
      there.table.lastOf('MXIP#198.18.7.1', `25#mx7.${name}`, 100),
    ]);
    const items = written.flatMap((answer) => (answer.ok ? answer.value : []));
    expect(items.map(({ sk }) => sk.split('#', 1)[0])).toEqual([
      'EVIDENCE',
      'EVIDENCE',
      'LATEST',
      'RUN',
      '25',
    ]);
    for (const item of items) expect(sizeBytes(item)).toBeLessThan(300_000);
  });

  test('that would be larger are refused by name, not by an exception', async () => {
    const hosts = Array.from({ length: 60 }, (_, index) =>
      host([], { host: line().slice(0, 8000), preference: index }),
    );
    expect(await keep(of(domain(hosts)))).toMatchObject({ ok: false, because: 'too-large' });
  });
});

/** A server's own certificate that can be read, under another digest each time, and three that are merely large. */
const longChain = () => [
  ...SOUND_TLS.chain.map((certificate) => ({ ...certificate, sha256: randomBytes(32).toString('hex') })),
  ...Array.from({ length: 3 }, () => {
    const der = randomBytes(3000);
    return { sha256: createHash('sha256').update(der).digest('hex'), derBase64: der.toString('base64') };
  }),
];

const sizeBytes = (item: Readonly<Record<string, unknown>>): number =>
  Object.values(item).reduce<number>(
    (sum, value) => sum + (value instanceof Uint8Array ? value.byteLength : String(value).length),
    0,
  );

describe('what a probe saw', () => {
  test('serves other domains by address, port and name, while it is new enough', async () => {
    const probe = made('192.0.2.9', connection());
    await keep(seen(probe));
    const sinceMs = Date.parse(OBSERVED_AT);
    const found = await store.probe(id(), sinceMs);
    expect(found.ok && { attempt: 'made', evidence: found.value }).toEqual(
      at(probe, OBSERVED_AT, `mx.${name}`),
    );
    expect(await store.probe(id(), sinceMs + 1)).toEqual({ ok: true, value: null });
    expect(await store.probe({ ...id(), serverName: `mx2.${name}` }, 0)).toEqual({ ok: true, value: null });
    expect(await store.probe({ ...id(), port: 2525 }, 0)).toEqual({ ok: true, value: null });
  });

  test.each([
    ['a silence', endedAt('connect', 'timeout')],
    ['a look that ran out of time', endedAt('ehlo', 'out-of-time')],
  ])('is not handed on when it was %s', async (_, session) => {
    await keep(seen(made('192.0.2.9', session)));
    expect(await there.table.get(probeKey({ ...id(), observedAt: OBSERVED_AT }))).toMatchObject({
      value: { tells: 0 },
    });
    expect(await store.probe(id(), 0)).toEqual({ ok: true, value: null });
  });
});

describe('history', () => {
  test('begins with the first answer and does not grow while nothing changes', async () => {
    await later(sound());
    await later(sound());
    await later(sound());
    expect(await history()).toEqual([
      {
        since: new Date(nowMs - 120_000).toISOString(),
        until: new Date(nowMs).toISOString(),
        answer: 'opportunistic',
        changes: [],
      },
    ]);
  });

  test('tells a server that no longer offers STARTTLS, and its answer', async () => {
    await later(sound());
    await later(plain());
    expect(await history()).toMatchObject([
      {
        answer: 'plaintext',
        changes: [
          { what: 'answer', subject: name, before: 'opportunistic', after: 'plaintext' },
          { what: 'outcome', subject: 'mx1.vendor.example', before: 'encrypted', after: 'not-offered' },
        ],
      },
      { answer: 'opportunistic', until: new Date(nowMs - 60_000).toISOString() },
    ]);
  });

  test('is forgotten entry by entry when its time is over, though the items may still be there', async () => {
    await later(sound());
    nowMs += 43_200_000;
    await later(plain());
    nowMs += 43_200_000;
    await later(sound());
    expect(await history()).toMatchObject([{}, { answer: 'plaintext' }, { answer: 'opportunistic' }]);
    nowMs += 43_200_000;
    expect(await history()).toMatchObject([{}, { answer: 'plaintext' }]);
    nowMs += 43_201_000;
    expect(await history()).toEqual([]);
    const items = await there.table.lastOf(`DOMAIN#${name}`, 'RUN#', 100);
    expect(items.ok && items.value).toHaveLength(2);
  });

  test('waits for the second look before it believes that STARTTLS is gone', async () => {
    await later(sound());
    await later(domain([host([made('192.0.2.1', WITHOUT_STARTTLS)])]));
    expect(await history()).toHaveLength(1);
  });

  test('tells a new certificate', async () => {
    await later(sound());
    const chain = SOUND_TLS.chain.map((certificate) => ({ ...certificate, sha256: 'cd'.repeat(32) }));
    await later(domain([host([made('192.0.2.1', connection({ tls: { ...SOUND_TLS, chain } }))])]));
    expect(await history()).toMatchObject([
      { changes: [{ what: 'certificate', before: 'ab'.repeat(32), after: 'cd'.repeat(32) }] },
      {},
    ]);
  });

  test.each([
    ['refuses us', REFUSED],
    ['does not answer', endedAt('connect', 'timeout')],
    ['breaks off', endedAt('greeting', 'reset')],
  ])('takes no notice of a server that %s', async (_, session) => {
    await later(sound());
    await later(domain([host([made('192.0.2.1', session)])]));
    await later(sound());
    expect(await history()).toHaveLength(1);
  });

  test('takes no notice of one of two addresses that is silent, and notices what the other has become', async () => {
    await later(two(made('192.0.2.1', connection()), made('192.0.2.2', WITHOUT_STARTTLS, WITHOUT_STARTTLS)));
    const silent = made('192.0.2.2', endedAt('connect', 'timeout'));
    await later(two(made('192.0.2.1', connection()), silent));
    expect(await history()).toHaveLength(1);
    await later(two(made('192.0.2.1', endedAt('handshake', 'tls')), silent));
    expect(await history()).toMatchObject([
      { changes: [{ what: 'answer' }, { what: 'outcome', subject: 'mx1.vendor.example' }] },
      {},
    ]);
  });

  test('takes no notice of MX records that could not be looked up', async () => {
    await later(sound());
    await later(domain([], { source: 'unavailable' }));
    expect(await history()).toHaveLength(1);
  });

  test('has no entry for a domain of which nothing was ever seen', async () => {
    await later(domain([], { source: 'unavailable' }));
    expect(await history()).toEqual([]);
  });

  test('tells a server that came and one that went', async () => {
    await later(sound());
    await later(domain([host([made('192.0.2.5', connection())], { host: 'mx2.vendor.example' })]));
    expect(await history()).toMatchObject([
      {
        changes: [
          { subject: 'mx1.vendor.example', before: 'encrypted', after: null },
          { subject: 'mx2.vendor.example', before: null, after: 'encrypted' },
        ],
      },
      {},
    ]);
  });

  const secure = {
    resolver: 'test',
    extendedErrors: [],
    disagreement: null,
    securityStatus: 'secure',
    ttlSeconds: 300,
    cname: [],
  } as const;
  const tlsa = (...digests: readonly string[]) =>
    policy({
      tlsa: [
        {
          host: 'mx1.vendor.example',
          notAsked: null,
          initialAlias: null,
          lookUps: [
            {
              baseDomain: 'mx1.vendor.example',
              answer: {
                ...secure,
                outcome: 'records',
                records: digests.map((data) => ({ usage: 3, selector: 1, matchingType: 1, data })),
              },
            },
          ],
        },
      ],
    });
  const mtaSts = (mode: string) =>
    policy({
      mtaSts: {
        record: { ...secure, outcome: 'records', records: ['v=STSv1; id=1;'] },
        fetch: {
          outcome: 'fetched',
          ip: '192.0.2.80',
          observedAt: OBSERVED_AT,
          tookMs: 5,
          mediaType: 'text/plain',
          body: `version: STSv1\nmode: ${mode}\nmax_age: 604800\nmx: mx1.vendor.example\n`,
        },
      },
    });

  test('tells new TLSA records, in whatever order they come, and not that they could not be looked up', async () => {
    await later(tlsa('aa'.repeat(32), 'bb'.repeat(32)));
    await later(tlsa('bb'.repeat(32), 'aa'.repeat(32)));
    const lookUps = [{ baseDomain: 'mx1.vendor.example', answer: failed('servfail') }];
    await later(
      policy({ tlsa: [{ host: 'mx1.vendor.example', notAsked: null, initialAlias: null, lookUps }] }),
    );
    expect(await history()).toHaveLength(1);
    await later(tlsa('cc'.repeat(32)));
    expect(await history()).toMatchObject([
      { changes: [{ what: 'tlsa', subject: 'mx1.vendor.example' }] },
      {},
    ]);
  });

  test('tells another mode of the MTA-STS policy, and not that it could not be fetched', async () => {
    await later(mtaSts('testing'));
    await later(policy({ mtaSts: { record: failed('timeout'), fetch: null } }));
    expect(await history()).toHaveLength(1);
    await later(mtaSts('none'));
    expect(await history()).toMatchObject([
      { changes: [{ what: 'mta-sts-mode', subject: name, before: 'testing', after: 'none' }] },
      {},
    ]);
  });
});
