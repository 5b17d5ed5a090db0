/**
 * One Received field (RFC 5321 section 4.4) as facts: who handed the message to whom, by what protocol, when,
 * and what the server wrote about TLS. Nothing is judged here: `assessment/hop.ts` decides what it proves.
 */
import type { Dialect } from './dialects.ts';
import { recogniseDialect } from './dialect-recognition.ts';
import { addressIn, joinTokens, parsePeer } from './peer.ts';
import type { Peer } from './peer.ts';
import { readTlsEvidence } from './tls-evidence.ts';
import type { TlsEvidence } from './tls-evidence.ts';
import type { Clause, ClauseName } from './trace-clauses.ts';
import { parseTraceClauses } from './trace-clauses.ts';
import { tokenize } from './tokens.ts';

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

const LONGEST_VALUE = 512;

/** The first value of a clause that is no comment, with what touches it. */
function firstValue(clause: Clause | undefined): string | null {
  const start = clause?.parts.findIndex((token) => token.kind !== 'comment') ?? -1;
  if (clause === undefined || start < 0) return null;
  const value = [clause.parts[start]].filter((token) => token !== undefined);
  for (const token of clause.parts.slice(start + 1)) {
    if (token.kind === 'comment' || token.start !== value.at(-1)?.end) break;
    value.push(token);
  }
  const [only] = value;
  const text = only?.kind === 'angle' && value.length === 1 ? `<${only.text}>` : joinTokens(value);
  return text.length === 0 || text.length > LONGEST_VALUE ? null : text;
}

/** `<a@b.example>` or `a@b.example`; `for multiple` and `for user` name no address. */
function recipient(clause: Clause | undefined): string | null {
  const address =
    firstValue(clause)
      ?.replace(/^<|>$/g, '')
      .replace(/^rfc822;/i, '') ?? '';
  return address.includes('@') ? address : null;
}

const comments = (clauses: readonly Clause[]): readonly string[] =>
  clauses.flatMap((clause) =>
    clause.parts.filter((token) => token.kind === 'comment').map((token) => token.text),
  );

/** Postfix `from userid 0`, sendmail `(from user@host)`, qmail `invoked by uid 89` (its queue, by another of its programs), a pipe or a local delivery. */
const LOCAL_COMMENT =
  /^(?:postfix, from userid |from [^\s@]+(?:@[\w.-]+)?$|qmail \d+ invoked (?:by|from|for) |sSMTP |nullmailer )/i;

/**
 * Parses the value of one Received or X-Received field, folded or not. Null when there is nothing of a Received
 * field in it: neither `from` nor `by`.
 */
export function parseReceivedField(value: string): ReceivedField | null {
  const tokens = tokenize(value);
  const clauses = parseTraceClauses(tokens);
  const own = (name: ClauseName): Clause | undefined => clauses.own.find((clause) => clause.name === name);
  const peer = parsePeer(clauses.peerPart);
  const by = firstValue(own('by'));
  const peerComments = comments(clauses.peerPart);
  // What follows the date, such as the zone's name, is in no clause.
  const ownComments = comments(clauses.own.filter((clause) => clause.name !== null));
  if (peer === null && by === null && !peerComments.some((comment) => LOCAL_COMMENT.test(comment)))
    return null;

  const tls = readTlsEvidence(clauses, peer);
  // Where the client's words may reach past `by`, the address may be theirs as well.
  const isCertain = clauses.ownership !== 'ambiguous';
  const id = firstValue(own('id'));
  const byAddress = ownComments
    .map((comment) => addressIn(comment.replace(/^\[|\]$/g, '')))
    .find((ip) => ip !== null);
  const dialect = recogniseDialect({
    ownComments,
    protocol: tls.with.protocol,
    byHost: by,
    id,
    hasFrom: peer !== null,
    qmailPeer: peer?.helo !== null && peerComments.some((comment) => /^(?:HELO|EHLO) /.test(comment)),
    reversePeer: peer?.ip !== null && peerComments.some((comment) => /^\S+ \[[^\]]+\]$/.test(comment)),
  });
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
    by: by === null ? null : { host: by, ip: byAddress ?? null },
    id,
    for: recipient(own('for')),
    dateMs: clauses.date?.epochMs ?? null,
    tls,
    groupClause: firstValue(own('group')),
    dialect,
    handedInLocally:
      peer === null &&
      isCertain &&
      [...peerComments, ownComments[0] ?? ''].some((comment) => LOCAL_COMMENT.test(comment)),
  };
}
