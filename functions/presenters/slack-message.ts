/**
 * What Slack shows, as blocks, and how much of it Slack takes. The limits are those of Slack's Block Kit reference;
 * one of 12,000 characters is written nowhere: above about 13,000 a message is refused with `msg_blocks_too_long`.
 */
import type { HomeView, KnownBlock, ModalView } from '@slack/types';
import type { SenderName } from '../environment.ts';

export interface SlackMessage {
  /** What a notification says; escaped. */
  readonly text: string;
  readonly blocks: KnownBlock[];
}
export type SlackModal = ModalView;
export type SlackHome = HomeView;

/** For whom an answer is made. */
export interface SlackView {
  /** Who sends our mail; empty: nobody said. */
  readonly sender: SenderName | '';
  /** The page of this answer, whole; null: there is none that whoever reads this can open. */
  readonly pageUrl: string | null;
}

/** Who reads a message: whoever asked, alone, or all who are in the conversation it stands in. */
export type Readers = 'asker' | 'conversation';

/** Bytes of a message or view as JSON in UTF-8: fewer than Slack's characters, whichever way it counts them. */
export const MOST_BYTES = 11_500;
/** Characters of the text for notifications. */
export const LONGEST_FALLBACK = 600;
/** Characters of a stranger's words: a name, a banner, a subject. */
export const LONGEST_FOREIGN = 200;
/** Characters of a sentence of ours in which strangers' words may stand. */
export const LONGEST_SENTENCE = 420;
/** Characters that a text input takes, and that it can begin with. */
export const LONGEST_INPUT = 3000;
/** Characters of a cell; nothing longer can be read in one. */
export const LONGEST_CELL = 120;
