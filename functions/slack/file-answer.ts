/**
 * A file that somebody gave to the bot: its id is all that is handed on. The content is read from Slack's own file
 * host with the bot's token, which is sent nowhere else, parsed and forgotten; the answer goes to the person alone.
 */
import { presentNotice, presentNoticeModal } from '../presenters/slack-notices.ts';
import type { SlackMessage, SlackModal } from '../presenters/slack-message.ts';
import type { FileTask } from './file-task.ts';
import { textAt, valueAt } from './payload.ts';
import type { SlackDoor } from './door.ts';
import { readHeaders } from './read-text.ts';
import { sayIn } from './say-in.ts';
import type { CallBounds } from './slack-calls.ts';

/** Reads a file's content; `null`: Slack does not hand it over. */
export type FetchFile = (url: string) => Promise<Uint8Array | null>;

export interface FileTools extends Pick<SlackDoor, 'answers' | 'calls' | 'checkHeaders' | 'now'> {
  readonly fetchFile: FetchFile;
  /** Of a call: nobody waits for its end but the person. */
  readonly timeoutMs: number;
  /** No call is tried again after this. */
  readonly patienceMs: number;
}

const TRIES = 3;

interface Said {
  readonly message: SlackMessage;
  readonly modal: SlackModal;
}

/** Answers about a file. Rejects by a mistake of ours, once the person has been told of one. */
export async function answerFile(task: FileTask, tools: FileTools): Promise<void> {
  const { timeoutMs, patienceMs, now } = tools;
  const bounds: CallBounds = { timeoutMs, tries: TRIES, untilMs: now() + patienceMs };
  const mistakes: unknown[] = [];
  const said = await readFile(task.fileId, bounds, tools).catch((mistake: unknown) => {
    mistakes.push(mistake);
    return notice('mistake-of-ours');
  });
  await tell(said, task, bounds, tools);
  if (mistakes.length > 0) throw mistakes[0];
}

async function tell(
  { message, modal }: Said,
  task: FileTask,
  bounds: CallBounds,
  tools: FileTools,
): Promise<void> {
  const { userId, channelId, inPublic, threadTs, viewId } = task;
  if (viewId !== null) {
    const updated = await tools.calls.call('views.update', { view_id: viewId, view: modal }, bounds);
    if (updated.ok) return;
  }
  // Null: the modal was closed.
  const place = { channelId: channelId ?? userId, threadTs, inPublic, userId };
  await sayIn(place, 'asker', message, bounds, tools);
}

async function readFile(fileId: string, bounds: CallBounds, tools: FileTools): Promise<Said> {
  const info = await tools.calls.call('files.info', { file: fileId }, bounds);
  if (!info.ok) return notice(info.because === 'missing-scope' ? 'token-refused' : 'file-unreadable');
  const file = valueAt(info.answer, 'file');
  const content = await tools.fetchFile(textAt(file, 'url_private_download') || textAt(file, 'url_private'));
  if (content === null) return notice('file-unreadable');
  const answer = await readHeaders(content, tools);
  return answer === null
    ? notice('neither-headers-nor-domain')
    : { message: answer.message(), modal: answer.modal() };
}

type Failed = 'file-unreadable' | 'neither-headers-nor-domain' | 'token-refused' | 'mistake-of-ours';

const notice = (name: Failed): Said => ({
  message: presentNotice({ notice: name }),
  modal: presentNoticeModal({ notice: name }),
});
