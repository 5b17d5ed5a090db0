/**
 * One address of an MX host: what its looks come to, once our own side's doing is taken out of it, and what is
 * to be said of its TLS and its certificate.
 */
import type { EgressEvidence } from '../probe/egress-evidence.ts';
import type { ConnectionEvidence, Reply, TranscriptLine } from '../probe/probe-evidence.ts';
import type { ProbeResult } from '../probe/prober.ts';
import type { AddressAssessment, AddressOutcome, TlsAssessment } from './assessment.ts';
import { assessCertificate } from './certificate.ts';
import { canariesFor, egressState, isSilence } from './egress-state.ts';
import type { Finding, Observation } from './finding-codes.ts';
import { finding } from './finding-order.ts';
import type { Grade } from './grade.ts';
import { settle } from './second-look.ts';
import type { SettledOutcome } from './second-look.ts';
import { serverSoftware } from './server-software.ts';
import { tellsOfTls } from './session-outcome.ts';
import { gradeCipher, gradeGroup, gradeTls, gradeVersion, postQuantum } from './tls-criteria.ts';

/** More keywords than any server has are not kept. */
const MOST_EXTENSIONS = 64;

/**
 * Judges one address.
 * @param host the MX host it belongs to
 * @param first the first look
 * @param second the one at least a minute later; null: there was none
 * @param egress what our own side does; null: nobody had a doubt
 */
export function assessAddress(
  host: string,
  first: ProbeResult,
  second: ProbeResult | null,
  egress: EgressEvidence | null,
): AddressAssessment {
  const { ip } = first.attempt === 'made' ? first.evidence : first;
  const settled = settle(first, second);
  const { outcome, because } = withoutOurDoing(settled, ip, egress);
  // From behind the same interference a second look would settle nothing.
  const provisional = settled.provisional && outcome !== 'egress-interfered';
  const { connection } = settled;
  const tls = outcome === 'encrypted' && connection !== null ? connection.tls : null;
  const judged =
    tls === null || connection === null
      ? { certificate: null, observations: [] }
      : assessCertificate(tls, serverNameOf(first), connection.observedAt);
  const assessedTls = tls === null || connection === null ? null : assessTls(connection.hello, tls);
  const observations: Observation[] = [
    ...(settled.inconsistency !== null && tellsOfTls(outcome) ? [settled.inconsistency] : []),
    ...(provisional ? [{ code: 'second-look-due', facts: {} } as const] : []),
    ...clearBytes(first, second),
    ...(assessedTls === null ? [] : tlsObservations(assessedTls)),
    ...judged.observations,
  ];
  const about = (observation: Observation): Finding =>
    finding(observation, 'address', host === '' ? ip : `${host}[${ip}]`);
  return {
    ip,
    observedAt: connection?.observedAt ?? null,
    outcome,
    because: about(because),
    findings: observations.map(about),
    provisional,
    tls: assessedTls,
    certificate: judged.certificate,
    software: serverSoftware(
      connection?.greeting ?? null,
      connection?.ehloAfterTls ?? connection?.ehlo?.reply ?? null,
    ),
    extensions: connection === null ? [] : extensionsOf(connection),
    // RFC 8689 section 2: it means something only where it is offered inside TLS.
    requireTls: keywords(connection?.ehloAfterTls ?? null).some((line) => /^REQUIRETLS$/i.test(line)),
    transcript: transcriptOf(first, second),
  };
}

/** States whether today's senders, who offer TLS 1.2 and up, would get an encrypted session. */
export function encryptsToday({ outcome, tls }: AddressAssessment): boolean {
  return outcome === 'encrypted' && tls !== null && !tls.legacyOnly;
}

function serverNameOf(result: ProbeResult): string {
  return result.attempt === 'made' ? result.evidence.serverName : result.serverName;
}

/**
 * What happens to every canary happens to us. An interfered path makes even a good handshake worthless as
 * evidence: it may have been made with whatever interferes.
 */
function withoutOurDoing(
  { outcome, because }: SettledOutcome,
  ip: string,
  egress: EgressEvidence | null,
): { readonly outcome: AddressOutcome; readonly because: Observation } {
  const state = egressState(egress, ip);
  const canaries = canariesFor(egress, ip).length;
  if (state === 'interfered' && tellsOfTls(outcome)) {
    return { outcome: 'egress-interfered', because: { code: 'egress-interfered', facts: { canaries } } };
  }
  if (state === 'blocked' && isSilence(because)) {
    return { outcome: 'egress-blocked', because: { code: 'egress-blocked', facts: { canaries } } };
  }
  // A device hides the offer, and nothing shows that it is not ours: the server may well have made it.
  if (because.code === 'starttls-masked' && state !== 'open' && state !== 'degraded') {
    return {
      outcome: 'not-tested',
      because: { code: 'starttls-masked-somewhere', facts: because.facts },
    };
  }
  return { outcome, because };
}

function assessTls(
  hello: ConnectionEvidence['hello'],
  { version, cipher, group }: NonNullable<ConnectionEvidence['tls']>,
): TlsAssessment {
  return {
    version,
    cipher,
    group,
    postQuantum: postQuantum(group, version),
    legacyOnly: hello === 'legacy',
    grade: gradeTls({ version, cipher, group }) ?? 'insufficient',
  };
}

/** RFC 8996 section 4 and RFC 8996 section 5: today's senders do not offer these. */
const BELOW_TLS_1_2 = /^(?:SSL|TLSv1(?:\.1)?$)/;

function tlsObservations({ version, cipher, group, legacyOnly }: TlsAssessment): Observation[] {
  const below = BELOW_TLS_1_2.test(version);
  const observations: Observation[] = [];
  if (below) observations.push({ code: 'legacy-tls', facts: { version } });
  else if (legacyOnly) observations.push({ code: 'legacy-hello-only', facts: { version } });
  const grades = [
    ['version-grade', version, below ? null : gradeVersion(version)],
    ['cipher-grade', cipher, gradeCipher(cipher)],
    ['group-grade', group ?? '', group === null ? null : gradeGroup(group)],
  ] as const satisfies readonly (readonly [Observation['code'], string, Grade | null])[];
  for (const [code, name, grade] of grades) {
    if (grade !== null && grade !== 'good') observations.push({ code, facts: { name, grade } });
  }
  return observations;
}

function connectionsOf(result: ProbeResult | null): readonly ConnectionEvidence[] {
  return result?.attempt === 'made' ? result.evidence.connections : [];
}

/** RFC 3207 section 6: bytes in clear behind the 220 are where an attacker would put commands or replies. */
function clearBytes(first: ProbeResult, second: ProbeResult | null): Observation[] {
  const sizeBytes = Math.max(
    0,
    ...[...connectionsOf(first), ...connectionsOf(second)].map(
      ({ clearBytesAfterStartTls }) => clearBytesAfterStartTls,
    ),
  );
  return sizeBytes === 0 ? [] : [{ code: 'clear-bytes-after-starttls', facts: { sizeBytes } }];
}

/** RFC 5321 section 4.1.1.1: the first line of the reply is the server's name, each other line a keyword. */
function keywords(ehlo: Reply | null): readonly string[] {
  return ehlo?.code === 250 ? ehlo.lines.slice(1) : [];
}

/** What the server offers in clear, then what it offers inside TLS only. */
function extensionsOf({ ehlo, ehloAfterTls }: ConnectionEvidence): readonly string[] {
  if (ehlo?.command !== 'EHLO') return [];
  const all = [...keywords(ehlo.reply), ...keywords(ehloAfterTls)];
  return [...new Set(all.filter((line) => line !== ''))].slice(0, MOST_EXTENSIONS);
}

function transcriptOf(first: ProbeResult, second: ProbeResult | null): readonly TranscriptLine[] {
  const looks = [
    ...connectionsOf(first).map((connection) => ({ connection, look: 'first' })),
    ...connectionsOf(second).map((connection) => ({ connection, look: 'second' })),
  ];
  return looks.flatMap(({ connection, look }, at) => {
    const line = `${look} look at ${connection.observedAt}, ${connection.hello} hello`;
    const note: TranscriptLine = { atMs: 0, from: 'note', line };
    return at === 0 ? connection.transcript : [note, ...connection.transcript];
  });
}
