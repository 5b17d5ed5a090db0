/**
 * The prober that asks the probe function on AWS: one invocation a probe. What becomes of an invocation says nothing
 * of the mail server: one that is held back, fails or ends without an answer is a probe that was not made.
 */
import type * as Sdk from '@aws-sdk/client-lambda';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { setTimeout as wait } from 'node:timers/promises';
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
const CONNECT_MS = 2_000;
const ONE_REQUEST_EACH = { keepAlive: false };
const LONGEST_DETAIL = 200;

/** Opens nothing yet: the client library is loaded at the first use. */
export function createLambdaProber({ functionName, endpoint, pauseMs }: LambdaProberOptions): Prober {
  let opened: Promise<{ readonly sdk: typeof Sdk; readonly client: LambdaClient }> | null = null;

  async function open(): Promise<{ readonly sdk: typeof Sdk; readonly client: LambdaClient }> {
    const sdk = await import('@aws-sdk/client-lambda');
    const client = new sdk.LambdaClient({
      // A second invocation would be a second visit to the mail server.
      maxAttempts: 1,
      requestHandler: {
        connectionTimeout: CONNECT_MS,
        // How long an invocation may take is the check's to say, by its signal.
        requestTimeout: 0,
        // A connection kept from before Lambda froze this process may have ended, and nothing is asked again.
        httpAgent: ONE_REQUEST_EACH,
        httpsAgent: ONE_REQUEST_EACH,
      },
      ...(endpoint === '' ? {} : { endpoint }),
    });
    return { sdk, client };
  }

  async function invoke(request: ProbeRequest, signal: AbortSignal): Promise<Invoked> {
    try {
      const { sdk, client } = await (opened ??= open());
      const command = new sdk.InvokeCommand({
        FunctionName: functionName,
        Payload: Buffer.from(JSON.stringify(request)),
      });
      const { FunctionError: failed, Payload: bytes } = await client.send(command, { abortSignal: signal });
      const answer = Buffer.from(bytes ?? []).toString('utf8');
      return failed === undefined
        ? { answered: true, payload: JSON.parse(answer) }
        : { answered: false, throttled: false, detail: `${failed}: ${answer}` };
    } catch (error) {
      const { name, message } = error instanceof Error ? error : new Error(String(error));
      return {
        answered: false,
        throttled: name === 'TooManyRequestsException' || name === 'ThrottlingException',
        detail: `${name}: ${message}`,
      };
    }
  }

  return {
    vantage: 'lambda',
    async probe(request, signal) {
      let invoked = await invoke(request, signal);
      for (let tries = 1; !invoked.answered && invoked.throttled && tries < MOST_TRIES; tries += 1) {
        await wait(pauseMs * 2 ** (tries - 1), undefined, { signal }).catch(() => {});
        if (signal.aborted) break;
        invoked = await invoke(request, signal);
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
