/**
 * What our own side does to port 25, from what happened to the canaries. A server is never blamed for what
 * happens to all of them: a closed port is not a server that is down, and a STARTTLS that vanishes on the way to
 * everyone is not one that nobody offers.
 */
import { isIPv6 } from 'node:net';
import type { CanaryEvidence, EgressEvidence } from '../probe/egress-evidence.ts';
import type { ProbeResult } from '../probe/prober.ts';
import { sessionOutcome } from './session-outcome.ts';

export type EgressState =
  /** Connections go out, and at least one canary's own STARTTLS and certificate came through. */
  | 'open'
  /** The same, and two or more canaries could not be reached: a timeout may be our own. */
  | 'degraded'
  /** No connection to any canary. */
  | 'blocked'
  /** Canaries answer, and STARTTLS or the certificate of each is missing or not its own. */
  | 'interfered'
  /** Nothing can be said: no canary was asked or found, or those that answered turned us away. */
  | 'unknown';

/**
 * States what our side does.
 * @param evidence null: nobody had a doubt, so nobody asked
 * @param ip the address in question: canaries of its family count, where there are any
 */
export function egressState(evidence: EgressEvidence | null, ip: string | null = null): EgressState {
  const canaries = canariesFor(evidence, ip);
  const count = (outcome: CanaryEvidence['outcome']): number =>
    canaries.filter((canary) => canary.outcome === outcome).length;
  const unreached = count('no-connection');
  const asked = unreached + count('clear') + count('tampered') + count('refused');
  if (count('clear') > 0) return unreached > 1 ? 'degraded' : 'open';
  // One canary whose certificate has just expired is no interference: a single clear one speaks against it.
  if (count('tampered') > 0) return 'interfered';
  return asked > 0 && unreached === asked ? 'blocked' : 'unknown';
}

/** The canaries whose fate tells something of an address: those of its family, or all where there are none. */
export function canariesFor(evidence: EgressEvidence | null, ip: string | null): readonly CanaryEvidence[] {
  const canaries = (evidence?.canaries ?? []).filter(
    ({ outcome }) => outcome !== 'not-found' && outcome !== 'not-tested',
  );
  const ofFamily = canaries.filter(
    (canary) => ip !== null && canary.ip !== null && isIPv6(canary.ip) === isIPv6(ip),
  );
  return ofFamily.length > 0 ? ofFamily : canaries;
}

/** States whether a result could be our own side's doing, so that the canaries are worth asking. */
export function raisesDoubt(result: ProbeResult): boolean {
  const { outcome, because } = sessionOutcome(result);
  if (outcome === 'not-offered' || outcome === 'starttls-failed') return true;
  return isSilence(because);
}

/** States whether nothing came back at all, as when a firewall drops what is sent. A reset is an answer. */
export function isSilence({ code, facts }: ReturnType<typeof sessionOutcome>['because']): boolean {
  if (code === 'connect-timeout' || code === 'no-route') return true;
  return code === 'broke-off' && facts.stage === 'greeting' && facts.cause === 'timeout';
}
