/**
 * Hands a file on to another run of the same function, for reading it may take longer than Slack waits. Lambda keeps
 * the event of such a call until it is done: it is ids of Slack's, and nothing of what they name.
 */
import { invoke } from '../amazon/invoke.ts';
import { createService } from '../amazon/late-service.ts';
import { failureDetail } from '../amazon/service.ts';
import type { FileTask } from '../slack/file-task.ts';
import { writeFailure } from './function-log.ts';
import type { FileEvent } from './slack-event.ts';

/** Slack waits three seconds. */
const TIMEOUT_MS = 800;

/**
 * @param endpoint where Lambda is spoken to; empty: AWS itself
 * @param functionArn of the function that runs now
 * @returns whether another run will read it
 */
export async function handOffFile(task: FileTask, endpoint: string, functionArn: string): Promise<boolean> {
  const lambda = createService({
    name: 'lambda',
    endpoint,
    accessKey: null,
    timeoutMs: TIMEOUT_MS,
    attempts: 2,
    keepsConnections: false,
  });
  const event: FileEvent = { slackFile: task };
  try {
    await invoke(lambda, { functionName: functionArn, event, waits: false });
    return true;
  } catch (error) {
    writeFailure({ event: 'hand-off-failed', detail: failureDetail(error) });
    return false;
  } finally {
    lambda.close();
  }
}
