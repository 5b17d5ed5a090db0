/**
 * A prober before the prober. Many domains share a mail server, and what any of their checks saw of it a moment ago
 * serves the others, across processes and restarts. Who checks again wants to see the server itself.
 */
import { sessionOutcome } from '../assessment/session-outcome.ts';
import type { Prober } from '../probe/prober.ts';
import type { EvidenceStore } from './evidence-store.ts';

/** @param shareMs how old what the store has may be */
export function withSharedProbes(
  prober: Prober,
  store: Pick<EvidenceStore, 'probe'>,
  shareMs: number,
  now: () => number,
): Prober {
  return {
    vantage: prober.vantage,
    async probe(request, signal) {
      const { ip, port, serverName, look } = request;
      if (look !== 'second') {
        const kept = await store.probe({ ip, port, serverName }, now() - shareMs);
        if (kept.ok && kept.value !== null) return { attempt: 'made', evidence: kept.value };
      }
      return prober.probe(request, signal);
    },
  };
}

/**
 * Results from before that time are not taken, except a refusal: an operator that turned us away is left alone,
 * whoever asks again.
 */
export function probingAfresh(prober: Prober, sinceMs: number): Prober {
  return {
    vantage: prober.vantage,
    async probe(request, signal) {
      const result = await prober.probe(request, signal);
      const isOld = result.attempt === 'made' && Date.parse(result.evidence.observedAt) < sinceMs;
      return isOld && sessionOutcome(result).outcome !== 'refused'
        ? prober.probe({ ...request, look: 'second' }, signal)
        : result;
    },
  };
}
