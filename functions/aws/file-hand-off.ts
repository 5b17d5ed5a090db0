/**
 * Hands a file on to another run of the same function, for reading it may take longer than Slack waits. Lambda keeps
 * the event of such a call until it is done: it is ids of Slack's, and nothing of what they name.
 */
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { FileTask } from '../slack/file-task.ts';
import { awsClientConfiguration, failureDetail } from './aws-client.ts';
import { writeFailure } from './function-log.ts';
import type { FileEvent } from './slack-event.ts';

/** Slack waits three seconds, and there are two attempts. */
const TIMEOUT_MS = 800;

/**
 * @param endpoint where Lambda is spoken to; empty: AWS itself
 * @param functionArn of the function that runs now
 * @returns whether another run will read it
 */
export async function handOffFile(task: FileTask, endpoint: string, functionArn: string): Promise<boolean> {
  try {
    const client = new LambdaClient(awsClientConfiguration({ endpoint, timeoutMs: TIMEOUT_MS }));
    try {
      const event: FileEvent = { slackFile: task };
      await client.send(
        new InvokeCommand({
          FunctionName: functionArn,
          InvocationType: 'Event',
          Payload: Buffer.from(JSON.stringify(event)),
        }),
      );
      return true;
    } finally {
      client.destroy();
    }
  } catch (error) {
    writeFailure({ event: 'hand-off-failed', detail: failureDetail(error) });
    return false;
  }
}
