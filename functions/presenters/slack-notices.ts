/** What is said when there is no answer (yet): each notice as a message and as a modal. */
import type { Button, RichTextBlock } from '@slack/types';
import type { QuestionMistake } from '../question/domain.ts';
import { wordDuration } from './headers-wording.ts';
import { wordQuestionMistake } from './question-wording.ts';
import { ACTIONS, COMMAND, MODALS } from './slack-actions.ts';
import { button, buttons, richText } from './slack-blocks.ts';
import type { SlackMessage, SlackModal } from './slack-message.ts';
import { fallback, line, plain, say, section, shownName, strong } from './slack-text.ts';
import type { Asked } from './slack-report-parts.ts';

export type Notice =
  | { readonly notice: 'checking' | 'checking-from-home' | 'gave-up'; readonly asked: readonly Asked[] }
  | { readonly notice: 'too-soon'; readonly asked: Asked; readonly seconds: number }
  | { readonly notice: 'busy'; readonly seconds: number }
  | { readonly notice: 'not-a-domain'; readonly mistake: QuestionMistake }
  | { readonly notice: 'no-history' | 'nothing-to-ask'; readonly asked: Asked }
  | { readonly notice: PlainNotice };

interface Wording {
  readonly icon: string;
  readonly word: string;
  readonly sentence: string;
}

/** Those that are the same for everybody. */
const PLAIN = {
  'too-many-domains': {
    icon: '?',
    word: 'too many domains',
    sentence: 'Up to five domains can be asked about at once. Leave some out and ask again.',
  },
  'neither-headers-nor-domain': {
    icon: '?',
    word: 'nothing to look at',
    sentence: `That is neither the header of a mail nor a domain. For a domain, write ${COMMAND} vendor.com. For a mail, paste its header: "Show original" in Gmail, "View message source" in Outlook.`,
  },
  'no-domain': {
    icon: '?',
    word: 'no domain',
    sentence: 'Give a domain like vendor.com, an address or a link; up to five at once.',
  },
  'nothing-pasted': {
    icon: '?',
    word: 'nothing to look at',
    sentence: 'Paste the header of a mail, or add the mail as a file.',
  },
  'file-unreadable': {
    icon: '?',
    word: 'file not readable',
    sentence:
      'The file could not be read: it may be deleted, or in a conversation that this app is not in, or it failed on our side. Paste the header instead, or give the file to this app in a direct message.',
  },
  'one-file': {
    icon: '?',
    word: 'more than one file',
    sentence: 'Give one file at a time, so that it is plain which mail the answer is about.',
  },
  'slack-failed': {
    icon: '?',
    word: 'Slack did not take it',
    sentence: 'Slack did not take what was sent. Nothing is lost: ask again in a minute.',
  },
  'slack-silent': {
    icon: '?',
    word: 'Slack did not say',
    sentence:
      'Slack has not said in time whether it took what was sent. It may still appear: look for it before you ask again.',
  },
  'not-in-channel': {
    icon: '?',
    word: 'not shared',
    sentence:
      'This app may not post there: the channel is archived or restricted, or this app is not in that channel. Where it can be added (/invite), add it and share the answer again.',
  },
  'reading-file': {
    icon: '…',
    word: 'reading',
    sentence:
      'The file is being read. The answer appears here, or in your direct messages if you close this.',
  },
  slow: {
    icon: '…',
    word: 'slow',
    sentence:
      'Looking it up takes longer than Slack waits. It says nothing about the domain. Ask again in a minute.',
  },
  'slow-and-coming': {
    icon: '…',
    word: 'slow',
    sentence: 'Looking it up takes longer than Slack waits. The answer follows here.',
  },
  'token-refused': {
    icon: '?',
    word: 'not allowed',
    sentence:
      'Slack no longer accepts the token of this app, or the app was installed with fewer rights than it needs. Whoever manages the apps of this workspace can install it again.',
  },
  'old-button': {
    icon: '?',
    word: 'not known',
    sentence: `That button is of another version of this app. Ask again with ${COMMAND} vendor.com.`,
  },
  expired: {
    icon: '?',
    word: 'not there',
    sentence:
      'What this was about is not kept any more, or cannot be looked up just now. Ask again, and the answer is new.',
  },
  'store-failed': {
    icon: '?',
    word: 'not looked up',
    sentence:
      'What is known of this domain could not be looked up on our side. It says nothing about the domain. Ask again in a minute.',
  },
  'mistake-of-ours': {
    icon: '?',
    word: 'a mistake of ours',
    sentence: 'Something failed on our side that should not have. It says nothing about any domain.',
  },
} as const satisfies Readonly<Record<string, Wording>>;
type PlainNotice = keyof typeof PLAIN;

const named = (asked: readonly Asked[]): string => asked.map(shownName).join(', ');

const isPlain = (notice: Notice): notice is { readonly notice: PlainNotice } => notice.notice in PLAIN;

function wordingOf(notice: Notice): Wording {
  if (isPlain(notice)) return PLAIN[notice.notice];
  switch (notice.notice) {
    case 'checking':
      return {
        icon: '…',
        word: 'checking',
        sentence: `The mail servers of ${named(notice.asked)} are being asked. The answer follows here; some servers take half a minute before they say a word.`,
      };
    case 'checking-from-home':
      return {
        icon: '…',
        word: 'checking',
        sentence: `The mail servers of ${named(notice.asked)} are being asked. The answer appears in your list on this tab; some servers take half a minute before they say a word.`,
      };
    case 'gave-up':
      return {
        icon: '?',
        word: 'no answer yet',
        sentence: `The check of ${named(notice.asked)} took longer than we can wait here. That says nothing about encryption. Ask again: the answer may be there by then.`,
      };
    case 'too-soon':
      return {
        icon: '…',
        word: 'checked a moment ago',
        sentence: `The answer about ${shownName(notice.asked)} is fresh: a domain is checked again at most once a minute. Ask again in ${wordDuration(notice.seconds)}.`,
      };
    case 'busy':
      return {
        icon: '…',
        word: 'busy',
        sentence: `As many checks wait as may wait, so none was started. Ask again in ${wordDuration(notice.seconds)}.`,
      };
    case 'not-a-domain':
      return { icon: '?', word: 'not a domain', sentence: wordQuestionMistake(notice.mistake) };
    case 'no-history':
      return {
        icon: '–',
        word: 'no history',
        sentence: `Nothing is found about ${shownName(notice.asked)}: nobody has asked about it lately.`,
      };
    case 'nothing-to-ask':
      return {
        icon: '–',
        word: 'nothing to ask for',
        sentence: `The answer about ${shownName(notice.asked)} has changed since: there is nothing that they could mend by now. Ask again to see it.`,
      };
    default:
      return notice satisfies never;
  }
}

export function presentNotice(notice: Notice): SlackMessage {
  const { icon, word, sentence } = wordingOf(notice);
  const ask = askButton(notice);
  return {
    text: fallback(`${icon} ${word}. ${sentence}`),
    blocks: [said(notice), ...(ask === null ? [] : [buttons(ask)])],
  };
}

/** Without a button: what is asked for in a modal could be answered nowhere. */
export function presentNoticeModal(notice: Notice): SlackModal {
  return {
    type: 'modal',
    callback_id: MODALS.notice,
    title: plain('mailtls'),
    close: plain('Close'),
    blocks: [said(notice)],
  };
}

function said(notice: Notice): RichTextBlock {
  const { icon, word, sentence } = wordingOf(notice);
  return richText(section(strong(`${icon} ${word}`), say(` – ${line(sentence)}`)));
}

/** Where asking is all that is left to do, and about one domain. */
function askButton(notice: Notice): Button | null {
  if (notice.notice === 'no-history') return button(ACTIONS.checkAgain, 'Ask now', notice.asked.domain);
  const [only, ...others] = notice.notice === 'gave-up' ? notice.asked : [];
  return only === undefined || others.length > 0
    ? null
    : button(ACTIONS.checkAgain, 'Ask again', only.domain);
}
