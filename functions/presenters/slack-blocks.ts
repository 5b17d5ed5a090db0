/** The few kinds of block that messages and views are built of. */
import type {
  ActionsBlock,
  Button,
  ContextBlock,
  HeaderBlock,
  RichTextBlock,
  RichTextBlockElement,
  SectionBlock,
} from '@slack/types';
import { line, markup, plain, say, section, strong } from './slack-text.ts';

export const richText = (...elements: RichTextBlockElement[]): RichTextBlock => ({
  type: 'rich_text',
  elements,
});

/** @param words of our own, in Slack's markup */
export const words = (words: string): SectionBlock => ({ type: 'section', text: markup(words) });
export const smallPrint = (words: string): ContextBlock => ({ type: 'context', elements: [markup(words)] });
export const title = (words: string): HeaderBlock => ({ type: 'header', text: plain(words) });

/** A bold title and a list below it. What is over is counted in the last line. */
export function bulleted(
  heading: string,
  texts: readonly string[],
  most: number,
  leftOut: (count: number) => string = (count) => `And ${count} more.`,
): RichTextBlock[] {
  if (texts.length === 0) return [];
  const shown = texts.slice(0, most).map((text) => section(say(line(text))));
  const more = texts.length - shown.length;
  if (more > 0) shown.push(section(say(leftOut(more))));
  return [
    richText(section(strong(line(heading))), { type: 'rich_text_list', style: 'bullet', elements: shown }),
  ];
}

/** @param value the domain as A-label, at most 253 characters: far from Slack's 2000 */
export function button(actionId: string, label: string, value?: string, more: Partial<Button> = {}): Button {
  const valued = value === undefined ? {} : { value };
  return { type: 'button', action_id: actionId, text: plain(label), ...valued, ...more };
}

/** @param elements at most 25, which no row here comes near */
export const buttons = (...elements: Button[]): ActionsBlock => ({ type: 'actions', elements });
