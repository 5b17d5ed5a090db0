/**
 * One look can meet a bad moment: a rate limit, a server that is being restarted, one of several behind an
 * address. So no server is said to be without STARTTLS, or unwilling, or broken in a way that can pass, for good
 * before it was seen twice, at least a minute apart. Where the looks differ the worse one counts, because a sender may meet it.
 */
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
  return isDoubtful(sessionOutcome(result));
}

/**
 * Brings two looks together.
 * @param second null: there was none yet
 */
export function settle(first: ProbeResult, second: ProbeResult | null): SettledOutcome {
  const one = sessionOutcome(first);
  const two = second === null ? null : sessionOutcome(second);
  if (two === null || !tellsOfTls(two.outcome)) {
    // A refusal that was met twice is settled; any other silence of the second look settles nothing.
    const confirmed = one.outcome === 'refused' && two?.outcome === 'refused';
    return { ...one, provisional: isDoubtful(one) && !confirmed, inconsistency: null };
  }
  if (!tellsOfTls(one.outcome)) return { ...two, provisional: isDoubtful(two), inconsistency: null };
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

/** A refusal, a missing STARTTLS, or one that may only have failed at that moment. */
function isDoubtful({ outcome, because }: SessionOutcome): boolean {
  if (outcome === 'not-offered' || outcome === 'refused') return true;
  // RFC 3207 section 4: 454 says that TLS is not available for a while; RFC 5321 section 4.2.1 of every 4yz.
  if (because.code === 'starttls-refused') return because.facts.code < 500;
  if (because.code !== 'starttls-broke-off' && because.code !== 'handshake-broke-off') return false;
  return PASSING.has(because.facts.cause);
}

/** What a network or a busy server can do to anyone for a moment. */
const PASSING: ReadonlySet<string> = new Set(['timeout', 'reset', 'closed']);
