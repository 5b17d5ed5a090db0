/**
 * Bytes as they come from a file, a form or a pipe, to text. Header fields are ASCII (RFC 5322 section 2.2) or
 * UTF-8 (RFC 6532 section 3.1); what is neither is read as Latin-1, so that no byte is lost and none is refused.
 * Text editors put a byte order mark first, and some save UTF-16.
 */

/** As much of an input as is read; a header section of a real message is 4 to 64 KiB. */
export const LONGEST_INPUT_BYTES = 256 * 1024;

export interface MessageText {
  readonly text: string;
  /** The input was longer than the bound, and its end was not looked at. */
  readonly truncated: boolean;
}

const UTF_8 = new TextDecoder('utf-8', { fatal: true });
const LATIN_1 = new TextDecoder('latin1');

/** What a byte order mark says of itself; half a character at the end is shown as one that is missing. */
function utf16DecoderFor([first, second]: Uint8Array): typeof UTF_8 | null {
  if (first === 0xff && second === 0xfe) return new TextDecoder('utf-16le');
  return first === 0xfe && second === 0xff ? new TextDecoder('utf-16be') : null;
}

/** A cut in the middle of a character is no sign that the rest is not UTF-8: RFC 3629 section 3. */
function withoutBrokenEnd(bytes: Uint8Array): Uint8Array {
  for (let back = 1; back <= 3 && back <= bytes.length; back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const sizeBytes = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return back < sizeBytes ? bytes.subarray(0, bytes.length - back) : bytes;
  }
  return bytes;
}

/** Decodes at most `LONGEST_INPUT_BYTES`; a byte order mark is dropped and line ends become LF. */
export function decodeMessageText(bytes: Uint8Array): MessageText {
  const truncated = bytes.length > LONGEST_INPUT_BYTES;
  const text = decode(truncated ? bytes.subarray(0, LONGEST_INPUT_BYTES) : bytes, truncated);
  return { text: text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text, truncated };
}

function decode(bytes: Uint8Array, truncated: boolean): string {
  const utf16 = utf16DecoderFor(bytes);
  if (utf16 !== null) return utf16.decode(bytes);
  try {
    return UTF_8.decode(truncated ? withoutBrokenEnd(bytes) : bytes);
  } catch {
    return LATIN_1.decode(bytes);
  }
}
