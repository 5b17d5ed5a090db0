/**
 * The surfaces of Slack and what answers each. A surface gets its request as plain values and gives back what to say;
 * here it is acknowledged in time, and once. What nothing is known of (an old button, another command) is answered
 * with what would work.
 */
import type { App } from '@slack/bolt';
import { ACTIONS, ANY_DETAILS, ANY_HOME_SHOW, MODALS, SHORTCUTS } from '../presenters/slack-actions.ts';
import { presentNotice, presentNoticeModal } from '../presenters/slack-notices.ts';
import {
  checkAgain,
  nothingToDo,
  notify,
  openHeadersForm,
  shareAnswer,
  showDetails,
  showVendorMail,
} from './answer-buttons.ts';
import { answerCommand } from './command.ts';
import type { SlackDoor } from './door.ts';
import { isFirstPress, isFirstTime } from './first-time.ts';
import { answerHeadersForm } from './headers-form.ts';
import { checkFromHome, clearHome, showFromHome } from './home-actions.ts';
import { forgetTeam, showHome } from './home-events.ts';
import { inTime } from './in-time.ts';
import { answerMessageShortcut } from './message-shortcut.ts';
import { answerMessage, placeOfDirectMessage, placeOfMention, sayMistake } from './messages.ts';
import { openModal } from './open-modal.ts';
import { textAt } from './payload.ts';
import { asEphemeral } from './posted.ts';
import {
  actionRequest,
  commandRequest,
  messageRequest,
  shortcutRequest,
  submissionRequest,
} from './requests.ts';
import type { ActionRequest, MessageRequest, ShortcutRequest, SubmissionRequest } from './requests.ts';
import type { Place } from './say-in.ts';
import { STEP } from './step-answer.ts';
import { runStep } from './workflow-step.ts';

type Listener<Request> = (request: Request, door: SlackDoor) => Promise<void>;

const BUTTONS: Readonly<Record<string, Listener<ActionRequest>>> = {
  [ACTIONS.checkAgain]: checkAgain,
  [ACTIONS.share]: shareAnswer,
  [ACTIONS.vendorMail]: showVendorMail,
  [ACTIONS.openHeadersForm]: openHeadersForm,
  [ACTIONS.homeDomain]: checkFromHome,
  [ACTIONS.homeCheck]: checkFromHome,
  [ACTIONS.homeClear]: clearHome,
  [ACTIONS.openPage]: nothingToDo,
  [ACTIONS.headersText]: nothingToDo,
  [ACTIONS.headersFile]: nothingToDo,
  [ACTIONS.vendorSubject]: nothingToDo,
  [ACTIONS.vendorText]: nothingToDo,
};

/** Buttons of which a message or view has several, with their place behind the name. */
const ROWS: readonly { readonly names: RegExp; readonly listener: Listener<ActionRequest> }[] = [
  { names: ANY_DETAILS, listener: showDetails },
  { names: ANY_HOME_SHOW, listener: showFromHome },
];

const SHORTCUT_LISTENERS: Readonly<Record<string, Listener<ShortcutRequest>>> = {
  [SHORTCUTS.messageHeaders]: answerMessageShortcut,
};

/** Events that are something said to the bot, by the event's type, and where they are answered. */
const SAID: Readonly<Record<string, (request: MessageRequest) => Place>> = {
  app_mention: placeOfMention,
  message: placeOfDirectMessage,
};

/** By the event's type; a message is one to the bot only in their own conversation. */
const EVENTS: Readonly<Record<string, Listener<unknown>>> = {
  app_mention: async (body, door) => {
    const request = messageRequest(body);
    if (!request.isOthers) await answerMessage(request, placeOfMention(request), door);
  },
  message: async (body, door) => {
    const request = messageRequest(body);
    if (textAt(body, 'event', 'channel_type') === 'im' && !request.isOthers) {
      await answerMessage(request, placeOfDirectMessage(request), door);
    }
  },
  app_home_opened: showHome,
  app_uninstalled: forgetTeam,
  tokens_revoked: forgetTeam,
};

const listenerOf = (actionId: string): Listener<ActionRequest> | undefined =>
  BUTTONS[actionId] ?? ROWS.find(({ names }) => names.test(actionId))?.listener;
const unknownButton: Listener<ActionRequest> = (request, door) =>
  notify({ notice: 'old-button' }, request, door);

const unknownShortcut: Listener<ShortcutRequest> = async (request, door) => {
  await openModal(presentNoticeModal({ notice: 'neither-headers-nor-domain' }), request, door);
};

/** @param app one that has no listeners yet */
export function registerListeners(app: App, door: SlackDoor): void {
  app.command(/^\//, async ({ ack, body }) => {
    const request = commandRequest(body);
    const result = await inTime('command', door, async () =>
      (await isFirstTime('command', request.triggerId, door)) ? answerCommand(request, door) : null,
    );
    if (result.outcome === 'done') {
      await (result.value === null ? ack() : ack(asEphemeral(result.value)));
    } else if (result.outcome === 'mistake') {
      await ack(asEphemeral(presentNotice({ notice: 'mistake-of-ours' })));
    } else if (door.afterReply === 'frozen') {
      await ack(asEphemeral(presentNotice({ notice: 'slow' })));
    } else {
      await ack(asEphemeral(presentNotice({ notice: 'slow-and-coming' })));
      const later = (await result.later) ?? { value: presentNotice({ notice: 'mistake-of-ours' }) };
      if (later.value !== null) await door.calls.respond(request.responseUrl, asEphemeral(later.value));
    }
  });

  app.action(/^/, async ({ ack, body }) => {
    await ack();
    const request = actionRequest(body);
    const listener = listenerOf(request.actionId);
    // The name goes into the log, so it has to be one of ours.
    const surface = listener === undefined ? 'unknown button' : `button ${request.actionId}`;
    const result = await inTime(surface, door, async () => {
      if (await isFirstPress(request, door)) await (listener ?? unknownButton)(request, door);
    });
    if (result.outcome !== 'mistake') return;
    await inTime(surface, door, () => notify({ notice: 'mistake-of-ours' }, request, door));
  });

  app.shortcut(/^/, async ({ ack, body }) => {
    await ack();
    const request = shortcutRequest(body);
    const result = await inTime('shortcut', door, async () => {
      if (!(await isFirstTime('shortcut', request.triggerId, door))) return;
      await (SHORTCUT_LISTENERS[request.callbackId] ?? unknownShortcut)(request, door);
    });
    if (result.outcome !== 'mistake') return;
    const modal = presentNoticeModal({ notice: 'mistake-of-ours' });
    await inTime('shortcut', door, () => openModal(modal, request, door));
  });

  app.view({ callback_id: /^/, type: 'view_submission' }, async ({ ack, body }) => {
    const request = submissionRequest(body);
    if (request.callbackId !== MODALS.headersForm) return ack();
    await ack({ response_action: 'update', view: await headersModal(request, door) });
  });
  app.view({ callback_id: /^/, type: 'view_closed' }, async ({ ack }) => ack());
  app.options(/^/, async ({ ack }) => ack({ options: [] }));

  const forEvents = { ...door, replyWithinMs: door.eventWithinMs };
  app.event(/^/, async ({ body, event }) => {
    const listener = EVENTS[event.type];
    if (listener === undefined) return;
    const surface = `event ${event.type}`;
    const result = await inTime(surface, forEvents, async () => {
      if (await isFirstTime('event', textAt(body, 'event_id'), door)) await listener(body, door);
    });
    const place = SAID[event.type]?.(messageRequest(body));
    if (result.outcome !== 'mistake' || place === undefined) return;
    await inTime(surface, forEvents, () => sayMistake(place, door));
  });

  app.function(STEP.callbackId, async ({ body }) => {
    await inTime('step', forEvents, async () => {
      if (await isFirstTime('event', textAt(body, 'event_id'), door)) await runStep(body, door);
    });
  });
}

async function headersModal(request: SubmissionRequest, door: SlackDoor) {
  const result = await inTime('headers form', door, () => answerHeadersForm(request, door));
  if (result.outcome === 'done') return result.value;
  return presentNoticeModal({ notice: result.outcome === 'late' ? 'slow' : 'mistake-of-ours' });
}
