import { describe, expect, test } from 'vitest';
import { assessDomain } from '../../functions/assessment/domain.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import { answersIn, lifetime } from '../../functions/store/freshness.ts';
import {
  absent,
  canaries,
  connection,
  domain,
  endedAt,
  failed,
  found,
  host,
  made,
  notMade,
  REFUSED,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';

const RULES = { freshSeconds: 21_600, leastFreshSeconds: 300, negativeSeconds: 900, staleSeconds: 604_800 };
const life = (evidence: DomainEvidence) => lifetime(evidence, assessDomain(evidence), RULES);

/** The same evidence with every TTL changed. */
function withTtl(evidence: DomainEvidence, ttlSeconds: number): DomainEvidence {
  const changed: DomainEvidence = JSON.parse(
    JSON.stringify(evidence, (name, value: unknown) => (name === 'ttlSeconds' ? ttlSeconds : value)),
  );
  return changed;
}
const sound = domain([host([made('192.0.2.1', connection())])]);
const withPolicy = (changes: Partial<DomainEvidence['policy']>): DomainEvidence => ({
  ...sound,
  policy: { ...sound.policy, ...changes },
});
const lasting = { ...absent(), ttlSeconds: 7200 };

describe('an answer is fresh', () => {
  test.each([
    [60, 300],
    [300, 300],
    [3600, 3600],
    [86_400, 21_600],
  ])('for TTLs of %i s: %i s', (ttlSeconds, freshSeconds) => {
    expect(life(withTtl(sound, ttlSeconds))).toEqual({ freshSeconds, staleSeconds: 604_800 });
  });

  test('as long as the shortest of the records that decide it, and that of TLS reporting is none of them', () => {
    const evidence = withTtl(sound, 7200);
    const tlsReporting = { ...absent(), ttlSeconds: 1200 };
    expect(life({ ...evidence, policy: { ...evidence.policy, tlsReporting } })).toMatchObject({
      freshSeconds: 7200,
    });
    const mtaSts = { record: { ...absent(), ttlSeconds: 1200 }, fetch: null };
    expect(life({ ...evidence, policy: { ...evidence.policy, mtaSts } })).toMatchObject({
      freshSeconds: 1200,
    });
  });

  test.each([
    ['MX', { ...sound, mx: { ...sound.mx, answer: { ...absent(), ttlSeconds: 1200 } } }],
    [
      'A',
      domain([
        host([made('192.0.2.1', connection())], {
          addresses: { ...found(['192.0.2.1']), aaaa: { ...absent(), ttlSeconds: 1200 } },
        }),
      ]),
    ],
  ])('no longer than the %s answer', (_, evidence) => {
    expect(answersIn(evidence).map(({ ttlSeconds }) => ttlSeconds)).toContain(1200);
  });
});

describe('an answer is fresh for a quarter of an hour', () => {
  test.each([
    ['after a refusal', domain([host([made('192.0.2.1', REFUSED)])])],
    [
      'when one of two addresses is unreachable',
      domain([host([made('192.0.2.1', connection()), made('192.0.2.2', endedAt('connect', 'timeout'))])]),
    ],
    ['when an operator was left alone', domain([host([notMade('192.0.2.1', 'backing-off')])])],
    [
      'when the MX records could not be looked up',
      domain([], { source: 'unavailable', answer: failed('servfail') }),
    ],
    [
      'when one family of addresses could not be',
      domain([
        host([made('192.0.2.1', connection())], {
          addresses: found(['192.0.2.1'], { aaaa: failed('timeout') }),
        }),
      ]),
    ],
    [
      'when TLSA records could not be',
      withPolicy({
        tlsa: [
          {
            host: 'mx1.vendor.example',
            notAsked: null,
            initialAlias: null,
            lookUps: [{ baseDomain: 'mx1.vendor.example', answer: failed('bogus') }],
          },
        ],
      }),
    ],
    [
      'when the MTA-STS policy could not be fetched',
      withPolicy({
        mtaSts: {
          record: {
            ...found(['192.0.2.1']).a,
            outcome: 'records',
            records: ['v=STSv1; id=1;'],
            securityStatus: 'insecure',
            ttlSeconds: 7200,
          },
          fetch: {
            outcome: 'failed',
            ip: null,
            observedAt: '',
            tookMs: 1,
            because: 'timeout',
            statusCode: null,
            detail: '',
          },
        },
      }),
    ],
  ])('%s', (_, evidence) => {
    expect(life(withTtl(evidence, 7200))).toMatchObject({ freshSeconds: 900 });
  });

  test('at most: a shorter TTL still counts', () => {
    expect(life(withTtl(domain([host([made('192.0.2.1', REFUSED)])]), 400))).toMatchObject({
      freshSeconds: 400,
    });
  });

  test.each(['address-limit', 'never-probe'] as const)(
    'but not for what is not tested by choice (%s)',
    (because) => {
      const evidence = domain([host([made('192.0.2.1', connection()), notMade('192.0.2.2', because)])]);
      expect(life(withTtl(evidence, 7200))).toMatchObject({ freshSeconds: 7200 });
    },
  );
});

describe('what our own side did', () => {
  const silent = made('192.0.2.1', endedAt('connect', 'timeout'));
  const closed = canaries('no-connection', 'no-connection', 'no-connection');

  test('is never kept where it lets nothing out', () => {
    expect(life(domain([host([silent])], { egress: closed }))).toBe('never');
  });

  test('is never kept where it tampers, whatever else was seen', () => {
    const evidence = domain(
      [host([made('192.0.2.1', WITHOUT_STARTTLS), made('192.0.2.2', endedAt('connect', 'timeout'))])],
      {
        egress: canaries('tampered', 'tampered', 'tampered'),
      },
    );
    expect(life(evidence)).toBe('never');
  });

  test('is kept for a quarter of an hour where one address family alone has no way out', () => {
    const families = [
      { host: 'one.example', ip: '203.0.113.1', outcome: 'clear', detail: '' },
      { host: 'one.example', ip: '2001:db8::5', outcome: 'no-connection', detail: '' },
    ] as const;
    const probes = [made('192.0.2.1', connection()), made('2001:db8::1', endedAt('connect', 'no-route'))];
    const evidence = domain([host(probes)], { egress: canaries(...families) });
    const judged = assessDomain(evidence);
    expect(judged.outcome === 'assessed' && judged.assessment.mailServers[0]?.addresses[1]?.outcome).toBe(
      'egress-blocked',
    );
    expect(life(withTtl(evidence, 7200))).toMatchObject({ freshSeconds: 900 });
  });
});

test('answers are found wherever they stand in the evidence', () => {
  expect(answersIn(withPolicy({ mtaSts: { record: lasting, fetch: null } }))).toHaveLength(5);
});
