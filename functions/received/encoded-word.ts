/**
 * Encoded words, RFC 2047 section 2: `=?utf-8?Q?b=C3=BCcher?=`. They are not allowed in a Received field
 * (section 5), but rewriting gateways leave them in names and comments. Decoded text is shown and never parsed:
 * what a client encodes cannot become a clause.
 */
const ENCODED_WORD = /=\?([A-Za-z0-9_-]{1,40})(?:\*[A-Za-z-]{1,20})?\?([BbQq])\?([!->@-~]{0,200})\?=/g;

function bytesOf(encoding: string, text: string): Uint8Array {
  if (encoding.toUpperCase() === 'B') return Buffer.from(text, 'base64');
  const quoted = text
    .replaceAll('_', ' ')
    .replace(/=([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
  return Buffer.from(quoted, 'latin1');
}

/** The text with its encoded words decoded; one in an unknown character set stays as it is. */
export function decodeEncodedWords(text: string): string {
  if (!text.includes('=?')) return text;
  return text.replace(ENCODED_WORD, (whole, charset: string, encoding: string, encoded: string) => {
    try {
      return new TextDecoder(charset).decode(bytesOf(encoding, encoded));
    } catch {
      return whole;
    }
  });
}
