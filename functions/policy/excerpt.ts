/** A stranger's text, made short and harmless enough to stand in evidence and in a sentence. */

const LONGEST = 120;
/** C0, C1, line and paragraph separators, and the marks that turn the direction of writing. */
// oxlint-disable-next-line no-control-regex
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/**
 * States a text cut to 120 characters, with control and direction characters as `\xNN` or `\u{NNNN}`.
 * @param text anything
 */
export function excerpt(text: string): string {
  const short = text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
  return short.replace(UNPRINTABLE, (character) => {
    const hex = character.charCodeAt(0).toString(16);
    return hex.length > 2 ? `\\u{${hex}}` : `\\x${hex.padStart(2, '0')}`;
  });
}
