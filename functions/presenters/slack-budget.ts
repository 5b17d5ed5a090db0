/**
 * Keeps a message within what Slack takes. A message is made of parts, each with briefer and briefer forms of
 * itself; as long as the whole is too large, the least important part gives way to its next form. The briefest
 * forms together always fit: that is what the limits of every text in them are for.
 */
import type { KnownBlock } from '@slack/types';
import { MOST_BYTES } from './slack-message.ts';
import type { SlackMessage } from './slack-message.ts';
import { fallback } from './slack-text.ts';

export interface Part {
  /** The higher, the longer it stays whole. */
  readonly importance: number;
  /** From the fullest to the briefest, which may have no blocks; at least one. */
  readonly forms: readonly (readonly KnownBlock[])[];
}

interface Room {
  /** Of all blocks as JSON, in bytes. */
  readonly bytes: number;
  readonly blocks: number;
}

const MESSAGE_BLOCKS = 50;
const VIEW_BLOCKS = 100;

/** @param textBytes of what else is in the message */
const messageRoom = (textBytes: number): Room => ({
  bytes: MOST_BYTES - textBytes,
  blocks: MESSAGE_BLOCKS,
});
/** A view has little beside its blocks: titles and names of our own. */
export const VIEW_ROOM: Room = { bytes: MOST_BYTES - 600, blocks: VIEW_BLOCKS };

/** What a part cannot do without. */
export const ALWAYS = Number.POSITIVE_INFINITY;

export const always = (...blocks: readonly KnownBlock[]): Part => ({ importance: ALWAYS, forms: [blocks] });

/** @returns the blocks of all parts in their order, the important ones as full as there is room */
export function fitted(parts: readonly Part[], room: Room): KnownBlock[] {
  const forms = parts.map(() => 0);
  const current = (): KnownBlock[] => parts.flatMap((part, index) => part.forms[forms[index] ?? 0] ?? []);
  const givesWay = parts
    .map((part, index) => ({ ...part, index }))
    .filter(({ forms }) => forms.length > 1)
    .toSorted((a, b) => a.importance - b.importance);
  for (let blocks = current(); ; blocks = current()) {
    if (blocks.length <= room.blocks && sizeBytes(blocks) <= room.bytes) return blocks;
    const next = givesWay.find((part) => (forms[part.index] ?? 0) < part.forms.length - 1);
    if (next === undefined) return blocks;
    forms[next.index] = (forms[next.index] ?? 0) + 1;
  }
}

export const sizeBytes = (value: unknown): number => Buffer.byteLength(JSON.stringify(value));

/** @param text for notifications, as it is before it is escaped */
export function composed(text: string, parts: readonly Part[]): SlackMessage {
  const notification = fallback(text);
  return { text: notification, blocks: fitted(parts, messageRoom(sizeBytes(notification))) };
}
