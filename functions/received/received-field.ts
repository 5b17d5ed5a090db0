/**
 * One Received field (RFC 5321 section 4.4) as facts: who handed the message to whom, by what protocol, when,
 * and what the server wrote about TLS. Nothing is judged here: `assessment/hop.ts` decides what it proves.
 */
import type { Dialect } from './dialects.ts';
import { recogniseDialect } from './dialect-recognition.ts';
import { addressIn } from './ip-address.ts';
import { joinTokens, parsePeer } from './peer.ts';
import type { Peer } from './peer.ts';
import { readTlsEvidence } from './tls-evidence.ts';
import type { TlsEvidence } from './tls-evidence.ts';
import type { Clause } from './trace-clauses.ts';
import { parseTraceClauses } from './trace-clauses.ts';
import { MOST_TOKENS, tokenize } from './tokens.ts';

export interface ReceivedField {
  readonly from: Omit<Peer, 'afterAddress'> | null;
  readonly by: { readonly host: string; readonly ip: string | null } | null;
  readonly id: string | null;
  /** The recipient's address without angle brackets, when the field names one. */
  readonly for: string | null;
  /** Milliseconds since 1970-01-01T00:00:00Z; null when there is no whole date-time after a semicolon. */
  readonly dateMs: number | null;
  readonly tls: TlsEvidence;
  /** RFC 8314 section 4.3 `group` clause. */
  readonly groupClause: string | null;
  readonly dialect: Dialect | null;
  /** The software says that a program or user on the same machine handed the message in. */
  readonly handedInLocally: boolean;
}

/** Servers write fields of a few hundred characters; what is longer was made to be slow to read. */
const LONGEST_FIELD = 16 * 1024;
const LONGEST_VALUE = 512;

/** The first value of a clause that is no comment, with what touches it. */
function firstValue(clause: Clause | undefined): string | null {
  if (clause === undefined) return null;
  const { parts } = clause;
  let start = 0;
  while (parts[start]?.kind === 'comment') start += 1;
  const first = parts[start];
  if (first === undefined) return null;
  let end = start + 1;
  while (
    parts[end] !== undefined &&
    parts[end]?.kind !== 'comment' &&
    parts[end]?.start === parts[end - 1]?.end
  ) {
    end += 1;
  }
  const isAlone = end === start + 1;
  const text =
    isAlone && first.kind === 'word'
      ? first.text
      : isAlone && first.kind === 'angle'
        ? `<${first.text}>`
        : joinTokens(parts.slice(start, end));
  return text.length === 0 || text.length > LONGEST_VALUE ? null : text;
}

/** `<a@b.example>` or `a@b.example`; `for multiple` and `for user` name no address. */
function recipient(clause: Clause | undefined): string | null {
  const value = firstValue(clause);
  if (value === null || !value.includes('@')) return null;
  const address = value.slice(value.startsWith('<') ? 1 : 0, value.endsWith('>') ? -1 : undefined);
  return /^rfc822;/i.test(address) ? address.slice('rfc822;'.length) : address;
}

interface NamedClauses {
  by?: Clause;
  id?: Clause;
  for?: Clause;
  group?: Clause;
}

/** The first clause of each name that counts here. */
function clausesByName(clauses: readonly Clause[]): NamedClauses {
  const named: NamedClauses = {};
  for (const clause of clauses) {
    if (clause.name === 'by') named.by ??= clause;
    else if (clause.name === 'id') named.id ??= clause;
    else if (clause.name === 'for') named.for ??= clause;
    else if (clause.name === 'group') named.group ??= clause;
  }
  return named;
}

/** The comments of clauses, in order. What follows the date, such as the zone's name, is in no clause. */
function commentsIn(clauses: readonly Clause[], skipNameless: boolean): readonly string[] {
  const comments: string[] = [];
  for (const clause of clauses) {
    if (skipNameless && clause.name === null) continue;
    for (const token of clause.parts) if (token.kind === 'comment') comments.push(token.text);
  }
  return comments;
}

/** The server's own address, where it writes one in a comment: `by mx.example.org (192.0.2.1)`, `([192.0.2.1])`. */
function addressAmong(comments: readonly string[]): string | null {
  for (const comment of comments) {
    const ip = addressIn(
      comment.startsWith('[') ? comment.slice(1, comment.endsWith(']') ? -1 : undefined) : comment,
    );
    if (ip !== null) return ip;
  }
  return null;
}

/** Postfix `from userid 0`, sendmail `(from user@host)`, qmail `invoked by uid 89` (its queue, by another of its programs), a pipe or a local delivery. */
const LOCAL_COMMENT =
  /^(?:postfix, from userid |from [^\s@]+(?:@[\w.-]+)?$|qmail \d+ (?:messnum \d+ )?invoked (?:by|from|for) |sSMTP |nullmailer )/i;
const isLocal = (comment: string): boolean => LOCAL_COMMENT.test(comment);

/**
 * Parses the value of one Received or X-Received field, folded or not. Null when there is nothing of a Received
 * field in it, neither `from` nor `by`, or when it is longer than any server's.
 */
export function parseReceivedField(value: string): ReceivedField | null {
  if (value.length > LONGEST_FIELD) return null;
  const tokens = tokenize(value);
  if (tokens.length > MOST_TOKENS) return null;
  const clauses = parseTraceClauses(tokens);
  const own = clausesByName(clauses.own);
  const peer = parsePeer(clauses.peerPart);
  const by = firstValue(own.by);
  const peerComments = commentsIn(clauses.peerPart, false);
  const ownComments = commentsIn(clauses.own, true);
  if (peer === null && by === null && !peerComments.some(isLocal)) return null;

  const tls = readTlsEvidence(clauses, peer);
  // Where the client's words may reach past `by`, the address may be theirs as well.
  const isCertain = clauses.ownership !== 'ambiguous';
  const id = firstValue(own.id);
  return {
    from:
      peer === null
        ? null
        : {
            name: peer.name,
            helo: peer.helo,
            ip: peer.ip,
            ipIsServers: peer.ipIsServers && isCertain,
            reverseName: peer.reverseName,
            sameMachine: peer.sameMachine && isCertain,
          },
    by: by === null ? null : { host: by, ip: addressAmong(ownComments) },
    id,
    for: recipient(own.for),
    dateMs: clauses.date?.epochMs ?? null,
    tls,
    groupClause: firstValue(own.group),
    dialect: recogniseDialect({ ownComments, tls, byHost: by, id, peer, peerComments }),
    handedInLocally:
      peer === null && isCertain && (peerComments.some(isLocal) || isLocal(ownComments[0] ?? '')),
  };
}
