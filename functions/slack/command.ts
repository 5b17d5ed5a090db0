/**
 * `/mailtls`: what is stored comes in the acknowledgement itself, for whoever typed it alone. The rest follows at
 * the `response_url`, once.
 */
import { presentHeadersForm } from '../presenters/slack-headers-form.ts';
import { presentSlackHelp } from '../presenters/slack-help.ts';
import { presentSlackHistory } from '../presenters/slack-history.ts';
import type { SlackMessage } from '../presenters/slack-message.ts';
import { presentNotice } from '../presenters/slack-notices.ts';
import type { ReadQuestion } from '../question/domain.ts';
import { presentOutcomes } from './answer-message.ts';
import { askDomains } from './ask-domains.ts';
import type { SlackDoor } from './door.ts';
import { presentRefusal } from './open-modal.ts';
import { readText } from './read-text.ts';
import { remember } from './remember.ts';
import type { CommandRequest } from './requests.ts';

/** @returns what to acknowledge with; null: a modal says it */
export async function answerCommand(request: CommandRequest, door: SlackDoor): Promise<SlackMessage | null> {
  const text = await readText(request.text, door);
  if (text.read === 'headers') return text.answer.message();
  if (text.read === 'neither') return presentNotice({ notice: 'neither-headers-nor-domain' });
  const { wish } = text;
  switch (wish.wish) {
    case 'help':
      return presentSlackHelp();
    case 'too-many-domains':
      return presentNotice({ notice: 'too-many-domains' });
    case 'history':
      return answerHistory(wish.asked, door);
    case 'headers-form':
      return openForm(request.triggerId, door);
    case 'domains': {
      const to = { to: 'response-url', url: request.responseUrl, replaces: false } as const;
      const [outcomes] = await Promise.all([
        askDomains(wish.asked, to, door),
        remember(request.viewer, wish.asked, door),
      ]);
      return presentOutcomes(outcomes, door);
    }
    default:
      return wish satisfies never;
  }
}

export async function answerHistory(asked: ReadQuestion, { answers }: SlackDoor): Promise<SlackMessage> {
  if (!asked.ok) return presentNotice({ notice: 'not-a-domain', mistake: asked });
  const entries = await answers.history(asked.question.domain);
  return entries === null
    ? presentNotice({ notice: 'store-failed' })
    : presentSlackHistory(asked.question, entries);
}

/** @returns null when it is open, else what to say instead */
async function openForm(triggerId: string, { calls }: SlackDoor): Promise<SlackMessage | null> {
  const opened = await calls.call('views.open', { trigger_id: triggerId, view: presentHeadersForm() });
  return opened.ok ? null : presentRefusal(opened);
}
