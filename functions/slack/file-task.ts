/** A file that is to be read outside the request it came with: written by one process, read by another. */
import { textAt, textOrNullAt, valueAt } from './payload.ts';

/** Ids of Slack's, and nothing of what they name. */
export interface FileTask {
  readonly fileId: string;
  readonly userId: string;
  /** Where it was given. Null: in a modal. */
  readonly channelId: string | null;
  /** Other people can see what is posted there. */
  readonly inPublic: boolean;
  readonly threadTs: string | null;
  /** The modal that waits for the answer. Null: there is none. */
  readonly viewId: string | null;
}

/** @returns null when what came is no task */
export function readFileTask(given: unknown): FileTask | null {
  const fileId = textAt(given, 'fileId');
  const userId = textAt(given, 'userId');
  if (fileId === '' || userId === '') return null;
  return {
    fileId,
    userId,
    channelId: textOrNullAt(given, 'channelId'),
    inPublic: valueAt(given, 'inPublic') === true,
    threadTs: textOrNullAt(given, 'threadTs'),
    viewId: textOrNullAt(given, 'viewId'),
  };
}
