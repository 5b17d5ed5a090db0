/**
 * What the hops say about each other: how long each took, whether each server had the message from the one that
 * recorded the hop before, and whether a clock is wrong. Dates are the servers' own and differ by their clocks;
 * names differ between what a server calls itself and what it is called by DNS, so only domains are compared.
 */
import type { ReceivedField } from '../received/received-field.ts';
import type { HopFinding } from './hop-finding.ts';
import { addressNetwork, isOnOneMachine } from './hop-network.ts';
import { sameOperator } from './hop-trust.ts';

/** A clock this far off is not worth a word. */
const TOLERATED_SKEW_SECONDS = 5;
/** RFC 5321 section 4.5.4.1: a sender retries at intervals of at least 30 minutes. */
const LONG_DELAY_SECONDS = 30 * 60;
const FUTURE_SECONDS = 24 * 60 * 60;

/** For each field in travel order, the seconds since the nearest dated hop before it; null where either has no date. */
export function hopDelays(fields: readonly ReceivedField[]): readonly (number | null)[] {
  let previousMs: number | null = null;
  return fields.map(({ dateMs }) => {
    const delay = dateMs === null || previousMs === null ? null : Math.round((dateMs - previousMs) / 1000);
    previousMs = dateMs ?? previousMs;
    return delay;
  });
}

/** Findings about one hop's date. `delaySeconds` as `hopDelays` gives it; `nowMs` since 1970-01-01T00:00:00Z. */
export function dateFindings(
  field: ReceivedField,
  delaySeconds: number | null,
  nowMs: number,
): readonly HopFinding[] {
  if (field.dateMs === null) return [{ code: 'date-missing' }];
  const findings: HopFinding[] = [];
  const aheadSeconds = Math.round((field.dateMs - nowMs) / 1000);
  if (aheadSeconds > FUTURE_SECONDS) findings.push({ code: 'date-in-future', seconds: aheadSeconds });
  if (delaySeconds !== null && delaySeconds < -TOLERATED_SKEW_SECONDS) {
    findings.push({ code: 'clock-skew', seconds: -delaySeconds });
  }
  if (delaySeconds !== null && delaySeconds >= LONG_DELAY_SECONDS) {
    findings.push({ code: 'long-delay', seconds: delaySeconds });
  }
  return findings;
}

/** A name of several labels; no top-level domain begins with a digit, so no address is taken for one. */
function isHostName(name: string): boolean {
  const dot = name.lastIndexOf('.');
  return dot > 0 && name.charAt(dot + 1).toLowerCase() >= 'a' && !name.endsWith(']');
}

/** RFC 5321 section 4.1.4: the name in EHLO and the address may differ honestly, so this is shown and judges nothing. */
export function heloFinding(field: ReceivedField): HopFinding | null {
  const { from } = field;
  if (from === null || from.ip === null || !from.ipIsServers || addressNetwork(from.ip) !== 'public')
    return null;
  const helo = from.helo ?? from.name ?? '';
  if (helo.startsWith('[')) {
    const literal = helo.replace(/^\[(?:IPv6:)?|\]$/gi, '');
    return literal !== from.ip ? { code: 'helo-mismatch', helo, address: from.ip } : null;
  }
  if (from.reverseName === null || !isHostName(helo) || sameOperator(helo, from.reverseName)) return null;
  return { code: 'helo-mismatch', helo, address: from.reverseName };
}

/** Whether the peer goes by a name of the same operator as `host`, or by no name that says anything. */
function isCalledLike(from: NonNullable<ReceivedField['from']>, host: string): boolean {
  let named = false;
  for (const name of [from.name, from.helo, from.reverseName]) {
    if (name === null) continue;
    if (name === host) return true;
    if (!isHostName(name)) continue;
    if (sameOperator(name, host)) return true;
    named = true;
  }
  return !named;
}

/**
 * Findings about the order of hops, one list a field, in travel order. A `by` that does not match the next
 * `from` is a gap: a hop that left no record, or a record that was made up.
 */
export function orderFindings(fields: readonly ReceivedField[]): readonly (readonly HopFinding[])[] {
  const firstBy = new Map<string, number>();
  for (const [at, field] of fields.entries()) {
    const by = field.by?.host.toLowerCase();
    if (by !== undefined && !firstBy.has(by)) firstBy.set(by, at);
  }
  return fields.map((field, at) => {
    const findings: HopFinding[] = [];
    const previous = fields[at - 1];
    if (previous === undefined) return findings;
    const by = field.by?.host.toLowerCase() ?? '';
    const firstAt = firstBy.get(by);
    if (firstAt !== undefined && firstAt < at - 1 && previous.by?.host.toLowerCase() !== by) {
      findings.push({ code: 'repeated-server', by, firstHop: firstAt + 1 });
    }
    const previousBy = previous.by?.host ?? '';
    const { from } = field;
    if (from === null || !isHostName(previousBy) || isOnOneMachine(field)) return findings;
    const isSameAddress = from.ip !== null && from.ip === previous.by?.ip;
    if (isSameAddress || isCalledLike(from, previousBy)) return findings;
    const name = (from.helo ?? from.name ?? '').toLowerCase();
    const recordedAt = firstBy.get(name);
    findings.push(
      recordedAt !== undefined && recordedAt !== at
        ? { code: 'out-of-order', from: name, recordedAtHop: recordedAt + 1 }
        : { code: 'from-mismatch', from: from.name ?? from.ip ?? '', previousBy },
    );
    return findings;
  });
}
