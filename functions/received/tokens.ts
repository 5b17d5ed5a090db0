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

/** A comma separates nothing that matters outside a date, and some servers put one between clauses. */
const isSpace = (code: number): boolean =>
  code === SPACE || code === TAB || code === CR || code === LF || code === COMMA;

/** The characters that can end a word; all others are passed over by one look at this table. */
const CAN_END_WORD = new Uint8Array(128);
for (const code of [TAB, LF, CR, SPACE, QUOTE, OPEN_COMMENT, COMMA, SEMICOLON, OPEN_ANGLE, OPEN_LITERAL]) {
  CAN_END_WORD[code] = 1;
}

const NONE_CLOSED = new Int32Array(0);

/** For every `(` that is closed, where, else 0; found in one pass, so that unclosed ones cost nothing later. */
function closedComments(text: string): Int32Array {
  const first = text.indexOf('(');
  if (first < 0) return NONE_CLOSED;
  const closed = new Int32Array(text.length);
  const open: number[] = [];
  for (let at = first; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === BACKSLASH) at += 1;
    else if (code === OPEN_COMMENT) open.push(at);
    else if (code === CLOSE_COMMENT) {
      const start = open.pop();
      if (start !== undefined) closed[start] = at;
    }
  }
  return closed;
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
const NOT_IN_LITERAL: ReadonlySet<number> = new Set([
  OPEN_COMMENT,
  CLOSE_COMMENT,
  OPEN_ANGLE,
  CLOSE_ANGLE,
  QUOTE,
  SEMICOLON,
  OPEN_LITERAL,
]);

/** The offset of the `]` that closes the `[` at `start`, or -1. XMail writes two pairs: `[[10.18.0.3]]`. */
function closingLiteral(text: string, start: number): number {
  const inner = text.charCodeAt(start + 1) === OPEN_LITERAL ? start + 2 : start + 1;
  const most = Math.min(text.length, start + LONGEST_LITERAL);
  for (let at = inner; at < most; at += 1) {
    const code = text.charCodeAt(at);
    if (code === CLOSE_LITERAL) return at;
    if (NOT_IN_LITERAL.has(code)) return -1;
  }
  return -1;
}

/** Splits a field's value, folded or not, into its tokens. */
export function tokenize(text: string): readonly Token[] {
  const tokens: Token[] = [];
  const comments = closedComments(text);
  /** Once a search for a closing delimiter reached the end, none of its kind closes after that. */
  const unclosed = { quote: false, angle: false };
  const closedAt = (start: number): number => comments[start] || -1;
  /** Whether a word ends before the character at `next`: at white space, and where something opens that is closed. */
  const endsWord = (next: number): boolean => {
    const code = text.charCodeAt(next);
    if (code >= 128 || CAN_END_WORD[code] === 0) return false;
    return (
      isSpace(code) ||
      code === SEMICOLON ||
      (code === OPEN_COMMENT && closedAt(next) >= 0) ||
      (code === OPEN_ANGLE && !unclosed.angle) ||
      (code === OPEN_LITERAL && closingLiteral(text, next) >= 0) ||
      (code === QUOTE && !unclosed.quote)
    );
  };
  const push = (kind: TokenKind, start: number, end: number): void => {
    const inner = kind === 'word' || kind === 'semicolon' ? 0 : 1;
    tokens.push({ kind, text: text.slice(start + inner, end - inner), start, end });
  };
  let at = 0;
  while (at < text.length) {
    const code = text.charCodeAt(at);
    let end = -1;
    let kind: TokenKind = 'word';
    if (isSpace(code)) {
      at += 1;
      continue;
    }
    if (code === OPEN_COMMENT) {
      kind = 'comment';
      end = closedAt(at);
    } else if (code === QUOTE && !unclosed.quote) {
      kind = 'quoted';
      end = closingQuote(text, at);
      unclosed.quote = end < 0;
    } else if (code === OPEN_ANGLE && !unclosed.angle) {
      kind = 'angle';
      end = closingAngle(text, at);
      unclosed.angle = end < 0;
    } else if (code === OPEN_LITERAL) {
      kind = 'literal';
      end = closingLiteral(text, at);
    } else if (code === SEMICOLON) {
      kind = 'semicolon';
      end = at;
    }
    if (end < 0) {
      kind = 'word';
      end = at;
      while (end + 1 < text.length && !endsWord(end + 1)) end += 1;
    }
    if (kind === 'literal' && text.charCodeAt(at + 1) === OPEN_LITERAL) {
      tokens.push({ kind, text: text.slice(at + 2, end), start: at, end: end + 1 });
      at = text.charCodeAt(end + 1) === CLOSE_LITERAL ? end + 2 : end + 1;
      continue;
    }
    push(kind, at, end + 1);
    at = end + 1;
  }
  return tokens;
}
