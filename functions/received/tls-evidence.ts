/**
 * What a Received field says of TLS, and who says it. Three places hold a server's own words: the protocol after
 * its `with`, a comment directly after the peer's address, and the comments and clauses after its `by` until it
 * copies something the client sent. The client chooses its EHLO name, the envelope addresses, its ident reply
 * and the name in its certificate; what stands there or after it proves nothing.
 */
import { looksLikeCipher } from './cipher-suite.ts';
import { addressIn } from './peer.ts';
import type { Peer } from './peer.ts';
import { isProtocolKeyword, protocolKeyword } from './protocol-keyword.ts';
import type { ProtocolKeyword } from './protocol-keyword.ts';
import type { TlsStatement } from './tls-comment.ts';
import { parseTlsComment } from './tls-comment.ts';
import type { Clause, TraceClauses } from './trace-clauses.ts';
import { repeatsClient } from './trace-clauses.ts';
import type { Token } from './tokens.ts';

export interface TlsWords extends TlsStatement {
  /** The words themselves, white space collapsed. */
  readonly words: string;
  /** Whether only the server can have written them where they stand. */
  readonly serversOwn: boolean;
}

export interface WithClause {
  /** The protocol as written: one keyword, or `Microsoft SMTP Server`; null when there is none. */
  readonly protocol: string | null;
  readonly keyword: ProtocolKeyword;
  /** False when the clause may be part of the client's name. */
  readonly serversOwn: boolean;
  /** A misspelt `with` (`whith`): software nobody knows, whose silence says nothing. */
  readonly misspelt: boolean;
}

const collapse = (text: string): string => text.replace(/\s+/g, ' ').trim();

const NO_STATEMENT: TlsStatement = { tls: true, version: null, cipher: null, bits: null, group: null };

const wordsOf = (clause: Clause): readonly string[] =>
  clause.parts.filter((token) => token.kind === 'word').map((token) => token.text);

/** The words of a `with` clause before and between its comments: the protocol, and a cipher where one is named among them. */
function readProtocol(clause: Clause): { protocol: string | null; statement: TlsStatement | null } {
  const words = wordsOf(clause);
  const [first, second] = words;
  if (first === undefined) return { protocol: null, statement: null };
  // Cisco: `ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384`.
  const [keyword = '', tls, cipher = null] = first.split('/');
  if (tls?.toUpperCase() === 'TLS' && isProtocolKeyword(keyword)) {
    return { protocol: keyword, statement: { ...NO_STATEMENT, cipher } };
  }
  // MessageLabs: `AES128-SHA encrypted SMTP`.
  if (second === 'encrypted' && words[2] !== undefined && looksLikeCipher(first)) {
    return { protocol: words[2], statement: { ...NO_STATEMENT, cipher: first } };
  }
  const whole = words.slice(0, 5).join(' ');
  for (const name of ['Microsoft SMTP Server', 'Microsoft SMTPSVC', 'Microsoft Exchange Server HTTP-DAV']) {
    if (whole.startsWith(name)) return { protocol: name, statement: null };
  }
  if (isProtocolKeyword(first)) return { protocol: first, statement: null };
  // Domino in IBM's cloud writes its own name first: `with smtp.notes.na.collabserv.com ESMTP`.
  const last = words.at(-1) ?? first;
  return { protocol: isProtocolKeyword(last) ? last : whole, statement: null };
}

/** An address in brackets: what servers write about the peer, and nowhere after their protocol. */
const holdsAddress = (token: Token): boolean =>
  token.kind === 'comment' &&
  addressIn(token.text.slice(token.text.lastIndexOf('[') + 1).split(']')[0] ?? '') !== null;

/** A clause after `with` that says TLS by itself: RFC 8314 section 4.3, OpenSMTPD before 6.4, Mimecast, SMTPSVC. */
function clauseStatement(clause: Clause): TlsStatement | null {
  const words = wordsOf(clause);
  const [first = ''] = words;
  if (clause.name === 'tls') {
    return words.length === 1 && (looksLikeCipher(first) || /^0x[0-9a-f]{4}$/i.test(first))
      ? { ...NO_STATEMENT, cipher: first }
      : parseTlsComment(words.join(' '));
  }
  const saysTls =
    (clause.name === 'with' && words.length === 1 && first.toUpperCase() === 'STARTTLS') ||
    (clause.name === 'over' && words.join(' ') === 'TLS secured channel');
  return saysTls ? NO_STATEMENT : null;
}

export interface TlsEvidence {
  readonly with: WithClause;
  readonly words: readonly TlsWords[];
}

const isProtocol = (clause: Clause): boolean =>
  clause.name === 'whith' || (clause.name === 'with' && clauseStatement(clause) === null);

/**
 * The clause that names the protocol: the first `with`; the last, when the server copied the client's words
 * before it, because those may hold a `with` of their own. `with STARTTLS` only adds to another.
 */
function protocolClause(own: readonly Clause[]): Clause | undefined {
  const first = own.findIndex(isProtocol);
  const copiedBefore = own.slice(0, Math.max(0, first)).some((clause) => clause.parts.some(repeatsClient));
  return copiedBefore ? own.findLast(isProtocol) : own[first];
}

/** Where only an address tells the client's words from the server's, none may follow them. */
function isServersOwn(clauses: TraceClauses, peer: Peer | null, clause: Clause): boolean {
  if (clauses.ownership !== 'by-address') return clauses.ownership === 'certain';
  const after = clauses.own.slice(clauses.own.indexOf(clause)).flatMap((later) => later.parts);
  return (peer === null || peer.ip !== null) && !after.some(holdsAddress);
}

/** Collects everything in the field that speaks of TLS. */
export function readTlsEvidence(clauses: TraceClauses, peer: Peer | null): TlsEvidence {
  const found: TlsWords[] = [];
  const add = (statement: TlsStatement | null, words: string, serversOwn: boolean): void => {
    if (statement !== null) found.push({ ...statement, words: collapse(words), serversOwn });
  };

  // In the peer's part: only the first thing after the address comment, and only before a `by`.
  const nextToAddress = clauses.ownership === 'certain' ? peer?.afterAddress[0] : undefined;
  for (const clause of clauses.peerPart) {
    for (const token of clause.parts) {
      if (token.kind !== 'comment') continue;
      add(parseTlsComment(token.text), token.text, token === nextToAddress);
    }
  }

  const withClause = protocolClause(clauses.own);
  const serversOwn = withClause !== undefined && isServersOwn(clauses, peer, withClause);
  const { protocol, statement } =
    withClause === undefined ? { protocol: null, statement: null } : readProtocol(withClause);
  let clientSpoke = clauses.ownership === 'ambiguous' || (clauses.ownership === 'by-address' && !serversOwn);
  for (const clause of clauses.own) {
    if (clause === withClause) add(statement, wordsOf(clause).join(' '), serversOwn);
    else add(clauseStatement(clause), `${clause.name ?? ''} ${wordsOf(clause).join(' ')}`, !clientSpoke);
    if (clause.name === 'envelope-from') clientSpoke = true;
    for (const token of clause.parts) {
      if (repeatsClient(token)) clientSpoke = true;
      else if (token.kind === 'comment') {
        add(parseTlsComment(token.text), token.text, clause.name !== null && !clientSpoke);
      }
    }
  }
  return {
    with: {
      protocol,
      keyword: protocolKeyword(protocol ?? ''),
      serversOwn,
      misspelt: withClause?.name === 'whith',
    },
    words: found,
  };
}
