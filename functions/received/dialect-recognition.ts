/**
 * Finds the dialect of a Received field. Only what the server itself wrote is looked at: the comments, protocol
 * and name from its `by` on. The order is the software's own name, its protocol, its domain, then the shape.
 */
import type { Dialect } from './dialects.ts';
import {
  BARRACUDA,
  CISCO,
  CISCO_LIKE,
  COURIER,
  DIALECTS,
  GMAIL_INTERNAL,
  HMAILSERVER,
  POSTFIX_RENAMED,
  QMAIL,
  SENDMAIL,
  SMARTERMAIL,
} from './dialects.ts';
import { addressIn } from './ip-address.ts';
import type { Peer } from './peer.ts';
import type { TlsEvidence } from './tls-evidence.ts';

export interface DialectFeatures {
  /** Comments in the server's own clauses, in order. */
  readonly ownComments: readonly string[];
  readonly tls: TlsEvidence;
  readonly byHost: string | null;
  readonly id: string | null;
  readonly peer: Pick<Peer, 'helo' | 'ip'> | null;
  /** Comments between `from` and `by`, in order. */
  readonly peerComments: readonly string[];
}

const LONGEST_NAME = 60;
/** A name of at most 255 octets, and an address. */
const LONGEST_PEER = 320;

const BY_COMMENT = new Map<string, Dialect>();
const BY_PROTOCOL = new Map<string, Dialect>();
const BY_DOMAIN = new Map<string, Dialect>();
for (const dialect of DIALECTS) {
  for (const comment of dialect.comments ?? []) BY_COMMENT.set(comment, dialect);
  for (const protocol of dialect.protocols ?? []) BY_PROTOCOL.set(protocol, dialect);
  for (const domain of dialect.domains ?? []) BY_DOMAIN.set(domain, dialect);
}

/** The first words of the names that have two: `Trend Micro Email Security`. */
const FIRST_OF_TWO = new Set(
  [...BY_COMMENT.keys()].filter((name) => name.includes(' ')).map((name) => name.split(' ')[0]),
);

/** `amavisd-new, port 10024`, `ecelerity 4.2`, `fetchmail-6.3`, `Kerio Connect 8.0`. */
const ENDS_WORD = /[\s/(),]|-\d/;

/** The first word of what a software says of itself; the whole when it is one. */
function firstWord(text: string): string {
  const end = text.search(ENDS_WORD);
  return end < 0 ? text : text.slice(0, end);
}

/** What the names in the table begin with, in either case: most other comments begin with something else. */
const FIRST_LETTERS = new Set(
  [...BY_COMMENT.keys()].flatMap((name) => [name.charCodeAt(0), name.toUpperCase().charCodeAt(0)]),
);

/** A software is known by the first word it says of itself, or by the first two. */
function byComment(comment: string): Dialect | undefined {
  if (!FIRST_LETTERS.has(comment.charCodeAt(0))) return undefined;
  const name = comment.slice(0, LONGEST_NAME).toLowerCase();
  const first = firstWord(name);
  if (!FIRST_OF_TWO.has(first)) return BY_COMMENT.get(first);
  const second = firstWord(name.slice(first.length + 1));
  return BY_COMMENT.get(`${first} ${second}`) ?? BY_COMMENT.get(first);
}

/** The most labels that a domain in the table has. */
const MOST_LABELS = Math.max(...[...BY_DOMAIN.keys()].map((domain) => domain.split('.').length));

/** The row of the domain that `host` is at or below. */
function byDomain(host: string): Dialect | undefined {
  const name = host.toLowerCase();
  let dot = name.lastIndexOf('.');
  for (let labels = 2; labels <= MOST_LABELS && dot > 0; labels += 1) {
    dot = name.lastIndexOf('.', dot - 1);
    const dialect = BY_DOMAIN.get(name.slice(dot + 1));
    if (dialect !== undefined) return dialect;
  }
  return undefined;
}

/** `8.14.7/8.14.7`, `8.16.0.20/8.16.0.20`, `8.14.4/8.14.4/Debian-4`, `V8/cf`: the version of sendmail and of its configuration. */
const SENDMAIL_COMMENT = /^(?:8\.\d[\w.+-]{0,20}(?:\/[\w.+ -]{1,30}){1,4}|V8\/cf)$/;
/** Courier: the process, time and sequence in hexadecimal. */
const COURIER_ID = /^(?:[0-9A-F]{8}|[0-9A-F]{16})\.(?:[0-9A-F]{8}|[0-9A-F]{16})\.[0-9A-F]{8}$/;
/** Postfix queue ids: short ones in hexadecimal, long ones without vowels (postconf(5) enable_long_queue_ids). */
const POSTFIX_ID = /^(?:[0-9A-F]{7,16}|[0-9B-DF-HJ-NP-TV-Zb-df-hj-np-tv-z]{11,20})$/;
/** Barracuda: sixteen letters and digits, and no name of itself. */
const BARRACUDA_ID = /^[A-Za-z0-9]{16}$/;
const TLS_COMMENT = /^version=| encrypted$/;
const SOFTWARE_WORD = /^[A-Za-z][\w-]{1,30}$/;

/** The peer is labelled `(HELO x)`, and its address stands in a comment of its own: qmail. */
const isQmailPeer = ({ peer, peerComments }: DialectFeatures): boolean =>
  peer?.helo != null && peerComments.some((comment) => /^(?:HELO|EHLO) /.test(comment));
/** Cisco writes the address in brackets where qmail writes none: `(HELO x) ([192.0.2.1])`. */
const isCiscoPeer = ({ peerComments }: DialectFeatures): boolean =>
  peerComments.length === 2 && peerComments[1]?.startsWith('[') === true;
const isCiscoProtocol = ({ tls }: DialectFeatures): boolean =>
  tls.words.some(({ words }) => /^E?SMTPS?\/TLS\//i.test(words));
/** hMailServer and SmarterMail name themselves nowhere; nobody else writes these three labels and no more. */
const HMAILSERVER_COMMENT = /^version=(?:TLS|SSL)v\S+\s+cipher=\S+\s+bits=\d+$/;
const SMARTERMAIL_COMMENT = /^version=(?:TLS\\)?Tls\d*\s+cipher=\w+\s+bits=\d+$/;
/** The peer is written `name (reverse [ip])`: Postfix and Sendmail. */
const isReversePeer = ({ peer, peerComments }: DialectFeatures): boolean =>
  peer?.ip != null &&
  peerComments.some((comment) => comment.length < LONGEST_PEER && /^\S+ \[[^\]]+\]$/.test(comment));

/** Google's own machines name themselves by an address of a private network, or one made of it (RFC 3056 section 2). */
const isGoogleInside = (by: string): boolean => /^2002:a[0-9a-f]{2}:/.test(by) || /^10\.\d/.test(by);

/** The dialect, or null when nobody known writes such a field. */
export function recogniseDialect(features: DialectFeatures): Dialect | null {
  const { ownComments, tls, byHost, peer } = features;
  const { protocol } = tls.with;
  for (const comment of ownComments) {
    const dialect = byComment(comment);
    if (dialect !== undefined) return dialect;
  }
  const ofProtocol = BY_PROTOCOL.get((protocol ?? '').toLowerCase());
  if (ofProtocol !== undefined) return ofProtocol;
  if (byHost !== null) {
    if (peer === null && isGoogleInside(byHost) && addressIn(byHost) !== null) return GMAIL_INTERNAL;
    const dialect = byDomain(byHost);
    if (dialect !== undefined) return dialect.name === 'gmail' && peer === null ? GMAIL_INTERNAL : dialect;
  }
  return byShape(features);
}

/** What is left when the software names itself nowhere. */
function byShape(features: DialectFeatures): Dialect | null {
  const { ownComments, id } = features;
  if (ownComments.some((comment) => SENDMAIL_COMMENT.test(comment))) return SENDMAIL;
  if (id !== null && COURIER_ID.test(id)) return COURIER;
  if (isCiscoProtocol(features)) return CISCO;
  if (ownComments.every((comment) => TLS_COMMENT.test(comment))) {
    if (id === null && isQmailPeer(features)) return isCiscoPeer(features) ? CISCO_LIKE : QMAIL;
    if (id !== null && BARRACUDA_ID.test(id)) return BARRACUDA;
    const [comment = ''] = ownComments;
    if (id === null && HMAILSERVER_COMMENT.test(comment)) return HMAILSERVER;
    if (id === null && SMARTERMAIL_COMMENT.test(comment)) return SMARTERMAIL;
  }
  const [only, another] = ownComments;
  const isRenamed =
    only !== undefined &&
    another === undefined &&
    SOFTWARE_WORD.test(only) &&
    POSTFIX_ID.test(id ?? '') &&
    isReversePeer(features);
  return isRenamed ? POSTFIX_RENAMED : null;
}
