/**
 * The clauses of a Received field, RFC 5321 section 4.4: `from` the peer, `by` this server, `via`, `with` a
 * protocol, `id`, `for` a recipient, and after the semicolon the date-time. Servers leave clauses out, put `by`
 * first, or write semicolons between them. A client chooses the name it says in EHLO, and some servers copy it
 * unescaped: words such as `by` and `with` can stand in the `from` part without meaning anything. So the
 * server's own clauses are those from the last `by` on.
 */
import type { DateTime } from './date-time.ts';
import { parseDateTime } from './date-time.ts';
import type { Token } from './tokens.ts';

export type ClauseName =
  'from' | 'by' | 'via' | 'with' | 'id' | 'for' | 'over' | 'tls' | 'group' | 'envelope-from' | 'whith';

export interface Clause {
  /** Null for what stands before any clause, at the beginning or after a semicolon. */
  readonly name: ClauseName | null;
  /** Everything after the name up to the next clause, comments included, in order. */
  readonly parts: readonly Token[];
}

export interface TraceClauses {
  /** What stands before the server's own clauses: `from`, whatever the client put there, and leading comments. */
  readonly peerPart: readonly Clause[];
  /** The server's own: from the last `by` on, without a `from` that follows it. */
  readonly own: readonly Clause[];
  /**
   * How sure it is that they are the server's: `certain`; `by-address`, when only the address in the peer's part
   * tells where the client's words end; `ambiguous`, when a `by` stands after words the server copied.
   */
  readonly ownership: 'certain' | 'by-address' | 'ambiguous';
  readonly date: DateTime | null;
}

/**
 * Comments in which servers repeat what the client sent. A quoted local part may hold brackets (RFC 5321
 * section 4.1.2), so what follows such a comment may be its continuation.
 */
const CLIENT_WORDS =
  /^(?:envelope-from|envelope-sender|sender|authenticated (?:sender|as|user)|account|user|helo|ident|auth:|orcpt|from|client (?:cn|certificate)|client-)/i;

export const repeatsClient = (token: Token): boolean =>
  token.kind === 'comment' && CLIENT_WORDS.test(token.text);

/** `over` only ever follows `by`; RFC 8314 section 4.3 adds `tls` and `group`; `whith` is a misspelling in real fields. */
const CLAUSE_NAMES: ReadonlySet<string> = new Set<ClauseName>([
  'from',
  'by',
  'via',
  'with',
  'id',
  'for',
  'over',
  'tls',
  'group',
  'envelope-from',
  'whith',
]);

const LONGEST_NAME = 'envelope-from'.length;

const isClauseName = (word: string): word is ClauseName => CLAUSE_NAMES.has(word);

/** The first word after `by`, when it is one; `by uid 89` of qmail-scanner names no server. */
const serverWord = (clause: Clause): string | null => {
  const first = clause.parts[0];
  return first === undefined || (first.kind === 'word' && first.text === 'uid') ? null : first.text;
};

/** One semicolon-free run of tokens, as clauses. A clause's name directly after another's is that one's value. */
function splitSegment(tokens: readonly Token[]): readonly Clause[] {
  const clauses: { name: ClauseName | null; parts: Token[] }[] = [];
  let current: { name: ClauseName | null; parts: Token[] } = { name: null, parts: [] };
  for (const token of tokens) {
    const word = token.kind === 'word' && token.text.length <= LONGEST_NAME ? token.text.toLowerCase() : '';
    if (isClauseName(word) && (current.name === null || current.parts.length > 0)) {
      if (current.parts.length > 0 || current.name !== null) clauses.push(current);
      current = { name: word, parts: [] };
    } else {
      current.parts.push(token);
    }
  }
  if (current.parts.length > 0 || current.name !== null) clauses.push(current);
  return clauses;
}

/** The date-time at the start of a segment, and the tokens after it: Courier's `id`, PowerMTA's envelope comment. */
function splitDate(tokens: readonly Token[]): { date: DateTime; rest: readonly Token[] } | null {
  const words: string[] = [];
  for (const token of tokens.slice(0, 7)) {
    if (token.kind !== 'word') break;
    words.push(token.text);
  }
  const date = parseDateTime(words);
  return date === null ? null : { date, rest: tokens.slice(date.words) };
}

/** The tokens of one Received field, sorted into clauses. */
export function parseTraceClauses(tokens: readonly Token[]): TraceClauses {
  const clauses: Clause[] = [];
  let date: DateTime | null = null;
  let segment: Token[] = [];
  let isFirst = true;
  const endSegment = (): void => {
    // RFC 5322 section 3.6.7: the date-time follows a semicolon.
    const dated = isFirst ? null : splitDate(segment);
    if (dated !== null) date = dated.date;
    clauses.push(...splitSegment(dated?.rest ?? segment));
    segment = [];
    isFirst = false;
  };
  for (const token of tokens) {
    if (token.kind === 'semicolon') endSegment();
    else segment.push(token);
  }
  endSegment();

  return { ...divide(clauses), date };
}

/** Where the server's own clauses begin. */
function divide(clauses: readonly Clause[]): Omit<TraceClauses, 'date'> {
  let by = -1;
  let clientSpoke = false;
  let isAmbiguous = false;
  for (const [at, clause] of clauses.entries()) {
    if (clause.name === 'by' && serverWord(clause) !== null) {
      isAmbiguous ||= by >= 0 && clientSpoke;
      [by, clientSpoke] = [at, false];
    }
    clientSpoke ||= clause.parts.some(repeatsClient);
  }
  const ownership = isAmbiguous ? 'ambiguous' : 'certain';
  if (by < 0) {
    const start = clauses.findIndex((clause) => clause.name !== 'from' && clause.name !== null);
    const split = start < 0 ? clauses.length : start;
    return { peerPart: clauses.slice(0, split), own: clauses.slice(split), ownership: 'by-address' };
  }
  // A second `from`, or one after words the server copied, is the client's.
  const hasFrom = clauses.slice(0, by).some((clause) => clause.name === 'from');
  const later = hasFrom ? -1 : clauses.findIndex((clause, at) => at > by && clause.name === 'from');
  const isCopied = clauses.slice(by, Math.max(by, later)).some((clause) => clause.parts.some(repeatsClient));
  const from = isCopied ? -1 : later;
  if (from < 0) return { peerPart: clauses.slice(0, by), own: clauses.slice(by), ownership };
  const beforeFrom = clauses.slice(by, from);
  if (beforeFrom.some((clause) => clause.name === 'with')) {
    return { peerPart: [...clauses.slice(0, by), ...clauses.slice(from)], own: beforeFrom, ownership };
  }
  // `by` before `from`: the client's words end before the last `with` or the first `id` that follows them.
  const lastWith = clauses.findLastIndex((clause, at) => at > from && clause.name === 'with');
  const resume =
    lastWith < 0 ? clauses.findIndex((clause, at) => at > from && clause.name === 'id') : lastWith;
  const end = resume < 0 ? clauses.length : resume;
  return {
    peerPart: [...clauses.slice(0, by), ...clauses.slice(from, end)],
    own: [...beforeFrom, ...clauses.slice(end)],
    ownership: isAmbiguous ? 'ambiguous' : 'by-address',
  };
}
