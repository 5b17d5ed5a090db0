/** A modal for whoever did something: it opens within three seconds of that, or not at all. */
import type { SlackMessage, SlackModal } from '../presenters/slack-message.ts';
import { presentNotice } from '../presenters/slack-notices.ts';
import type { CallFailure } from './call-failures.ts';
import type { SlackDoor } from './door.ts';
import { textOrNullAt } from './payload.ts';
import { asEphemeral } from './posted.ts';
import type { Called } from './slack-calls.ts';

/** @returns the id of the modal; null: it did not open, which is said where anything can be */
export async function openModal(
  view: SlackModal,
  { triggerId, responseUrl }: { readonly triggerId: string; readonly responseUrl: string | null },
  { calls }: Pick<SlackDoor, 'calls'>,
): Promise<string | null> {
  const opened = await calls.call('views.open', { trigger_id: triggerId, view });
  if (opened.ok) return textOrNullAt(opened.answer, 'view', 'id');
  if (responseUrl !== null) await calls.respond(responseUrl, asEphemeral(presentRefusal(opened)));
  return null;
}

/** What to say of a call that Slack did not take, or of which it did not say whether it took it. */
export const presentRefusal = ({ because }: Extract<Called, { ok: false }>): SlackMessage =>
  presentNotice({ notice: REFUSALS[because] ?? 'slack-failed' });

const REFUSALS: Readonly<Partial<Record<CallFailure, 'token-refused' | 'slack-silent'>>> = {
  'token-refused': 'token-refused',
  'missing-scope': 'token-refused',
  'no-answer': 'slack-silent',
};
