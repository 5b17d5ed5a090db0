/**
 * A file that somebody gave to the bot: its id is all that is handed on. The content is read from Slack's own file
 * host with the bot's token, which is sent nowhere else, parsed and forgotten; the answer goes to the person alone.
 */
import { presentHeadersMessage, presentHeadersModal } from '../presenters/slack-headers.ts';
import { presentNotice, presentNoticeModal } from '../presenters/slack-notices.ts';
import type { SlackMessage, SlackModal } from '../presenters/slack-message.ts';
import { textAt, textOrNullAt, valueAt } from './payload.ts';
import type { SlackDoor } from './door.ts';
import { asPublic } from './posted.ts';
import { readHeaders } from './read-text.ts';

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

/** Reads a file's content; `null`: Slack does not hand it over. */
export type FetchFile = (url: string) => Promise<Uint8Array | null>;

export type FileTools = Pick<SlackDoor, 'calls' | 'checkHeaders'> & {
  readonly fetchFile: FetchFile;
  /** Of a call: nobody waits for its end but the person. */
  readonly timeoutMs: number;
};

interface Said {
  readonly message: SlackMessage;
  readonly modal: SlackModal;
}

/** Answers about a file. Never rejects on account of Slack. */
export async function answerFile(task: FileTask, tools: FileTools): Promise<void> {
  const { message, modal } = await readFile(task.fileId, tools);
  const bounds = { timeoutMs: tools.timeoutMs, tries: 3 };
  if (task.viewId !== null) {
    const updated = await tools.calls.call('views.update', { view_id: task.viewId, view: modal }, bounds);
    if (updated.ok) return;
  }
  const posted = asPublic(message);
  if (task.channelId === null) {
    // The modal was closed; a message to a person's id goes to the person's conversation with the bot.
    await tools.calls.call('chat.postMessage', { channel: task.userId, ...posted }, bounds);
    return;
  }
  const where = { channel: task.channelId, thread_ts: task.threadTs };
  await (task.inPublic
    ? tools.calls.call('chat.postEphemeral', { ...where, user: task.userId, ...posted }, bounds)
    : tools.calls.call('chat.postMessage', { ...where, ...posted }, bounds));
}

async function readFile(fileId: string, tools: FileTools): Promise<Said> {
  const info = await tools.calls.call(
    'files.info',
    { file: fileId },
    { timeoutMs: tools.timeoutMs, tries: 3 },
  );
  if (!info.ok) return notice('file-unreadable');
  const file = valueAt(info.answer, 'file');
  const content = await tools.fetchFile(textAt(file, 'url_private_download') || textAt(file, 'url_private'));
  if (content === null) return notice('file-unreadable');
  const results = readHeaders(content, tools);
  return results === null
    ? notice('neither-headers-nor-domain')
    : { message: presentHeadersMessage(results), modal: presentHeadersModal(results) };
}

const notice = (name: 'file-unreadable' | 'neither-headers-nor-domain'): Said => ({
  message: presentNotice({ notice: name }),
  modal: presentNoticeModal({ notice: name }),
});

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
