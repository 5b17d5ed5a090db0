/**
 * The lexical tokens of a structured header field: RFC 5322 section 3.2. Folding is white space, comments nest,
 * a quoted string hides what is in it, `[...]` is a domain literal and `<...>` an address or message id.
 * What is opened and never closed is an ordinary character, so that one stray bracket cannot swallow a field.
 * Every character is looked at a fixed number of times, whatever the field holds.
 */
export type TokenKind = 'word' | 'quoted' | 'literal' | 'angle' | 'comment' | 'semicolon';

export interface Token {
  readonly kind: TokenKind;
  /** What is between the delimiters, as written; for a word or semicolon the characters themselves. */
  readonly text: string;
  /** Where it begins in the field, and the offset after it: tokens that touch belong together. */
  readonly start: number;
  readonly end: number;
}

const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;
const QUOTE = 34;
const OPEN_COMMENT = 40;
const CLOSE_COMMENT = 41;
const COMMA = 44;
const SEMICOLON = 59;
const OPEN_ANGLE = 60;
const CLOSE_ANGLE = 62;
const OPEN_LITERAL = 91;
const BACKSLASH = 92;
const CLOSE_LITERAL = 93;

/** What a character is to the tokenizer; all that are not listed are part of a word. */
const PART_OF_WORD = 0;
const SEPARATES = 1;
const OPENS = 2;
const ENDS_CLAUSES = 3;
const ROLES = new Uint8Array(65_536);
/** A comma separates nothing that matters outside a date, and some servers put one between clauses. */
for (const code of [TAB, LF, CR, SPACE, COMMA]) ROLES[code] = SEPARATES;
for (const code of [QUOTE, OPEN_COMMENT, OPEN_ANGLE, OPEN_LITERAL]) ROLES[code] = OPENS;
ROLES[SEMICOLON] = ENDS_CLAUSES;

const KINDS = new Map<number, TokenKind>([
  [QUOTE, 'quoted'],
  [OPEN_COMMENT, 'comment'],
  [OPEN_ANGLE, 'angle'],
  [OPEN_LITERAL, 'literal'],
]);

/** For every `(` that is closed, where, else 0. */
function closedComments(text: string): Int32Array {
  const closed = new Int32Array(text.length);
  const open: number[] = [];
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) {
      if (open.length > 0) at += 1;
    } else if (code === OPEN_COMMENT) open.push(at);
    else if (code === CLOSE_COMMENT) {
      const start = open.pop();
      if (start !== undefined) closed[start] = at;
    }
  }
  return closed;
}

/** The offset of the `)` that closes the `(` at `start`, or -1. A backslash quotes the next character. */
function closingComment(text: string, start: number): number {
  let depth = 0;
  for (let at = start; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === OPEN_COMMENT) depth += 1;
    else if (code === CLOSE_COMMENT) {
      depth -= 1;
      if (depth === 0) return at;
    }
  }
  return -1;
}

/** The offset of the quote that closes the one at `start`, or -1. A backslash quotes the next character. */
function closingQuote(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === QUOTE) return at;
  }
  return -1;
}

/** The offset of the `>` that closes the `<` at `start`, or -1: RFC 5321 section 4.1.2, a local part may be quoted. */
function closingAngle(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === CLOSE_ANGLE) return at;
    if (code === QUOTE) {
      at = closingQuote(text, at);
      if (at < 0) return -1;
    }
  }
  return -1;
}

/** RFC 5321 section 4.1.3: the longest address literal is an IPv6 one; `[unix socket]` and the like are shorter. */
const LONGEST_LITERAL = 80;
const NOT_IN_LITERAL = new Uint8Array(65_536);
for (const code of [OPEN_COMMENT, CLOSE_COMMENT, OPEN_ANGLE, CLOSE_ANGLE, QUOTE, SEMICOLON, OPEN_LITERAL]) {
  NOT_IN_LITERAL[code] = 1;
}

/** The offset of the `]` that closes the `[` at `start`, or -1. XMail writes two pairs: `[[10.18.0.3]]`. */
function closingLiteral(text: string, start: number): number {
  const inner = text.charCodeAt(start + 1) === OPEN_LITERAL ? start + 2 : start + 1;
  const most = Math.min(text.length, start + LONGEST_LITERAL);
  for (let at = inner; at < most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === CLOSE_LITERAL) return at;
    if (NOT_IN_LITERAL[code] !== 0) return -1;
  }
  return -1;
}

/**
 * Where what opens in one field closes. A search that reached the end of the field in vain is not made again: no
 * later quote or angle bracket closes either, and of comments a table is made, in one pass.
 */
class Closings {
  readonly #text: string;
  #quotesClose = true;
  #anglesClose = true;
  #comments: Int32Array | null = null;
  /** The last answer, because the word before an opening character asks as well. */
  #askedAt = -1;
  #answer = -1;

  constructor(text: string) {
    this.#text = text;
  }

  /** The offset of what closes the character at `start`, or -1. */
  of(start: number): number {
    if (start !== this.#askedAt) {
      this.#askedAt = start;
      this.#answer = this.#find(start);
    }
    return this.#answer;
  }

  #find(start: number): number {
    const code = this.#text.charCodeAt(start);
    if (code === OPEN_COMMENT) return this.#comment(start);
    if (code === OPEN_LITERAL) return closingLiteral(this.#text, start);
    if (code === QUOTE) {
      const end = this.#quotesClose ? closingQuote(this.#text, start) : -1;
      this.#quotesClose = end >= 0;
      return end;
    }
    const end = this.#anglesClose ? closingAngle(this.#text, start) : -1;
    this.#anglesClose = end >= 0;
    return end;
  }

  #comment(start: number): number {
    if (this.#comments === null) {
      const end = closingComment(this.#text, start);
      if (end >= 0) return end;
      this.#comments = closedComments(this.#text);
    }
    return this.#comments[start] || -1;
  }
}

/** The offset after the word that begins at `start`: it ends at white space, a semicolon, or what opens and closes. */
function endOfWord(text: string, start: number, closings: Closings): number {
  for (let at = start + 1; at < text.length; at += 1) {
    const role = ROLES[text.charCodeAt(at)];
    if (role !== PART_OF_WORD && (role !== OPENS || closings.of(at) >= 0)) return at;
  }
  return text.length;
}

/** Servers write fields of fewer than a hundred tokens; what has more than this was made to be slow to read. */
export const MOST_TOKENS = 1000;

/** Splits a field's value, folded or not, into its tokens; of more than `MOST_TOKENS` the rest is not looked at. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const closings = new Closings(text);
  let at = 0;
  while (at < text.length && tokens.length <= MOST_TOKENS) {
    const start = at;
    const code = text.charCodeAt(start);
    const role = ROLES[code];
    at += 1;
    if (role === SEPARATES) continue;
    if (role === ENDS_CLAUSES) {
      tokens.push({ kind: 'semicolon', text: ';', start, end: at });
      continue;
    }
    const close = role === OPENS ? closings.of(start) : -1;
    if (close < 0) {
      at = endOfWord(text, start, closings);
      tokens.push({ kind: 'word', text: text.slice(start, at), start, end: at });
      continue;
    }
    const isDoubled = code === OPEN_LITERAL && text.charCodeAt(start + 1) === OPEN_LITERAL;
    const inner = text.slice(isDoubled ? start + 2 : start + 1, close);
    at = close + 1;
    tokens.push({ kind: KINDS.get(code) ?? 'word', text: inner, start, end: at });
    if (isDoubled && text.charCodeAt(at) === CLOSE_LITERAL) at += 1;
  }
  return tokens;
}
