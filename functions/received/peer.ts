/**
 * The peer of a hop, from the `from` clause: the name the client gave in EHLO or HELO, the address the server
 * saw, and the name that address resolves back to. RFC 5321 section 4.4 puts the address in a comment after the
 * name; servers write it in a dozen ways. Only the last address before `by` is the server's: a client can put
 * earlier ones into its EHLO name.
 */
import { addressIn, ipVersion } from './ip-address.ts';
import type { Clause } from './trace-clauses.ts';
import type { Token } from './tokens.ts';
import { tokenize } from './tokens.ts';

export interface Peer {
  /** The first word after `from`, as written; brackets kept for a literal. Null when there is none. */
  readonly name: string | null;
  /** The name in HELO or EHLO, where the server labels it so. */
  readonly helo: string | null;
  /** The address the server saw, as written, without `IPv6:` and zone. */
  readonly ip: string | null;
  /** False when the address is only what the client called itself. */
  readonly ipIsServers: boolean;
  /** The name the server says that address resolves to. */
  readonly reverseName: string | null;
  /** What stands directly after the address comment, when the client put nothing into that: the server's own words. */
  readonly afterAddress: Token | null;
  /** The server says it was itself, or a socket or user on the same machine. */
  readonly sameMachine: boolean;
}

/** Comments that hold an address without being the one about the peer's. */
const OTHER_COMMENT = /^(?:using |version=|envelope-|authenticated |auth: |tls: |no client |client |cipher)/i;
/** What a client says of itself, where servers label it. */
const CLIENT_CHOSEN = /helo[ =]|ident|"|account /i;
/** An address has a bracket or colon about it, or ends in a digit. */
const HOLDS_ADDRESS = /[\][:]|\d$/;
const LONGEST_COMMENT = 1000;

interface AddressComment {
  readonly ip: string | null;
  readonly reverseName: string | null;
  readonly sameMachine: boolean;
  /** The client put something into it, so what follows may be its continuation. */
  readonly clientSpoke: boolean;
}

/** A domain name in lower case without its trailing dot; null for `unknown` and the like. */
const reverseNameIn = (word: string): string | null =>
  /^[\w-]+(?:\.[\w-]+)+\.?$/.test(word) && ipVersion(word) === 0
    ? word.replace(/\.$/, '').toLowerCase()
    : null;

/** `(mail.example.org [192.0.2.1])` and `([192.0.2.1])`: nearly all of them, read without a closer look. */
const USUAL = /^(?!(?:HELO|EHLO|account) )(?:([\w.-]+) )?\[((?:IPv6:)?[\da-f:.]+)\]$/i;

function readUsualComment(comment: string): AddressComment | null {
  const usual = comment.endsWith(']') ? USUAL.exec(comment) : null;
  const ip = usual === null ? null : addressIn(usual[2] ?? '');
  if (ip === null) return null;
  const name = usual?.[1] ?? '';
  return { ip, reverseName: reverseNameIn(name), sameMachine: false, clientSpoke: false };
}

/** What stands before an address that is the client's own word for itself: `helo=[192.0.2.1]`, `HELO [192.0.2.1]`. */
const isHeloLabel = (word: string): boolean =>
  word.endsWith('=') || (word.length <= 7 && /^(?:helo|ehlo|account)$/i.test(word));

const isSameMachine = (literal: string): boolean =>
  literal === 'unix socket' || literal === 'local' || literal === 'UNIX: localhost';

/** The address a comment gives for the peer, or null: `(rdns [ip])`, `([ip]:port helo=x)`, `(ip)`, `(user@ip)`. */
function readAddressComment(comment: string): AddressComment | null {
  if (comment.length > LONGEST_COMMENT || !HOLDS_ADDRESS.test(comment) || OTHER_COMMENT.test(comment)) {
    return null;
  }
  const tokens = tokenize(comment);
  const clientSpoke = CLIENT_CHOSEN.test(comment);
  let reverseName: string | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (token === undefined || isHeloLabel(tokens[at - 1]?.text ?? '')) continue;
    if (token.kind === 'literal') {
      if (isSameMachine(token.text)) return { ip: null, reverseName, sameMachine: true, clientSpoke };
      const ip = addressIn(token.text);
      if (ip !== null || token.text.toLowerCase() === 'x.x.x.x')
        return { ip, reverseName, sameMachine: false, clientSpoke };
    } else if (token.kind === 'word' && at === 0) {
      const name = token.text.slice(token.text.lastIndexOf('@') + 1);
      const ip = tokens.length === 1 ? addressIn(name) : null;
      if (ip !== null) return { ip, reverseName, sameMachine: false, clientSpoke };
      reverseName = reverseNameIn(name);
    }
  }
  return null;
}

/** `(HELO x)`, `(EHLO x)`, `(helo=x)`, `([ip] helo=x)`, `("EHLO x" ...)`. */
function heloIn(comment: string): string | null {
  if (comment.length > LONGEST_COMMENT || !/(?:he|eh)lo/i.test(comment)) return null;
  const word = /(?:^|[\s"(])(?:HELO|EHLO) +([^\s"()]+)|(?:^|\s)helo=([^\s()]+)/i.exec(comment);
  return word?.[1] ?? word?.[2] ?? null;
}

/** The text of tokens as written, with one space between those that did not touch. */
export function joinTokens(tokens: readonly Token[]): string {
  let text = '';
  let end = tokens[0]?.start ?? 0;
  for (const token of tokens) {
    if (token.start > end) text += ' ';
    text += token.kind === 'literal' ? `[${token.text}]` : token.text;
    end = token.end;
  }
  return text;
}

/** The words between `from` and the first comment; one word, or several where a name has spaces (GroupWise). */
function peerName(from: Clause, hasAddressComment: boolean): string | null {
  const first = from.parts[0];
  if (first === undefined || first.kind === 'comment' || first.kind === 'angle') return null;
  if (from.parts[1]?.kind === 'comment') return joinTokens([first]);
  const comment = from.parts.findIndex((token) => token.kind === 'comment' || token.kind === 'literal');
  const words = from.parts.slice(0, comment < 1 ? undefined : comment);
  const touching = words.findIndex((token, at) => at > 0 && token.start > (words[at - 1]?.end ?? 0));
  const isPlainWords = !hasAddressComment && comment < 0 && words.length <= 4;
  return joinTokens(isPlainWords || touching < 0 ? words : words.slice(0, touching));
}

/** The tokens from `from` on, up to the server's own clauses. */
function tokensFrom(peerPart: readonly Clause[], from: Clause): readonly Token[] {
  const at = peerPart.indexOf(from);
  return at === peerPart.length - 1 ? from.parts : peerPart.slice(at).flatMap((clause) => clause.parts);
}

/** Reads what stands before the server's own clauses. Null when no `from` is there. */
export function parsePeer(peerPart: readonly Clause[]): Peer | null {
  const from = peerPart.find((clause) => clause.name === 'from');
  if (from === undefined) return null;
  const tokens = tokensFrom(peerPart, from);
  let address: AddressComment | null = null;
  let addressAt = -1;
  let helo: string | null = null;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    let found: AddressComment | null = null;
    if (token?.kind === 'comment') {
      found = readUsualComment(token.text);
      if (found === null) {
        helo ??= heloIn(token.text);
        found = readAddressComment(token.text);
      }
    } else if (token?.kind === 'literal' && at > 0) {
      // `from unknown [192.0.2.12] (EHLO mx.example.org)`
      const ip = addressIn(token.text);
      found = ip === null ? null : { ip, reverseName: null, sameMachine: false, clientSpoke: false };
    }
    if (found !== null) {
      address = found;
      addressAt = at;
    }
  }
  const name = peerName(from, address !== null);
  const isLiteral = name !== null && name.startsWith('[') && name.endsWith(']');
  const ownAddress = name === null ? null : addressIn(isLiteral ? name.slice(1, -1) : name);
  return {
    name,
    helo,
    ip: address === null ? ownAddress : address.ip,
    // Exim and CommuniGate write `from [192.0.2.1] (helo=x)`: with the client's name apart, the literal is theirs.
    ipIsServers: address !== null || (ownAddress !== null && helo !== null),
    reverseName: address?.reverseName ?? null,
    afterAddress: address === null || address.clientSpoke ? null : (tokens[addressAt + 1] ?? null),
    sameMachine: address?.sameMachine ?? false,
  };
}
