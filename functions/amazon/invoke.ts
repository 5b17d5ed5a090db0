/** Lambda's Invoke. Source: AWS Lambda API Reference, Invoke. */
import type { AmazonService } from './service.ts';

export interface Invocation {
  /** Name or ARN. */
  readonly functionName: string;
  readonly event: object;
  /** Whether what the function returns is waited for, or only that Lambda has the event. */
  readonly waits: boolean;
}

export interface InvocationReply {
  /** JSON of what the function returned, or of how it failed; empty where that was not waited for. */
  readonly payload: string;
  /** `Unhandled` and the like, where the function failed. */
  readonly failed: string | null;
}

/**
 * @param lambda the service
 * @throws as `AmazonService` does
 */
export async function invoke(
  lambda: AmazonService,
  { functionName, event, waits }: Invocation,
  signal?: AbortSignal,
): Promise<InvocationReply> {
  const { headers, body } = await lambda.send(
    {
      path: `/2015-03-31/functions/${encodeURIComponent(functionName)}/invocations`,
      headers: {
        'content-type': 'application/octet-stream',
        'x-amz-invocation-type': waits ? 'RequestResponse' : 'Event',
      },
      body: JSON.stringify(event),
    },
    signal,
  );
  return { payload: body, failed: headers['x-amz-function-error'] ?? null };
}
