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

/** Comments in which servers repeat what the client sent. */
const CLIENT_WORDS =
  /^(?:envelope-from|envelope-sender|sender|authenticated (?:sender|as|user)|account|user|helo|ident|auth:|orcpt|from|client (?:cn|certificate)|client-)/i;

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

/** Collects everything in the field that speaks of TLS. */
export function readTlsEvidence(clauses: TraceClauses, peer: Peer | null): TlsEvidence {
  const found: TlsWords[] = [];
  const add = (statement: TlsStatement | null, words: string, serversOwn: boolean): void => {
    if (statement !== null) found.push({ ...statement, words: collapse(words), serversOwn });
  };
  const hasBy = clauses.own.some((clause) => clause.name === 'by');

  // In the peer's part: only the first thing after the address comment, and only before a `by`.
  const nextToAddress = peer?.afterAddress[0];
  for (const clause of clauses.peerPart) {
    for (const token of clause.parts) {
      if (token.kind !== 'comment') continue;
      add(parseTlsComment(token.text), token.text, hasBy && token === nextToAddress);
    }
  }

  let protocol: WithClause | null = null;
  let clientSpoke = !hasBy;
  for (const clause of clauses.own) {
    if ((clause.name === 'with' || clause.name === 'whith') && protocol === null) {
      const read = readProtocol(clause);
      // Without `by` the client's name may reach this far; the address that follows it gives that away.
      const afterWith = clauses.own.slice(clauses.own.indexOf(clause)).flatMap((later) => later.parts);
      const serversOwn = hasBy || (peer?.ip !== null && !afterWith.some(holdsAddress));
      protocol = {
        protocol: read.protocol,
        keyword: protocolKeyword(read.protocol ?? ''),
        serversOwn,
        misspelt: clause.name === 'whith',
      };
      clientSpoke = clientSpoke && !serversOwn;
      add(read.statement, clause.parts.map((token) => token.text).join(' '), serversOwn);
    } else {
      add(clauseStatement(clause), `${clause.name ?? ''} ${wordsOf(clause).join(' ')}`, !clientSpoke);
    }
    if (clause.name === 'envelope-from') clientSpoke = true;
    for (const token of clause.parts) {
      if (token.kind !== 'comment') continue;
      if (CLIENT_WORDS.test(token.text)) clientSpoke = true;
      else add(parseTlsComment(token.text), token.text, clause.name !== null && !clientSpoke);
    }
  }
  return {
    with: protocol ?? { protocol: null, keyword: protocolKeyword(''), serversOwn: false, misspelt: false },
    words: found,
  };
}
