/**
 * What a text asks for, wherever in Slack it was typed: domains, the form for headers, a domain's history, or help.
 * People add words, quotes and full stops, and Slack its own.
 */
import { MOST_DOMAINS } from '../presenters/slack-answers.ts';
import { parseQuestion } from '../question/domain.ts';
import type { ReadQuestion } from '../question/domain.ts';

export type Wish =
  /** `asked`: one to five, none twice. */
  | { readonly wish: 'domains'; readonly asked: readonly ReadQuestion[] }
  | { readonly wish: 'too-many-domains' }
  | { readonly wish: 'history'; readonly asked: ReadQuestion }
  | { readonly wish: 'headers-form' }
  | { readonly wish: 'help' };

/** Nobody types so much to ask about five domains. */
const LONGEST_TEXT = 4096;
/** Quotes of all languages, brackets, the marks of Slack's formatting, and what ends a sentence. */
const AROUND = /^["'`“”„‘’«»()[\]{}<>*_~,;:!?]+|["'`“”„‘’«»()[\]{}<>*_~,;:!?.…]+$/gu;
const NAMES_DOMAIN = /[.@。．｡]|:\/\//u;

/** @param text plain, without Slack's own marks */
export function readWish(text: string): Wish {
  const words = text
    .slice(0, LONGEST_TEXT)
    .split(/[\s,;]+/u)
    .map((word) => word.replaceAll(AROUND, ''))
    .filter((word) => word !== '');
  const [first = '', second = '', ...more] = words;
  const verb = first.toLowerCase();
  if (words.length === 0 || (verb === 'help' && second === '')) return { wish: 'help' };
  if (/^headers?$/.test(verb) && second === '') return { wish: 'headers-form' };
  if (verb === 'history' && second !== '' && more.length === 0) {
    return { wish: 'history', asked: parseQuestion(second) };
  }
  return readDomains(words);
}

/** Of several words, those that name a domain; where none does, the text is what was asked, whatever it is. */
function readDomains(words: readonly string[]): Wish {
  const naming = words.length === 1 ? words : words.filter((word) => NAMES_DOMAIN.test(word));
  const asked = new Map<string, ReadQuestion>();
  for (const word of naming.length === 0 ? [words.join(' ')] : naming) {
    const read = parseQuestion(word);
    const name = read.ok ? read.question.domain : `not a domain: ${read.asked}`;
    if (!asked.has(name)) asked.set(name, read);
  }
  return asked.size > MOST_DOMAINS
    ? { wish: 'too-many-domains' }
    : { wish: 'domains', asked: [...asked.values()] };
}
