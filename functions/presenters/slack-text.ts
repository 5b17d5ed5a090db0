/**
 * Text in Slack. Names, banners, certificates and header fields are written by strangers, and Slack makes links,
 * mentions and formatting of what stands in its markup. So a stranger's words stand only where no markup is read: in
 * elements of rich text, in cells of raw text, in plain text. Markup (`mrkdwn`) is for words of our own.
 */
import type {
  MrkdwnElement,
  PlainTextElement,
  RawTextElement,
  RichTextDate,
  RichTextSection,
  RichTextText,
} from '@slack/types';
import type { AgedAnswer } from '../answers/domain-answers.ts';
import { printableText } from '../probe/printable.ts';
import { readDomainName } from '../question/domain-name.ts';
import { wordDomain } from './question-wording.ts';
import { wordAge } from './age-wording.ts';
import { LONGEST_CELL, LONGEST_FALLBACK, LONGEST_FOREIGN, LONGEST_SENTENCE } from './slack-message.ts';

/** Slack refuses empty texts. */
const NOTHING = '–';

/**
 * States text in one line that shows what it holds: control and direction characters as escapes, and what is too
 * long cut in the middle, for the end of a sentence may say what the rest is worth.
 */
export function line(text: string, most = LONGEST_SENTENCE): string {
  const shown = cutMiddle(printable(cutMiddle(text, 2 * most)), most).trim();
  return shown === '' ? NOTHING : shown;
}

/** Taken apart, for `printableText` gives 512 characters at most, and an escape has up to ten. */
const printable = (text: string): string => text.replace(/.{1,50}/gsu, printableText);

/** A stranger's words by themselves. */
export const foreign = (text: string): string => line(text, LONGEST_FOREIGN);

function cutMiddle(text: string, most: number): string {
  if (text.length <= most) return text;
  const tail = Math.floor(most / 3);
  const head = text.slice(0, most - tail - 1).replace(/[\ud800-\udbff]$/, '');
  return `${head}…${text.slice(text.length - tail).replace(/^[\udc00-\udfff]/, '')}`;
}

export const say = (text: string): RichTextText => ({ type: 'text', text });
export const strong = (text: string): RichTextText => ({ type: 'text', text, style: { bold: true } });
export const faint = (text: string): RichTextText => ({ type: 'text', text, style: { italic: true } });

/**
 * How long ago an answer was found, which Slack counts anew whenever somebody reads it: a message may be read a day
 * after it was written. Source: "Date element" (docs.slack.dev, read 2026-11-22).
 */
export const age = ({ evidence, ageSeconds }: AgedAnswer): RichTextDate => ({
  type: 'date',
  timestamp: Math.floor(Date.parse(evidence.observedAt) / 1000),
  format: '{ago}',
  fallback: wordAge(ageSeconds),
  style: { italic: true },
});

export const section = (...elements: RichTextSection['elements']): RichTextSection => ({
  type: 'rich_text_section',
  elements,
});

/** Slack cuts off nothing of plain text and reads nothing in it; with `emoji` false not even `:names:`. */
export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text, emoji: false });

export const cell = (text: string, most = LONGEST_CELL): RawTextElement => ({
  type: 'raw_text',
  text: line(text, most),
});

/** @param words of our own, in Slack's markup; what else is put in has been escaped */
export const markup = (words: string): MrkdwnElement => ({ type: 'mrkdwn', text: words, verbatim: true });

/** The three characters that Slack's markup gives a meaning to and lets one escape. */
export function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** What a notification says. */
export const fallback = (text: string): string => escaped(line(text, LONGEST_FALLBACK));

/** A domain as people read it. */
export function displayOf(domain: string): string {
  const read = readDomainName(domain);
  return read.ok ? read.name.displayDomain : domain;
}

/** A domain as people read it, and where that is another script, as it is in the DNS: either may be posing. */
export function shownName(names: { domain: string; displayDomain: string }): string {
  return foreign(wordDomain(names));
}
