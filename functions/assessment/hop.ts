/**
 * A hop: one handing over of the message, judged from the Received field of the server that took it. The fields
 * stand in a header newest first (RFC 5321 section 4.4); hops are in travel order, the first hop first.
 */
import type { ReceivedField } from '../received/received-field.ts';
import type { EncryptionJudgement, HopTls, TlsGrading } from './hop-encryption.ts';
import { hopTls, judgeEncryption } from './hop-encryption.ts';
import type { HopFinding } from './hop-finding.ts';
import type { Network } from './hop-network.ts';
import { hopNetwork } from './hop-network.ts';
import { dateFindings, heloFinding, hopDelays, orderFindings } from './hop-sequence.ts';
import { countTrusted } from './hop-trust.ts';

export interface Hop {
  /** From 1, in travel order. */
  readonly index: number;
  readonly field: ReceivedField;
  readonly judgement: EncryptionJudgement;
  readonly network: Network;
  /** Null unless the hop was encrypted, or says a version and suite that do not encrypt. */
  readonly tls: HopTls | null;
  readonly delaySeconds: number | null;
  /** Recorded by the reader's own side. */
  readonly trusted: boolean;
  readonly findings: readonly HopFinding[];
}

export interface HopJudging {
  /** The reader's own servers; empty: taken from the topmost `by`. */
  readonly ownServers: readonly string[];
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  readonly nowMs: number;
  readonly gradeTls: TlsGrading;
}

/** Judges the Received fields of one message, topmost first. */
export function assessHops(fields: readonly ReceivedField[], judging: HopJudging): readonly Hop[] {
  const trustedFrom = fields.length - countTrusted(fields, judging.ownServers);
  const travelled = fields.toReversed();
  const delays = hopDelays(travelled);
  const order = orderFindings(travelled);
  return travelled.map((field, at) => {
    const judgement = judgeEncryption(field);
    const saysTls = judgement.encryption === 'encrypted' || judgement.reason === 'null-cipher';
    const tls = saysTls ? hopTls(field, judging.gradeTls) : null;
    const delaySeconds = delays[at] ?? null;
    const findings = [...(order[at] ?? []), ...dateFindings(field, delaySeconds, judging.nowMs)];
    const words = wordFinding(field, judgement);
    if (words !== null) findings.unshift(words);
    const helo = heloFinding(field);
    if (helo !== null) findings.push(helo);
    const strength = strengthFinding(tls);
    if (strength !== null) findings.push(strength);
    return {
      index: at + 1,
      field,
      judgement,
      network: hopNetwork(field),
      tls,
      delaySeconds,
      trusted: at >= trustedFrom,
      findings,
    };
  });
}

/** Words about TLS that were not believed because of where they stand. */
function wordFinding(field: ReceivedField, judgement: EncryptionJudgement): HopFinding | null {
  if (field.tls.words.length === 0 || judgement.reason === 'keyword') return null;
  const misplaced = field.tls.words.find((words) => !words.serversOwn);
  return misplaced === undefined ? null : { code: 'words-not-servers', words: misplaced.words };
}

function strengthFinding(tls: HopTls | null): HopFinding | null {
  return tls?.grade === 'phase-out' || tls?.grade === 'insufficient'
    ? { code: 'weak-tls', grade: tls.grade }
    : null;
}
