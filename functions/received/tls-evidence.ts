/**
 * What a Received field says of TLS, and who says it. Three places hold a server's own words: the protocol after
 * its `with`, a comment directly after the peer's address, and the comments and clauses after its `by` until it
 * copies something the client sent. The client chooses its EHLO name, the envelope addresses, its ident reply
 * and the name in its certificate; what stands there or after it proves nothing.
 */
import { looksLikeCipher } from './cipher-suite.ts';
import { addressIn } from './ip-address.ts';
import type { Peer } from './peer.ts';
import { isProtocolKeyword, protocolKeyword } from './protocol-keyword.ts';
import type { ProtocolKeyword } from './protocol-keyword.ts';
import type { TlsStatement } from './tls-comment.ts';
import { mentionsTls, parseTlsComment, speaksOfTls } from './tls-comment.ts';
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

const FOLDED = /[\t\n\r]|  |^ | $/;
const collapse = (text: string): string => (FOLDED.test(text) ? text.replace(/\s+/g, ' ').trim() : text);

const NO_STATEMENT: TlsStatement = { tls: true, version: null, cipher: null, bits: null, group: null };

function wordsOf(clause: Clause): readonly string[] {
  const words: string[] = [];
  for (const token of clause.parts) if (token.kind === 'word') words.push(token.text);
  return words;
}

const NAMES_OF_WORDS = ['Microsoft SMTP Server', 'Microsoft SMTPSVC', 'Microsoft Exchange Server HTTP-DAV'];

/** The words of a `with` clause before and between its comments: the protocol, and a cipher where one is named among them. */
function readProtocol(clause: Clause): { protocol: string | null; statement: TlsStatement | null } {
  const words = wordsOf(clause);
  const [first, second] = words;
  if (first === undefined) return { protocol: null, statement: null };
  // Cisco: `ESMTP/TLS/ECDHE-RSA-AES256-GCM-SHA384`.
  if (first.includes('/')) {
    const [keyword = '', tls, cipher = null] = first.split('/');
    if (tls?.toUpperCase() === 'TLS' && isProtocolKeyword(keyword)) {
      return { protocol: keyword, statement: { ...NO_STATEMENT, cipher } };
    }
  }
  // MessageLabs: `AES128-SHA encrypted SMTP`.
  if (second === 'encrypted' && words[2] !== undefined && looksLikeCipher(first)) {
    return { protocol: words[2], statement: { ...NO_STATEMENT, cipher: first } };
  }
  if (isProtocolKeyword(first)) return { protocol: first, statement: null };
  const whole = words.slice(0, 5).join(' ');
  const named = NAMES_OF_WORDS.find((name) => whole.startsWith(name));
  if (named !== undefined) return { protocol: named, statement: null };
  // Domino in IBM's cloud writes its own name first: `with smtp.notes.na.collabserv.com ESMTP`.
  const last = words.at(-1) ?? first;
  return { protocol: isProtocolKeyword(last) ? last : whole, statement: null };
}

/** An address in brackets: what servers write about the peer, and nowhere after their protocol. */
const holdsAddress = (token: Token): boolean =>
  token.kind === 'comment' &&
  addressIn(token.text.slice(token.text.lastIndexOf('[') + 1).split(']')[0] ?? '') !== null;

/** Mimecast: `with ESMTP with STARTTLS (version=...)`. */
const isStarttls = (clause: Clause): boolean =>
  clause.name === 'with' &&
  clause.parts[0]?.text.toUpperCase() === 'STARTTLS' &&
  wordsOf(clause).length === 1;

/** A clause after `with` that says TLS by itself: RFC 8314 section 4.3, OpenSMTPD before 6.4, Mimecast, SMTPSVC. */
function clauseStatement(clause: Clause): TlsStatement | null {
  if (clause.name === 'with') return isStarttls(clause) ? NO_STATEMENT : null;
  if (clause.name !== 'tls' && clause.name !== 'over') return null;
  const words = wordsOf(clause);
  const [first = ''] = words;
  if (clause.name === 'over') return words.join(' ') === 'TLS secured channel' ? NO_STATEMENT : null;
  return words.length === 1 && (looksLikeCipher(first) || /^0x[0-9a-f]{4}$/i.test(first))
    ? { ...NO_STATEMENT, cipher: first }
    : parseTlsComment(words.join(' '));
}

export interface TlsEvidence {
  readonly with: WithClause;
  readonly words: readonly TlsWords[];
  /** The server wrote something else about TLS, which is in none of the known forms. */
  readonly unclear: boolean;
}

const isProtocol = (clause: Clause): boolean =>
  clause.name === 'whith' || (clause.name === 'with' && !isStarttls(clause));

/**
 * The clause that names the protocol: the first `with`; the last, when the server copied the client's words
 * before it, because those may hold a `with` of their own. `with STARTTLS` only adds to another.
 */
function protocolClause(own: readonly Clause[]): Clause | undefined {
  let copiedBefore = false;
  for (const clause of own) {
    if (isProtocol(clause)) return copiedBefore ? own.findLast(isProtocol) : clause;
    copiedBefore ||= clause.repeatsClient;
  }
  return undefined;
}

/** Where only an address tells the client's words from the server's, none may follow them. */
function isServersOwn(clauses: TraceClauses, peer: Peer | null, clause: Clause): boolean {
  if (clauses.ownership !== 'by-address') return clauses.ownership === 'certain';
  const after = clauses.own.slice(clauses.own.indexOf(clause)).flatMap((later) => later.parts);
  return (peer === null || peer.ip !== null) && !after.some(holdsAddress);
}

const asWords = (
  { tls, version, cipher, bits, group }: TlsStatement,
  words: string,
  serversOwn: boolean,
): TlsWords => ({ tls, version, cipher, bits, group, words: collapse(words), serversOwn });

/**
 * In the peer's part only the first thing after the address comment is the server's, and only before a `by`.
 * That there was no TLS is believed directly before `by` as well: no client gains by making that up.
 */
function readPeerPart(clauses: TraceClauses, peer: Peer | null, found: TlsWords[]): boolean {
  const isCertain = clauses.ownership === 'certain';
  const nextToAddress = isCertain ? peer?.afterAddress : null;
  const last = isCertain ? clauses.peerPart.at(-1)?.parts.at(-1) : undefined;
  let unclear = false;
  for (const clause of clauses.peerPart) {
    for (const token of clause.parts) {
      if (token.kind !== 'comment' || !speaksOfTls(token.text)) continue;
      const statement = parseTlsComment(token.text);
      if (statement === null) {
        unclear ||= token === nextToAddress && !repeatsClient(token) && mentionsTls(token.text);
        continue;
      }
      const isServers = token === nextToAddress || (token === last && !statement.tls);
      found.push(asWords(statement, token.text, isServers));
    }
  }
  return unclear;
}

/** Collects everything in the field that speaks of TLS. */
export function readTlsEvidence(clauses: TraceClauses, peer: Peer | null): TlsEvidence {
  const found: TlsWords[] = [];
  let unclear = readPeerPart(clauses, peer, found);
  const withClause = protocolClause(clauses.own);
  const serversOwn = withClause !== undefined && isServersOwn(clauses, peer, withClause);
  const { protocol, statement } =
    withClause === undefined ? { protocol: null, statement: null } : readProtocol(withClause);
  let clientSpoke = clauses.ownership === 'ambiguous' || (clauses.ownership === 'by-address' && !serversOwn);
  for (const clause of clauses.own) {
    const isWith = clause === withClause;
    const said = isWith ? statement : clauseStatement(clause);
    if (said !== null) {
      const words = wordsOf(clause).join(' ');
      found.push(
        asWords(said, isWith ? words : `${clause.name ?? ''} ${words}`, isWith ? serversOwn : !clientSpoke),
      );
    }
    clientSpoke ||= clause.name === 'envelope-from';
    for (const token of clause.parts) {
      if (token.kind !== 'comment') continue;
      if (clause.repeatsClient && repeatsClient(token)) clientSpoke = true;
      else if (speaksOfTls(token.text)) {
        const comment = parseTlsComment(token.text);
        if (comment === null) unclear ||= mentionsTls(token.text);
        else found.push(asWords(comment, token.text, clause.name !== null && !clientSpoke));
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
    unclear,
  };
}
