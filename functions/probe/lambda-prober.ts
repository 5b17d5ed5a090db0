/**
 * The prober that asks the probe function on AWS: one invocation a probe. What becomes of an invocation says nothing
 * of the mail server: one that is held back, fails or ends without an answer is a probe that was not made.
 */
import { setTimeout as wait } from 'node:timers/promises';
import { invoke } from '../amazon/invoke.ts';
import { createService } from '../amazon/late-service.ts';
import { failureDetail } from '../amazon/service.ts';
import { readProbeResult } from './probe-result.ts';
import type { Prober, ProbeRequest } from './prober.ts';
import { notMade } from './shared-looks.ts';

export interface LambdaProberOptions {
  /** Name or ARN. */
  readonly functionName: string;
  /** Where Lambda is spoken to; empty: AWS itself. */
  readonly endpoint: string;
  /** Between two tries of an invocation that was held back; doubled each time. */
  readonly pauseMs: number;
}

type Invoked =
  | { readonly answered: true; readonly payload: unknown }
  | { readonly answered: false; readonly throttled: boolean; readonly detail: string };

/** Reserved concurrency makes it usual to be held back for a moment. */
const MOST_TRIES = 6;
const THROTTLED: ReadonlySet<string> = new Set(['TooManyRequestsException', 'ThrottlingException']);
const LONGEST_DETAIL = 200;

/** Opens nothing yet. */
export function createLambdaProber({ functionName, endpoint, pauseMs }: LambdaProberOptions): Prober {
  const lambda = createService({
    name: 'lambda',
    endpoint,
    accessKey: null,
    // How long an invocation may take is the check's to say, by its signal.
    timeoutMs: null,
    // A second invocation would be a second visit to the mail server.
    attempts: 1,
    // One kept from before Lambda froze this process may have ended, and nothing is asked again.
    keepsConnections: false,
  });

  async function ask(request: ProbeRequest, signal: AbortSignal): Promise<Invoked> {
    try {
      const { payload, failed } = await invoke(lambda, { functionName, event: request, waits: true }, signal);
      return failed === null
        ? { answered: true, payload: JSON.parse(payload) }
        : { answered: false, throttled: false, detail: `${failed}: ${payload}` };
    } catch (error) {
      const throttled = error instanceof Error && THROTTLED.has(error.name);
      return { answered: false, throttled, detail: failureDetail(error) };
    }
  }

  return {
    vantage: 'lambda',
    async probe(request, signal) {
      let invoked = await ask(request, signal);
      for (let tries = 1; !invoked.answered && invoked.throttled && tries < MOST_TRIES; tries += 1) {
        await wait(pauseMs * 2 ** (tries - 1), undefined, { signal }).catch(() => {});
        if (signal.aborted) break;
        invoked = await ask(request, signal);
      }
      if (!invoked.answered) {
        return signal.aborted
          ? notMade(request, 'out-of-time')
          : notMade(request, 'prober-failed', invoked.detail.slice(0, LONGEST_DETAIL));
      }
      const result = readProbeResult(invoked.payload, request);
      return result ?? notMade(request, 'prober-failed', 'the answer is no result of this probe');
    },
  };
}
