/**
 * What a text could make Slack do. In mrkdwn, `<…>` is a link, a mention or a broadcast, and `&`, `<` and `>` of
 * anything else must be escaped (docs.slack.dev, "Formatting message text"); without `verbatim` Slack also makes
 * links of what only looks like one. Foreign text must not be able to do any of it.
 */
import type { PayloadFault } from './schema.ts';

/** What a payload may do on purpose. */
export interface Expected {
  /** People who may be mentioned. */
  readonly users?: readonly string[];
  /** Beginnings of addresses that may be linked. */
  readonly links?: readonly string[];
}

const TOKEN = /<([^<>]*)>/g;
const DATE = /^!date\^\d{1,10}\^[^^<>|]*\{[a-z_]+\}[^^<>|]*\|[^<>]+$/;
const LOOKS_LIKE_LINK = /\bhttps?:\/\/|\bwww\.|[\p{L}\p{N}-]\.\p{L}{2,}/iu;
/** Controls, bidi ones too, and what has no width. */
const UNSEEN = /[^\P{Cc}\n\t]|\p{Bidi_Control}|[\u200b\ufeff]/u;

export function faultsOfMrkdwn(text: string, at: string, expected: Expected): readonly PayloadFault[] {
  const faults: PayloadFault[] = [];
  for (const [, token = ''] of text.matchAll(TOKEN)) {
    const rule = ruleOfToken(token, expected);
    if (rule !== null) faults.push({ at, rule });
  }
  const rest = text.replaceAll(TOKEN, '');
  if (/[<>]/.test(rest)) faults.push({ at, rule: 'has < or > that is not escaped' });
  if (/&(?!(?:amp|lt|gt);)/.test(text)) faults.push({ at, rule: 'has & that is not escaped' });
  return [...faults, ...faultsOfShownText(text, at)];
}

function ruleOfToken(token: string, { users = [], links = [] }: Expected): string | null {
  if (token.startsWith('!')) return DATE.test(token) ? null : `would notify or format: <${token}>`;
  if (token.startsWith('@')) return users.includes(token.slice(1)) ? null : `mentions <${token}>`;
  if (token.startsWith('#')) return `mentions <${token}>`;
  return links.some((start) => token.startsWith(start)) ? null : `links <${token}>`;
}

/** In any text that people read, whatever its format. */
export function faultsOfShownText(text: string, at: string): readonly PayloadFault[] {
  return UNSEEN.test(text) ? [{ at, rule: 'has control or bidi characters' }] : [];
}

/** Slack draws a picture for a name between colons: a stranger's banner could give itself a tick. */
export const hasEmojiName = (text: string): boolean => /:(?=[^:]*[a-z])[a-z0-9_+'-]+:/.test(text);

/** A message's own `text` without blocks is shown, and Slack makes links of the names in it. */
export const couldBecomeLink = (text: string): boolean => LOOKS_LIKE_LINK.test(text.replaceAll(TOKEN, ''));

export const mayLink = (url: string, { links = [] }: Expected): boolean =>
  links.some((start) => url.startsWith(start));
