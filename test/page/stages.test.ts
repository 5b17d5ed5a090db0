import { expect, test } from 'vitest';
import { presentReport } from '../../functions/presenters/report.ts';
import type { Report } from '../../functions/presenters/report-schema.ts';
import { stagesOf } from '../../functions/presenters/page-stages.ts';
import type { DomainEvidence } from '../../functions/assessment/domain-evidence.ts';
import type { ConnectionEvidence } from '../../functions/probe/probe-evidence.ts';
import { assessDomain } from '../../functions/assessment/domain.ts';
import {
  canaries,
  connection,
  DOMAIN,
  domain,
  endedAt,
  host,
  made,
  notMade,
  REFUSED,
  SOUND_TLS,
  WITHOUT_STARTTLS,
} from '../assessment/observed.ts';
import { ANSWERS } from './answers.ts';

function reportOf(evidence: DomainEvidence): Report {
  const question = { domain: DOMAIN, displayDomain: DOMAIN };
  const presented = presentReport(question, evidence, assessDomain(evidence), '');
  if (presented.outcome !== 'report') throw new Error('there is a report');
  return presented.report;
}

/** The row of the matrix as a reader sees it; null: a line that says why there is none. */
function row(evidence: DomainEvidence): readonly string[] | null {
  const [server] = reportOf(evidence).mailServers;
  const [address] = server?.addresses ?? [];
  const [seen] = evidence.hosts;
  if (server === undefined || address === undefined || seen === undefined) throw new Error('there is a row');
  return stagesOf(server, address, seen)?.map(({ icon, word }) => `${icon} ${word}`.trim()) ?? null;
}
const rowOf = (...connections: readonly ConnectionEvidence[]): readonly string[] | null =>
  row(domain([host([made('192.0.2.1', ...connections)])], { egress: canaries('clear', 'clear', 'clear') }));

test('a sound server passes every stage, at the times its dialogue has', () => {
  const evidence = ANSWERS['opportunistic']?.evidence;
  expect(evidence === undefined ? null : row(evidence)).toEqual([
    '✔ 12 ms',
    '✔ 31 ms',
    '✔ 57 ms',
    '✔ 93 ms',
    '✔ in order',
    '– none',
  ]);
});

test('evidence from before the time of the connection was recorded says only that there was one', () => {
  const { connectedAtMs, ...older } = WITHOUT_STARTTLS;
  expect(connectedAtMs).toBe(12);
  expect(rowOf(older)?.[0]).toBe('✔ yes');
});

test('a server without STARTTLS fails there, and what would follow is not reached', () => {
  expect(rowOf(WITHOUT_STARTTLS)).toEqual(['✔ 12 ms', '✔ yes', '✘ not offered', '–', '–', '– none']);
});

test('a refusal is a question mark with its code, never a cross', () => {
  const refused = { ...REFUSED, end: { ...REFUSED.end, detail: '421 4.7.0 Try again later' } };
  expect(rowOf(refused)?.slice(0, 3)).toEqual(['✔ 12 ms', '? refused 421', '–']);
});

test('no connection is a question mark at the first stage, with how long was waited', () => {
  const silent = endedAt('connect', 'timeout', { tookMs: 10_000 });
  expect(rowOf(silent)?.slice(0, 2)).toEqual(['? no answer, 10 s', '–']);
});

test('a failed handshake fails at the handshake', () => {
  const failed = endedAt('handshake', 'tls');
  expect(rowOf(failed, failed)).toEqual(['✔ 12 ms', '✔ yes', '✔ yes', '✘ failed', '–', '– none']);
});

test('a handshake that only the old hello got is shown with its version', () => {
  const old = connection({
    hello: 'legacy',
    tls: { ...SOUND_TLS, version: 'TLSv1', cipher: 'ECDHE-RSA-AES128-SHA' },
  });
  expect(rowOf(endedAt('handshake', 'tls'), old)?.[3]).toBe('✘ TLS 1.0 only');
});

test('an address that was not asked has no stages', () => {
  expect(row(domain([host([notMade('192.0.2.1', 'address-limit')])]))).toBeNull();
});
