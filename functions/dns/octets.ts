/**
 * Reads a DNS message from front to back (RFC 1035 section 4.1). Whatever it says of its own lengths is
 * checked against what is there: a label, a record or a pointer that leads outside makes the message malformed.
 */

/** Thrown by readers, caught where a whole message is read; never leaves this room. */
export class MalformedMessage extends Error {}

/** More pointers than a name can have labels (RFC 1035 section 2.3.4) are there to keep a reader busy. */
const MOST_POINTERS = 127;
const LONGEST_NAME_OCTETS = 255;

export class Octets {
  readonly #message: Buffer;
  readonly #end: number;
  offset: number;

  /**
   * @param message the whole message: names point back into it
   * @param end where this part of it ends, exclusive
   */
  constructor(message: Buffer, offset = 0, end = message.length) {
    this.#message = message;
    this.offset = offset;
    this.#end = end;
  }

  get atEnd(): boolean {
    return this.offset === this.#end;
  }

  get left(): number {
    return this.#end - this.offset;
  }

  /** The next octets, as they lie in the message. */
  take(count: number): Buffer {
    const start = this.offset;
    if (count > this.#end - start) throw new MalformedMessage('shorter than it says');
    this.offset = start + count;
    return this.#message.subarray(start, start + count);
  }

  /** The next octets as a part of their own, which names may still point out of. */
  part(count: number): Octets {
    const start = this.offset;
    this.skip(count);
    return new Octets(this.#message, start, start + count);
  }

  skip(count: number): void {
    if (count > this.#end - this.offset) throw new MalformedMessage('shorter than it says');
    this.offset += count;
  }

  number8(): number {
    const at = this.offset;
    this.skip(1);
    return this.#message.readUInt8(at);
  }

  number16(): number {
    const at = this.offset;
    this.skip(2);
    return this.#message.readUInt16BE(at);
  }

  number32(): number {
    const at = this.offset;
    this.skip(4);
    return this.#message.readUInt32BE(at);
  }

  /** RFC 1035 section 3.3: an octet of length, then as many octets. */
  characterString(): Buffer {
    return this.take(this.number8());
  }

  /** A name in lower case (RFC 4343 section 2), without a trailing dot; the root is the empty string. */
  name(): string {
    const labels: Buffer[] = [];
    let pointers = 0;
    let began = this.offset;
    let target = this.#labels(labels);
    while (target !== null) {
      // A pointer leads before the part that it ends (RFC 1035 section 4.1.4), so there can be no circle.
      pointers += 1;
      if (target >= began || pointers > MOST_POINTERS) throw new MalformedMessage('a name points nowhere');
      began = target;
      target = new Octets(this.#message, target).#labels(labels);
    }
    return labels.map(labelText).join('.');
  }

  /** Adds the labels that follow. @returns null at the root, else where the rest of the name is */
  #labels(labels: Buffer[]): number | null {
    let octets = labels.reduce((sum, { length }) => sum + length + 1, 1);
    for (;;) {
      const length = this.number8();
      if (length === 0) return null;
      if (length >= 0xc0) return ((length & 0x3f) << 8) | this.number8();
      if (length > 63) throw new MalformedMessage('a label of unknown kind'); // RFC 6891 section 5
      octets += length + 1;
      if (octets > LONGEST_NAME_OCTETS) throw new MalformedMessage('a name longer than 255 octets');
      labels.push(this.take(length));
    }
  }
}

const PLAIN_LABEL = /^[A-Za-z0-9_-]+$/;

/** RFC 1035 section 5.1: dots and backslashes inside a label are escaped, what is not printable is `\DDD`. */
function labelText(label: Buffer): string {
  const text = label.toString('latin1');
  if (PLAIN_LABEL.test(text)) return text.toLowerCase();
  return text.replace(/[.\\A-Z]|[^!-~]/g, (character) => {
    if (/[A-Z]/.test(character)) return character.toLowerCase();
    const isPrintable = character === '.' || character === '\\';
    return `\\${isPrintable ? character : character.charCodeAt(0).toString().padStart(3, '0')}`;
  });
}
