/**
 * The agent: it stands on a host with port 25 open, asks a queue for work, visits one mail server after another and
 * writes what it saw where the check waits for it. Port, EHLO name and manners are its own settings.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { failureDetail } from '../amazon/service.ts';
import { readAgentWork } from '../probe/agent-work.ts';
import type { LocalProber } from '../probe/local-prober.ts';
import type { AgentResults } from '../store/agent-results.ts';
import type { AgentQueue } from './agent-queue.ts';

/** Names no host and no address: whom a company asks about is nobody's business. */
export type AgentLog =
  | { readonly event: 'probed'; readonly attempt: 'made' | 'not-made'; readonly tookMs: number }
  /** Nobody waited any more when its turn came. */
  | { readonly event: 'too-late' }
  | { readonly event: 'no-work'; readonly detail: string }
  | { readonly event: 'queue-failed'; readonly detail: string; readonly nextTryMs: number }
  | { readonly event: 'result-lost'; readonly detail: string };

export interface AgentTools {
  readonly queue: Pick<AgentQueue, 'take'>;
  readonly prober: LocalProber;
  readonly results: Pick<AgentResults, 'put'>;
  readonly smtpPort: number;
  /** How many probes may be under way. */
  readonly atOnce: number;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly log: (entry: AgentLog) => void;
}

const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/** Works until `ending`; then takes no more, and resolves when what it has is done. */
export async function runAgent(tools: AgentTools, ending: AbortSignal): Promise<void> {
  const { queue, prober, atOnce, log } = tools;
  const underWay = new Set<Promise<void>>();
  let pauseMs = FIRST_PAUSE_MS;
  while (!ending.aborted) {
    if (underWay.size >= atOnce) {
      await Promise.race(underWay);
      continue;
    }
    try {
      for (const body of await queue.take(atOnce - underWay.size, ending)) {
        const work = doWork(body, tools);
        underWay.add(work);
        void work.finally(() => underWay.delete(work));
      }
      pauseMs = FIRST_PAUSE_MS;
    } catch (error) {
      if (ending.aborted) break;
      log({ event: 'queue-failed', detail: failureDetail(error), nextTryMs: pauseMs });
      await wait(pauseMs, undefined, { signal: ending }).catch(() => {});
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  }
  await Promise.all(underWay);
  await prober.allClosed();
}

async function doWork(body: string, { prober, results, smtpPort, now, log }: AgentTools): Promise<void> {
  const work = readAgentWork(body);
  if (work === null) {
    log({ event: 'no-work', detail: 'a message of another form' });
    return;
  }
  const startedMs = now();
  const leftMs = work.untilMs - startedMs;
  if (leftMs <= 0) {
    log({ event: 'too-late' });
    return;
  }
  const result = await prober.probe({ ...work.request, port: smtpPort }, AbortSignal.timeout(leftMs));
  log({ event: 'probed', attempt: result.attempt, tookMs: now() - startedMs });
  const written = await results.put(work.id, result);
  if (!written.ok) log({ event: 'result-lost', detail: `${written.because}: ${written.detail}` });
}
