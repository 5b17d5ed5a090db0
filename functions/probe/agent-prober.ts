/**
 * The prober that asks an agent, a program on another host with port 25 open. Work goes to it through a queue that it
 * asks, so that its host needs no open port; the result comes back as a row that is waited for. What becomes of the
 * work on the way says nothing of the mail server.
 */
import { randomUUID } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { createQueue } from '../amazon/queue.ts';
import { failureDetail } from '../amazon/service.ts';
import type { AgentWork } from './agent-work.ts';
import { readProbeResult } from './probe-result.ts';
import type { Prober } from './prober.ts';
import { notMade } from './shared-looks.ts';

export interface AgentProberOptions {
  /** The address of the SQS queue. */
  readonly queueUrl: string;
  /** Where SQS is spoken to; empty: AWS itself. */
  readonly endpoint: string;
  /** What an agent wrote under that id, as it was read; null: nothing yet, or it cannot be read now. */
  readonly resultOf: (id: string) => Promise<unknown>;
  /** How long an agent may take to write a result. */
  readonly patienceMs: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

/** Between two looks for a result: short at first, for many are quick. */
const FIRST_PAUSE_MS = 200;
const LONGEST_PAUSE_MS = 1_000;
const REQUEST_MS = 2_000;

/** Opens nothing yet. */
export function createAgentProber(options: AgentProberOptions): Prober {
  const { queueUrl, endpoint, resultOf, patienceMs, now } = options;
  const queue = createQueue({ queueUrl, endpoint, timeoutMs: REQUEST_MS });

  /** @returns what went wrong; null: it is in the queue */
  const send = (work: AgentWork, signal: AbortSignal): Promise<string | null> =>
    queue.send(JSON.stringify(work), 0, signal).then(() => null, failureDetail);

  return {
    vantage: 'agent',
    async probe(request, signal) {
      const { ip, serverName, host, look } = request;
      const untilMs = now() + patienceMs;
      const work: AgentWork = { id: randomUUID(), request: { ip, serverName, host, look }, untilMs };
      const failed = await send(work, signal);
      if (signal.aborted) return notMade(request, 'out-of-time');
      if (failed !== null) return notMade(request, 'prober-failed', failed);
      for (
        let pauseMs = FIRST_PAUSE_MS;
        now() < untilMs;
        pauseMs = Math.min(pauseMs * 1.5, LONGEST_PAUSE_MS)
      ) {
        await wait(pauseMs, undefined, { signal }).catch(() => {});
        if (signal.aborted) return notMade(request, 'out-of-time');
        const written = await resultOf(work.id);
        if (written === null) continue;
        const result = readProbeResult(written, request);
        return result ?? notMade(request, 'prober-failed', 'what the agent wrote is no result of this probe');
      }
      return notMade(request, 'prober-failed', 'no agent took this probe in time');
    },
  };
}
