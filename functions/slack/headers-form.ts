/**
 * The modal for a header. What was pasted is read in the request and answered in the modal itself; of a file only
 * the id goes on, and the modal is filled when it has been read.
 */
import { ACTIONS, BLOCKS } from '../presenters/slack-actions.ts';
import type { SlackModal } from '../presenters/slack-message.ts';
import { presentNoticeModal } from '../presenters/slack-notices.ts';
import type { SlackDoor } from './door.ts';
import { readHeaders } from './read-text.ts';
import { filesIn, typedIn } from './requests.ts';
import type { SubmissionRequest } from './requests.ts';

/** @returns the modal that takes the place of the form */
export async function answerHeadersForm(request: SubmissionRequest, door: SlackDoor): Promise<SlackModal> {
  const { values, viewer, viewId } = request;
  const pasted = typedIn(values, BLOCKS.headersText, ACTIONS.headersText);
  const [fileId, ...moreFiles] = filesIn(values, BLOCKS.headersFile, ACTIONS.headersFile);
  if (pasted.trim() !== '') return readPasted(pasted, door);
  if (fileId === undefined) return presentNoticeModal({ notice: 'nothing-pasted' });
  if (moreFiles.length > 0) return presentNoticeModal({ notice: 'one-file' });
  const task = { fileId, userId: viewer.userId, channelId: null, inPublic: false, threadTs: null, viewId };
  const handedOn = await door.handOffFile(task);
  return presentNoticeModal({ notice: handedOn ? 'reading-file' : 'file-unreadable' });
}

/** What is typed into a modal comes without Slack's marks. */
async function readPasted(pasted: string, door: SlackDoor): Promise<SlackModal> {
  const answer = await readHeaders(Buffer.from(pasted), door);
  return answer === null ? presentNoticeModal({ notice: 'neither-headers-nor-domain' }) : answer.modal();
}
