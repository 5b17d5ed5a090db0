/**
 * Finds the dialect of a Received field. Only what the server itself wrote is looked at: the comments, protocol
 * and name from its `by` on. The order is the software's own name, its protocol, its domain, then the shape.
 */
import type { Dialect } from './dialects.ts';
import {
  BARRACUDA,
  COURIER,
  DIALECTS,
  GMAIL_INTERNAL,
  POSTFIX_RENAMED,
  QMAIL,
  SENDMAIL,
} from './dialects.ts';
import { addressIn } from './peer.ts';

export interface DialectFeatures {
  /** Comments in the server's own clauses, in order. */
  readonly ownComments: readonly string[];
  readonly protocol: string | null;
  readonly byHost: string | null;
  readonly id: string | null;
  readonly hasFrom: boolean;
  /** The peer is labelled `(HELO x)` and its address stands in a comment, as qmail writes it. */
  readonly qmailPeer: boolean;
  /** The peer is written `name (reverse [ip])`, as Postfix and Sendmail do. */
  readonly reversePeer: boolean;
}

const LONGEST_NAME = 60;

const BY_COMMENT = new Map<string, Dialect>();
const BY_PROTOCOL = new Map<string, Dialect>();
const BY_DOMAIN = new Map<string, Dialect>();
for (const dialect of DIALECTS) {
  for (const comment of dialect.comments ?? []) BY_COMMENT.set(comment, dialect);
  for (const protocol of dialect.protocols ?? []) BY_PROTOCOL.set(protocol, dialect);
  for (const domain of dialect.domains ?? []) BY_DOMAIN.set(domain, dialect);
}

/** `amavisd-new, port 10024` is known by its first word, `Trend Micro Email Security` by its first two. */
function byComment(comment: string): Dialect | undefined {
  const [first = '', second = ''] = comment
    .slice(0, LONGEST_NAME)
    .toLowerCase()
    .split(/[ /(),]|-(?=\d)/);
  return BY_COMMENT.get(`${first} ${second}`) ?? BY_COMMENT.get(first);
}

/** The row of the domain that `host` is at or below. */
function byDomain(host: string): Dialect | undefined {
  const labels = host.toLowerCase().split('.').slice(-4);
  for (let from = 0; from < labels.length - 1; from += 1) {
    const dialect = BY_DOMAIN.get(labels.slice(from).join('.'));
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

/** Google's own machines name themselves by an address of a private network, or one made of it (RFC 3056 section 2). */
const isGoogleInside = (by: string): boolean => /^2002:a[0-9a-f]{2}:/.test(by) || /^10\.\d/.test(by);

/** The dialect, or null when nobody known writes such a field. */
export function recogniseDialect(features: DialectFeatures): Dialect | null {
  const { ownComments, protocol, byHost, id } = features;
  for (const comment of ownComments) {
    const dialect = byComment(comment);
    if (dialect !== undefined) return dialect;
  }
  const ofProtocol = BY_PROTOCOL.get((protocol ?? '').toLowerCase());
  if (ofProtocol !== undefined) return ofProtocol;
  if (byHost !== null) {
    if (!features.hasFrom && addressIn(byHost) !== null && isGoogleInside(byHost)) return GMAIL_INTERNAL;
    const dialect = byDomain(byHost);
    if (dialect !== undefined)
      return dialect.name === 'gmail' && !features.hasFrom ? GMAIL_INTERNAL : dialect;
  }
  if (ownComments.some((comment) => SENDMAIL_COMMENT.test(comment))) return SENDMAIL;
  if (id !== null && COURIER_ID.test(id)) return COURIER;
  const isNameless = ownComments.every((comment) => TLS_COMMENT.test(comment));
  if (isNameless && features.qmailPeer && id === null) return QMAIL;
  if (isNameless && BARRACUDA_ID.test(id ?? '')) return BARRACUDA;
  const [only] = ownComments;
  const isRenamed =
    ownComments.length === 1 &&
    SOFTWARE_WORD.test(only ?? '') &&
    features.reversePeer &&
    POSTFIX_ID.test(id ?? '');
  return isRenamed ? POSTFIX_RENAMED : null;
}
