/**
 * Reading SMTP replies from a byte stream (RFC 5321 section 4.2). A reply is a three-digit code and text; all
 * lines but the last have a hyphen after the code, the last a space or nothing (RFC 5321 section 4.2.1). TCP
 * cuts the stream where it likes, so a reply may come in many pieces, and several in one.
 */
import { printable } from './printable.ts';
import type { Reply } from './probe-evidence.ts';

/** Far above what RFC 5321 section 4.5.3.1.5 allows a line (512 octets); no honest reply comes near. */
const LINE_BYTES = 4096;
const REPLY_BYTES = 65_536;
const REPLY_LINES = 256;

const LF = 0x0a;
const CR = 0x0d;
const SPACE = 0x20;
const HYPHEN = 0x2d;

export type Progress =
  /** The reply is not at its end yet. */
  | { readonly state: 'unfinished' }
  /** `restBytes` came behind the reply, though nothing had been asked that they could answer. */
  | { readonly state: 'reply'; readonly reply: Reply; readonly restBytes: number }
  /** What came is no reply; `line` shows it. Nothing after it can be trusted either. */
  | { readonly state: 'malformed'; readonly line: string }
  /** A line or the reply went over its bound; `line` shows how the line began. */
  | { readonly state: 'too-long'; readonly line: string };

const UNFINISHED: Progress = { state: 'unfinished' };

/** Reads one reply after another. Time and memory are linear in the bytes given, and bounded. */
export class ReplyReader {
  readonly #onLine: (line: string) => void;
  #lines: string[] = [];
  #replyBytes = 0;
  /** Pieces of a line whose end has not come. */
  #pieces: Buffer[] = [];
  #pieceBytes = 0;

  /** @param onLine told of every line as it was sent, safe to show, without its line end */
  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  /** Takes the next bytes of the stream. After `malformed` or `too-long` it must not be called again. */
  read(chunk: Buffer): Progress {
    let start = 0;
    while (start < chunk.length) {
      const end = chunk.indexOf(LF, start);
      if (end === -1) return this.#keep(chunk.subarray(start));
      const progress = this.#line(this.#wholeLine(chunk.subarray(start, end)), chunk.length - end - 1);
      if (progress !== UNFINISHED) return progress;
      start = end + 1;
    }
    return UNFINISHED;
  }

  /** What came of a line whose end did not; empty when nothing did. */
  partialLine(): string {
    return printable(Buffer.concat(this.#pieces));
  }

  #keep(piece: Buffer): Progress {
    this.#pieces.push(piece);
    this.#pieceBytes += piece.length;
    return this.#pieceBytes > LINE_BYTES ? this.#tooLong(Buffer.concat(this.#pieces)) : UNFINISHED;
  }

  #wholeLine(last: Buffer): Buffer {
    if (this.#pieceBytes === 0) return last;
    const line = Buffer.concat([...this.#pieces, last]);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return line;
  }

  #line(received: Buffer, restBytes: number): Progress {
    // RFC 5321 section 2.3.8 ends lines with CRLF; a bare LF is met in the wild and leaves no doubt.
    const line = received.at(-1) === CR ? received.subarray(0, -1) : received;
    this.#replyBytes += received.length + 1;
    if (line.length > LINE_BYTES || this.#replyBytes > REPLY_BYTES || this.#lines.length === REPLY_LINES) {
      return this.#tooLong(line);
    }
    const shown = printable(line);
    this.#onLine(shown);
    const separator = line[3];
    if (!startsWithCode(line)) return { state: 'malformed', line: shown };
    this.#lines.push(separator === undefined ? '' : printable(line.subarray(4)));
    if (separator === HYPHEN) return UNFINISHED;
    // RFC 5321 section 4.2.1: the code is the same on every line; where it is not, the last line's is the reply's.
    const reply = { code: Number(line.toString('latin1', 0, 3)), lines: this.#lines };
    this.#lines = [];
    this.#replyBytes = 0;
    return { state: 'reply', reply, restBytes };
  }

  #tooLong(line: Buffer): Progress {
    const shown = printable(line);
    this.#onLine(shown);
    this.#pieces = [];
    this.#pieceBytes = 0;
    return { state: 'too-long', line: shown };
  }
}

/**
 * RFC 5321 section 4.2: a digit from 2 to 5, two more digits, then a space, a hyphen or the end of the line. The second
 * digit ends at 5 there; servers write 571 as well, and what counts of a code nobody knows is its first digit.
 */
function startsWithCode(line: Buffer): boolean {
  const [first = 0, second = 0, third = 0, separator = SPACE] = line;
  return (
    first >= 0x32 &&
    first <= 0x35 &&
    isDigit(second) &&
    isDigit(third) &&
    (separator === SPACE || separator === HYPHEN)
  );
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;
