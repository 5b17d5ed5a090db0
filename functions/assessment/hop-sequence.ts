/**
 * What the hops say about each other: how long each took, whether each server had the message from the one that
 * recorded the hop before, and whether a clock is wrong. Dates are the servers' own and differ by their clocks;
 * names differ between what a server calls itself and what it is called by DNS, so only domains are compared.
 */
import type { ReceivedField } from '../received/received-field.ts';
import type { HopFinding } from './hop-finding.ts';
import { addressNetwork, isOnOneMachine } from './hop-network.ts';
import { operatorDomain, sameOperator } from './hop-trust.ts';

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

const isHostName = (name: string): boolean => /^[\w-]+(?:\.[\w-]+)+$/.test(name) && !/^[\d.]+$/.test(name);

/** RFC 5321 section 4.1.4: the name in EHLO and the address may differ honestly, so this is shown and judges nothing. */
export function heloFinding(field: ReceivedField): HopFinding | null {
  const { from } = field;
  if (from === null || from.ip === null || !from.ipIsServers || addressNetwork(from.ip) !== 'public')
    return null;
  const helo = from.helo ?? from.name ?? '';
  const literal = /^\[(?:IPv6:)?(.*)\]$/i.exec(helo)?.[1];
  if (literal !== undefined) {
    return literal !== from.ip ? { code: 'helo-mismatch', helo, address: from.ip } : null;
  }
  if (from.reverseName === null || !isHostName(helo)) return null;
  return sameOperator(operatorDomain(helo), operatorDomain(from.reverseName))
    ? null
    : { code: 'helo-mismatch', helo, address: from.reverseName };
}

/** The domains and addresses under which a hop's peer is known. */
function peerDomains(field: ReceivedField): readonly string[] {
  const { from } = field;
  return [from?.name, from?.helo, from?.reverseName]
    .filter((name): name is string => name != null && isHostName(name))
    .map(operatorDomain);
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
    const domains = peerDomains(field);
    const matches =
      domains.length === 0 ||
      domains.some((domain) => sameOperator(domain, operatorDomain(previousBy))) ||
      (from.ip !== null && from.ip === previous.by?.ip);
    if (matches) return findings;
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
