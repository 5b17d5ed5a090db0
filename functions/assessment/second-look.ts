/**
 * One look can meet a bad moment: a rate limit, a server that is being restarted, one of several behind an
 * address. So no server is said to be without STARTTLS, or unwilling, for good before it was seen twice, at least
 * a minute apart. Where the looks differ the worse one counts, because a sender may meet it.
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

function isDoubtful({ outcome }: SessionOutcome): boolean {
  return outcome === 'not-offered' || outcome === 'refused';
}
