/**
 * What Bolt logs. At its debug level that is every event whole, with tokens and pasted headers, so that level does
 * not exist here and nothing sets it. Warnings and errors pass without what they are about: no JSON, no addresses, no
 * tokens, no ids.
 */
import { LogLevel } from '@slack/bolt';
import type { AppOptions } from '@slack/bolt';
import { placeOf } from '../presenters/mistake-place.ts';
import type { SlackDoor, SlackLog } from './door.ts';

type Severity = Extract<SlackLog, { event: 'slack-library' }>['severity'];

const LONGEST_TEXT = 200;
/** What may be in it is looked for in so much of it: an event whole in an error would take seconds. */
const MOST_READ = 2000;
/** From the first sign of something quoted on; then whatever could be a token, a signature or an address. */
const QUOTED = /[{[<"'`].*$/s;
const SECRET = /\b(?:xox[a-z]|xapp|xwfp|v0)[-=]\S+|https?:\/\/\S+|wss?:\/\/\S+|\S+@\S+/gi;

/** Cut between words, as half an address is no longer known for one. */
const wholeWords = (text: string): string =>
  text.length <= MOST_READ ? text : text.slice(0, MOST_READ).replace(/\S{1,2000}$/, '');

export const redacted = (text: string): string =>
  wholeWords(text)
    .replace(QUOTED, '…')
    .replaceAll(SECRET, '…')
    .replaceAll(/\s+/g, ' ')
    .slice(0, LONGEST_TEXT);

export function createBoltLog(log: SlackDoor['log']): NonNullable<AppOptions['logger']> {
  const write =
    (severity: Severity) =>
    (...said: readonly unknown[]): void => {
      const parts = said.map((part) => (typeof part === 'string' ? redacted(part) : placeOf(part)));
      log({ event: 'slack-library', severity, text: parts.join(' ') });
    };
  return {
    debug: () => {},
    info: () => {},
    warn: write('warn'),
    error: write('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.WARN,
    setName: () => {},
  };
}
