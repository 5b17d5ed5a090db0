/**
 * The judged headers as the report `mailtls.headers/1`: the judgement with its sentences. What comes out of the
 * header is hostile text and is made safe to show here, once for every door.
 */
import type { AssessedHeaders, AssessedSending } from '../check-headers.ts';
import type { Hop } from '../assessment/hop.ts';
import { printableText } from '../probe/printable.ts';
import { decodeEncodedWords } from '../received/encoded-word.ts';
import { serverOf } from '../answers/servers-today.ts';
import type { ServerToday } from '../answers/servers-today.ts';
import type { HeadersReport, HopReport, SendingReport } from './headers-schema.ts';
import type { HeaderNoteCode } from './headers-wording.ts';
import {
  HEADER_NOTES,
  wordEncryptionReason,
  wordHopFinding,
  wordRoute,
  wordSendingReason,
  wordSendingRule,
  wordToday,
  wordTransportHint,
  wordTrustedAnswer,
} from './headers-wording.ts';

const shown = (text: string): string => printableText(decodeEncodedWords(text));
const shownOrNull = (text: string | null | undefined): string | null => (text == null ? null : shown(text));

/** `2026-11-22T01:02:03Z`, as RFC 3339 section 5.6 has it; null when the clock is off the calendar. */
function instant(epochMs: number | null): string | null {
  if (epochMs === null) return null;
  return `${new Date(epochMs).toISOString().slice(0, 19)}Z`;
}

function presentHop(hop: Hop, today: ServerToday | undefined): HopReport {
  const { field, judgement, tls } = hop;
  const { from } = field;
  return {
    index: hop.index,
    from:
      from === null
        ? null
        : {
            name: shownOrNull(from.name),
            ip: shownOrNull(from.ip),
            helo: shownOrNull(from.helo),
            reverseName: shownOrNull(from.reverseName),
          },
    by: shownOrNull(field.by?.host),
    with: shownOrNull(field.tls.with.protocol),
    id: shownOrNull(field.id),
    for: shownOrNull(field.for),
    date: instant(field.dateMs),
    delaySeconds: hop.delaySeconds,
    transport: field.tls.with.keyword.transport,
    encryption: judgement.encryption,
    network: hop.network,
    tls:
      tls === null
        ? null
        : {
            version: tls.version,
            cipher: shownOrNull(tls.cipher),
            bits: tls.bits,
            group: shownOrNull(tls.group),
            grade: tls.grade,
            written: {
              version: shownOrNull(tls.written.version),
              cipher: shownOrNull(tls.written.cipher),
            },
          },
    evidence: shownOrNull(judgement.evidence),
    reason: { code: judgement.reason, text: wordEncryptionReason(judgement.reason) },
    dialect: field.dialect?.name ?? null,
    software: field.dialect?.software ?? null,
    trusted: hop.trusted,
    findings: hop.findings.map((finding) => ({ code: finding.code, text: wordHopFinding(finding) })),
    today:
      today === undefined
        ? null
        : {
            ...today,
            text: wordToday(today, {
              encrypted: judgement.encryption === 'encrypted',
              version: tls?.version ?? null,
            }),
          },
  };
}

function noteCodes(headers: AssessedHeaders): readonly HeaderNoteCode[] {
  const codes: HeaderNoteCode[] = [];
  if (headers.hops.length === 0) codes.push('no-received-field');
  if (headers.hops.some((hop) => !hop.trusted)) codes.push('untrusted-hops');
  if (headers.unreadable > 0) codes.push('unreadable');
  if (headers.truncated) codes.push('truncated');
  if (headers.hops.length > 0) codes.push('first-and-last-mile');
  return codes;
}

/** `today`: what `lookUpServersToday` found. */
export function presentHeadersReport(
  headers: AssessedHeaders,
  today: ReadonlyMap<string, ServerToday> = new Map(),
): HeadersReport {
  const { route } = headers;
  return {
    schema: 'mailtls.headers/1',
    verdict: {
      answer: route.answer,
      trustedAnswer: route.trustedAnswer,
      sentence: wordRoute(route),
      trustedSentence: wordTrustedAnswer(route.trustedAnswer),
    },
    hops: headers.hops.map((hop) => presentHop(hop, today.get(serverOf(hop) ?? ''))),
    unreadable: headers.unreadable,
    notes: [
      ...headers.hints.map((hint) => ({ code: hint.kind, text: wordTransportHint(hint) })),
      ...noteCodes(headers).map((code) => ({ code, text: HEADER_NOTES[code] })),
    ],
  };
}

const WEAKEST_FIRST = ['off', 'unknown', 'opportunistic', 'mandatory', 'authenticated'] as const;

export function presentSendingReport(sending: AssessedSending): SendingReport {
  const active = sending.judgements.filter((judgement) => !judgement.disabled);
  const weakest = WEAKEST_FIRST.flatMap((level) =>
    active.filter((judgement) => judgement.level === level),
  )[0];
  return {
    schema: 'mailtls.sending/1',
    software: sending.software,
    rules: sending.judgements.map((judgement) => ({
      name: shownOrNull(judgement.name),
      level: judgement.level,
      reason: { code: judgement.reason, text: wordSendingReason(judgement.reason) },
      decidingLine: shownOrNull(judgement.decidingLine),
      disabled: judgement.disabled,
    })),
    sentence:
      weakest === undefined
        ? 'Nothing in this configuration is switched on.'
        : wordSendingRule(weakest, active.length === 1),
  };
}
