/**
 * One look can meet a bad moment: a rate limit, a server that is being restarted, one of several behind an
 * address. So no server is said to be without STARTTLS, or unwilling, or broken in a way that can pass, for good
 * before it was seen twice, at least a minute apart. Where the looks differ the worse one counts, because a sender may meet it.
 */
import type { ConnectionEvidence } from '../probe/probe-evidence.ts';
import type { ProbeResult } from '../probe/prober.ts';
import type { Observation } from './finding-codes.ts';
import type { SessionOutcome } from './session-outcome.ts';
import { sessionOutcome, tellsOfTls } from './session-outcome.ts';

export interface SettledOutcome extends SessionOutcome {
  /** True while a second look is due. */
  readonly provisional: boolean;
  /** Set when the looks told different stories of the server's TLS. */
  readonly inconsistency: Observation | null;
}

/** States whether a first look leaves a second one due. */
export function wantsSecondLook(result: ProbeResult): boolean {
  return isDoubtful(result, sessionOutcome(result));
}

/**
 * Brings two looks together.
 * @param second null: there was none yet
 */
export function settle(first: ProbeResult, second: ProbeResult | null): SettledOutcome {
  const one = sessionOutcome(first);
  const doubtful = isDoubtful(first, one);
  const two = second === null ? null : sessionOutcome(second);
  if (second === null || two === null || !tellsOfTls(two.outcome)) {
    // A refusal that was met twice is settled; any other silence of the second look settles nothing.
    const confirmed = one.outcome === 'refused' && two?.outcome === 'refused';
    return { ...one, provisional: doubtful && !confirmed, inconsistency: null };
  }
  if (!tellsOfTls(one.outcome)) {
    return { ...two, provisional: isDoubtful(second, two), inconsistency: null };
  }
  if (one.outcome === two.outcome) return { ...two, provisional: false, inconsistency: null };
  return {
    ...(two.outcome === 'encrypted' ? one : two),
    provisional: false,
    inconsistency: {
      code: 'starttls-inconsistent',
      facts: { first: one.outcome, second: two.outcome },
    },
  };
}

/** A refusal, a missing STARTTLS, or TLS that may only have failed at that moment. */
function isDoubtful(result: ProbeResult, { outcome, because, connection }: SessionOutcome): boolean {
  if (outcome === 'not-offered' || outcome === 'refused') return true;
  if (outcome === 'encrypted') return connection !== null && failedForAMoment(result, connection);
  // RFC 3207 section 4: 454 says that TLS is not available for a while; RFC 5321 section 4.2.1 of every 4yz.
  if (because.code === 'starttls-refused') return because.facts.code < 500;
  if (because.code !== 'starttls-broke-off' && because.code !== 'handshake-broke-off') return false;
  return PASSING.has(because.facts.cause);
}

/**
 * The hello of today's senders broke off, and the one after it got what they would have got: TLS 1.2 or newer. It may
 * be that the server fails at large hellos, and it may be that the first connection was lost.
 */
function failedForAMoment(result: ProbeResult, { hello, tls }: ConnectionEvidence): boolean {
  if (result.attempt !== 'made' || hello !== 'legacy') return false;
  const isOfToday = tls?.version === 'TLSv1.2' || tls?.version === 'TLSv1.3';
  return isOfToday && PASSING.has(result.evidence.connections[0].end.cause);
}

/** What a network or a busy server can do to anyone for a moment. */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'reset', 'closed']);
