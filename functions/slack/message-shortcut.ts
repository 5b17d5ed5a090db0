/** "Was this mail encrypted?" in the menu of a message: the answer is a modal, which nobody else sees. */
import type { SlackModal } from '../presenters/slack-message.ts';
import { presentNoticeModal } from '../presenters/slack-notices.ts';
import { presentOutcomes } from './answer-message.ts';
import { askDomains } from './ask-domains.ts';
import type { SlackDoor } from './door.ts';
import { openModal } from './open-modal.ts';
import { asEphemeral } from './posted.ts';
import { readText } from './read-text.ts';
import { remember } from './remember.ts';
import type { ShortcutRequest } from './requests.ts';

export async function answerMessageShortcut(request: ShortcutRequest, door: SlackDoor): Promise<void> {
  const { viewer, fileIds } = request;
  const [fileId, ...moreFiles] = fileIds;
  if (moreFiles.length > 0) return open(presentNoticeModal({ notice: 'one-file' }), request, door);
  if (fileId !== undefined) return openForFile(fileId, request, door);

  const text = await readText(request.text, door);
  if (text.read === 'headers') return open(text.answer.modal(), request, door);
  const asked = text.read === 'wish' && text.wish.wish === 'domains' ? text.wish.asked : [];
  if (!asked.some((read) => read.ok)) {
    return open(presentNoticeModal({ notice: 'neither-headers-nor-domain' }), request, door);
  }
  const to = { to: 'response-url', url: request.responseUrl, replaces: false } as const;
  const [outcomes] = await Promise.all([askDomains(asked, to, door), remember(viewer, asked, door)]);
  await door.calls.respond(request.responseUrl, asEphemeral(presentOutcomes(outcomes, door)));
}

async function open(view: SlackModal, request: ShortcutRequest, door: SlackDoor): Promise<void> {
  await openModal(view, request, door);
}

/** The modal is opened first: whoever reads the file fills it. */
async function openForFile(fileId: string, request: ShortcutRequest, door: SlackDoor): Promise<void> {
  const { userId } = request.viewer;
  const viewId = await openModal(presentNoticeModal({ notice: 'reading-file' }), request, door);
  const task = { fileId, userId, channelId: null, inPublic: false, threadTs: null, viewId };
  if (await door.handOffFile(task)) return;
  const view = presentNoticeModal({ notice: 'file-unreadable' });
  if (viewId !== null) await door.calls.call('views.update', { view_id: viewId, view });
}
