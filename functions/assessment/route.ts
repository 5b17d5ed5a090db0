/**
 * The answer over all hops of a message. Only hops that crossed a network count: what stayed on one machine was
 * not on any wire, and a field without `from` that says nothing of TLS (Google's internal ones) records no
 * crossing. One plain hop is enough to make the way as a whole not encrypted; one unknown hop, or a field that
 * could not be read, is enough not to promise.
 */
import type { Hop } from './hop.ts';

export type RouteAnswer = 'encrypted' | 'partly' | 'not-encrypted' | 'unknown';

export interface Route {
  readonly answer: RouteAnswer;
  /** The same over the trusted hops alone. */
  readonly trustedAnswer: RouteAnswer;
  /** How many hops crossed a network, and what is known of them. */
  readonly crossed: number;
  readonly encrypted: number;
  readonly notEncrypted: number;
  readonly unknown: number;
  /** Fields that could not be read: each may be a hop. */
  readonly unreadable: number;
}

/** Whether a hop records that the message went from one machine to another. */
function crossedNetwork(hop: Hop): boolean {
  if (hop.network === 'none' || hop.judgement.encryption === 'local') return false;
  return hop.field.from !== null || hop.judgement.encryption !== 'unknown';
}

/** All encrypted: encrypted. None, and at least one known not to be: not-encrypted. A plain one among others: partly. */
function answerOver(hops: readonly Hop[]): RouteAnswer {
  const crossings = hops.filter(crossedNetwork);
  const has = (encryption: string): boolean =>
    crossings.some((hop) => hop.judgement.encryption === encryption);
  if (crossings.length === 0) return 'unknown';
  if (has('not-encrypted')) return has('encrypted') ? 'partly' : 'not-encrypted';
  return has('unknown') ? 'unknown' : 'encrypted';
}

/** An unread field may be a hop of any kind: one is enough not to promise. */
const withUnread = (answer: RouteAnswer, unread: number): RouteAnswer =>
  answer === 'encrypted' && unread > 0 ? 'unknown' : answer;

/**
 * Judges the whole way of a message.
 * @param unreadable how many of its Received fields could not be read
 * @param unreadableTrusted how many of these stand above the last trusted hop, where the reader's own side wrote them
 */
export function assessRoute(hops: readonly Hop[], unreadable: number, unreadableTrusted: number): Route {
  const crossings = hops.filter(crossedNetwork);
  const count = (encryption: string): number =>
    crossings.filter((hop) => hop.judgement.encryption === encryption).length;
  const trusted = answerOver(hops.filter((hop) => hop.trusted));
  return {
    answer: withUnread(answerOver(hops), unreadable),
    trustedAnswer: withUnread(trusted, unreadableTrusted),
    crossed: crossings.length,
    encrypted: count('encrypted'),
    notEncrypted: count('not-encrypted'),
    unknown: count('unknown'),
    unreadable,
  };
}
