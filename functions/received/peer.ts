/**
 * The peer of a hop, from the `from` clause: the name the client gave in EHLO or HELO, the address the server
 * saw, and the name that address resolves back to. RFC 5321 section 4.4 puts the address in a comment after the
 * name; servers write it in a dozen ways. Only the last address before `by` is the server's: a client can put
 * earlier ones into its EHLO name.
 */
import { isIP } from 'node:net';
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
  /** Nothing but the server's own words can follow: the part after the address comment, when the client put nothing into that. */
  readonly afterAddress: readonly Token[];
  /** The server says it was itself, or a socket or user on the same machine. */
  readonly sameMachine: boolean;
}

/** Comments that hold an address without being the one about the peer's. */
const OTHER_COMMENT = /^(?:using |version=|envelope-|authenticated |auth: |tls: |no client |client |cipher)/i;
/** What a client says of itself, where servers label it. */
const CLIENT_CHOSEN = /helo[ =]|ident|"|account /i;
const LONGEST_COMMENT = 1000;

/** `192.0.2.1`, `IPv6:2001:db8::1`, `fe80::1%3`, `192.0.2.1:40260`; null for anything else. */
export function addressIn(text: string): string | null {
  // An address has a colon or ends in a digit; most words in a field have and do neither.
  if (text.length > 60 || !/:|\d\]?$/.test(text)) return null;
  const bare = text.replace(/^IPv6:/i, '').replace(/%.*$/, '');
  if (isIP(bare) !== 0) return bare;
  const withoutPort = bare.replace(/:\d{1,5}$/, '');
  return isIP(withoutPort) === 4 ? withoutPort : null;
}

interface AddressComment {
  readonly ip: string | null;
  readonly reverseName: string | null;
  readonly sameMachine: boolean;
}

const isDomainName = (word: string): boolean => /^[\w-]+(?:\.[\w-]+)+\.?$/.test(word) && isIP(word) === 0;

/** The address a comment gives for the peer, or null: `(rdns [ip])`, `([ip]:port helo=x)`, `(ip)`, `(user@ip)`. */
function readAddressComment(comment: string): AddressComment | null {
  if (comment.length > LONGEST_COMMENT || !/[\][:]|\d$/.test(comment) || OTHER_COMMENT.test(comment))
    return null;
  const tokens = tokenize(comment);
  let reverseName: string | null = null;
  for (const [at, token] of tokens.entries()) {
    const before = tokens[at - 1]?.text.toLowerCase() ?? '';
    // `helo=[192.0.2.1]` and `HELO [192.0.2.1]` are the client's words.
    const isHelo = before === 'helo' || before === 'ehlo' || before === 'account' || before.endsWith('=');
    if (token.kind === 'literal' && !isHelo) {
      if (token.text === 'unix socket' || token.text === 'local' || token.text === 'UNIX: localhost') {
        return { ip: null, reverseName, sameMachine: true };
      }
      const ip = addressIn(token.text);
      if (ip !== null || token.text.toLowerCase() === 'x.x.x.x')
        return { ip, reverseName, sameMachine: false };
    }
    if (token.kind === 'word' && !isHelo) {
      const name = token.text.slice(token.text.lastIndexOf('@') + 1);
      const ip = addressIn(name);
      if (ip !== null && tokens.length === 1) return { ip, reverseName, sameMachine: false };
      if (at === 0 && isDomainName(name)) reverseName = name.replace(/\.$/, '').toLowerCase();
    }
  }
  return null;
}

/** `(HELO x)`, `(EHLO x)`, `(helo=x)`, `([ip] helo=x)`, `("EHLO x" ...)`. */
function heloIn(comment: string): string | null {
  if (comment.length > LONGEST_COMMENT || !/helo|ehlo/i.test(comment)) return null;
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
  const comment = from.parts.findIndex((token) => token.kind === 'comment' || token.kind === 'literal');
  const words = from.parts.slice(0, comment < 1 ? undefined : comment);
  const touching = words.findIndex((token, at) => at > 0 && token.start > (words[at - 1]?.end ?? 0));
  const isPlainWords = !hasAddressComment && comment < 0 && words.length <= 4;
  return joinTokens(isPlainWords || touching < 0 ? words : words.slice(0, touching));
}

/** Reads what stands before the server's own clauses. Null when no `from` is there. */
export function parsePeer(peerPart: readonly Clause[]): Peer | null {
  const from = peerPart.find((clause) => clause.name === 'from');
  if (from === undefined) return null;
  const tokens = peerPart.slice(peerPart.indexOf(from)).flatMap((clause) => clause.parts);
  let address: AddressComment | null = null;
  let addressAt = -1;
  let helo: string | null = null;
  for (const [at, token] of tokens.entries()) {
    if (token.kind === 'comment') {
      helo ??= heloIn(token.text);
      const found = readAddressComment(token.text);
      if (found !== null) [address, addressAt] = [found, at];
    } else if (token.kind === 'literal' && at > 0) {
      // `from unknown [192.0.2.12] (EHLO mx.example.org)`
      const ip = addressIn(token.text);
      if (ip !== null) [address, addressAt] = [{ ip, reverseName: null, sameMachine: false }, at];
    }
  }
  const name = peerName(from, address !== null);
  const ownAddress = addressIn((name ?? '').replace(/^\[|\]$/g, ''));
  const addressText = tokens[addressAt]?.text ?? '';
  return {
    name,
    helo,
    ip: address === null ? ownAddress : address.ip,
    // Exim and CommuniGate write `from [192.0.2.1] (helo=x)`: with the client's name apart, the literal is theirs.
    ipIsServers: address !== null || (ownAddress !== null && helo !== null),
    reverseName: address?.reverseName ?? null,
    afterAddress: addressAt < 0 || CLIENT_CHOSEN.test(addressText) ? [] : tokens.slice(addressAt + 1),
    sameMachine: address?.sameMachine ?? false,
  };
}
