/**
 * Text from a server made safe to show: a banner may hold escape sequences, bidirectional overrides, line
 * separators or bytes that are no text at all, and it ends up on terminals, in pages and in chat.
 */
import { isUtf8 } from 'node:buffer';

/** RFC 5321 section 4.5.3.1.5: a reply line has at most 512 octets; more characters than that are never shown. */
export const MOST_CHARACTERS = 512;

const PLAIN = /^[\x20-\x7e]*$/;
/** Control, format, private-use, unassigned and lone surrogate code points, and the line and paragraph separators. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]/gu;
const HIGH_BYTE = /[\x80-\xff]/g;

/**
 * States bytes as one line of text, at most 512 characters. UTF-8 stays readable; a line that is not UTF-8
 * has its high bytes as `\xNN`, and what could act on a screen is `\xNN` or `\u{N}`.
 */
export function printable(bytes: Buffer): string {
  const octets = bytes.toString('latin1');
  if (PLAIN.test(octets)) return cut(octets);
  if (!isUtf8(bytes)) return cut(octets.replace(HIGH_BYTE, hexadecimal).replace(UNSAFE, escapeSequence));
  return printableText(bytes.toString('utf8'));
}

/** The same for text that is already decoded. */
export function printableText(text: string): string {
  return cut(text.replace(UNSAFE, escapeSequence));
}

function cut(text: string): string {
  if (text.length <= MOST_CHARACTERS) return text;
  return `${text.slice(0, MOST_CHARACTERS - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const hexadecimal = (character: string): string =>
  `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`;

function escapeSequence(character: string): string {
  const codePoint = character.codePointAt(0) ?? 0;
  return codePoint < 0x80 ? hexadecimal(character) : `\\u{${codePoint.toString(16)}}`;
}
