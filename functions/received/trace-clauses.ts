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
  /** One of its comments repeats what the client sent. */
  readonly repeatsClient: boolean;
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
const CLAUSE_NAMES: ReadonlyMap<string, ClauseName> = new Map<string, ClauseName>(
  (['from', 'by', 'via', 'with', 'id', 'for', 'over', 'tls', 'group', 'envelope-from', 'whith'] as const).map(
    (name) => [name, name],
  ),
);

const LONGEST_NAME = 'envelope-from'.length;

/** The letters that a clause's name begins with, in either case. */
const FIRST_LETTERS = new Uint8Array(65_536);
for (const name of CLAUSE_NAMES.keys()) {
  FIRST_LETTERS[name.charCodeAt(0)] = 1;
  FIRST_LETTERS[name.toUpperCase().charCodeAt(0)] = 1;
}

/** Most words are longer than a clause's name, begin with another letter, or are one in lower case. */
function clauseName({ kind, text }: Token): ClauseName | undefined {
  if (text.length > LONGEST_NAME || FIRST_LETTERS[text.charCodeAt(0)] !== 1 || kind !== 'word') {
    return undefined;
  }
  return CLAUSE_NAMES.get(text) ?? CLAUSE_NAMES.get(text.toLowerCase());
}

/** The first word after `by`, when it is one; `by uid 89` of qmail-scanner names no server. */
const namesServer = (clause: Clause): boolean => {
  const first = clause.parts[0];
  return first !== undefined && (first.kind !== 'word' || first.text !== 'uid');
};

/** Adds one semicolon-free run of tokens to `clauses`. A clause's name directly after another's is that one's value. */
function splitSegment(tokens: readonly Token[], start: number, end: number, clauses: Clause[]): void {
  let name: ClauseName | null = null;
  let from = start;
  for (let at = start; at <= end; at += 1) {
    const token = tokens[at];
    const next = at === end || token === undefined ? undefined : clauseName(token);
    // Some name no protocol, and write `with id 7`.
    const isComplete = name === null || at > from || (name === 'with' && next === 'id');
    if (at < end && (next === undefined || !isComplete)) continue;
    if (at > from || name !== null) {
      const parts = tokens.slice(from, at);
      clauses.push({ name, parts, repeatsClient: parts.some(repeatsClient) });
    }
    name = next ?? null;
    from = at + 1;
  }
}

const MOST_DATE_WORDS = 7;

interface DateInSegment {
  readonly date: DateTime;
  /** The token after its last word. */
  readonly end: number;
}

/**
 * The date-time that a segment begins with, comments between its words left aside (RFC 5322 section 4.3). What stands
 * after it is Courier's `id`, PowerMTA's envelope comment.
 */
function dateAt(tokens: readonly Token[], start: number, end: number): DateInSegment | null {
  const words: string[] = [];
  const ends: number[] = [];
  for (let at = start; at < end && words.length < MOST_DATE_WORDS; at += 1) {
    const token = tokens[at];
    if (token?.kind === 'comment' && words.length > 0) continue;
    if (token?.kind !== 'word') break;
    words.push(token.text);
    ends.push(at + 1);
  }
  const date = parseDateTime(words);
  return date && { date, end: ends[date.words - 1] ?? end };
}

/** The tokens of one Received field, sorted into clauses. */
export function parseTraceClauses(tokens: readonly Token[]): TraceClauses {
  const clauses: Clause[] = [];
  let date: DateTime | null = null;
  let start = 0;
  for (let at = 0; at <= tokens.length; at += 1) {
    if (at < tokens.length && tokens[at]?.kind !== 'semicolon') continue;
    // RFC 5322 section 3.6.7: the date-time follows a semicolon.
    const dated = start === 0 ? null : dateAt(tokens, start, at);
    date = dated?.date ?? date;
    splitSegment(tokens, dated?.end ?? start, at, clauses);
    start = at + 1;
  }
  const { peerPart, own, ownership } = divide(clauses);
  return { peerPart, own, ownership, date };
}

/** Where the server's own clauses begin. */
function divide(clauses: readonly Clause[]): Omit<TraceClauses, 'date'> {
  let by = -1;
  let clientSpoke = false;
  let isAmbiguous = false;
  for (let at = 0; at < clauses.length; at += 1) {
    const clause = clauses[at];
    if (clause === undefined) break;
    if (clause.name === 'by' && namesServer(clause)) {
      isAmbiguous ||= by >= 0 && clientSpoke;
      by = at;
      clientSpoke = false;
    }
    clientSpoke ||= clause.repeatsClient;
  }
  if (by < 0) {
    const start = clauses.findIndex((clause) => clause.name !== 'from' && clause.name !== null);
    const split = start < 0 ? clauses.length : start;
    return { peerPart: clauses.slice(0, split), own: clauses.slice(split), ownership: 'by-address' };
  }
  const ownership = isAmbiguous ? 'ambiguous' : 'certain';
  const from = fromAfter(clauses, by);
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

/** The `from` that follows `by`, or -1. A second one, or one after words the server copied, is the client's. */
function fromAfter(clauses: readonly Clause[], by: number): number {
  const from = clauses.findIndex((clause) => clause.name === 'from');
  if (from < by) return -1;
  return clauses.slice(by, from).some((clause) => clause.repeatsClient) ? -1 : from;
}
