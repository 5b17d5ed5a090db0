/** A stranger's text, made short and harmless enough to stand in evidence and in a sentence. */
import { printableText } from '../probe/printable.ts';

const LONGEST = 120;

/**
 * States a text cut to 120 characters, with what could act on a screen as `\xNN` or `\u{N}`.
 * @param text anything
 */
export function excerpt(text: string): string {
  if (text.length <= LONGEST) return printableText(text);
  // Half of a surrogate pair is no character.
  return printableText(`${text.slice(0, LONGEST).replace(/[\ud800-\udbff]$/, '')}…`);
}
