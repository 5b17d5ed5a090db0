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

/** Judges the whole way of a message. `unreadable`: how many of its Received fields could not be read. */
export function assessRoute(hops: readonly Hop[], unreadable: number): Route {
  const crossings = hops.filter(crossedNetwork);
  const count = (encryption: string): number =>
    crossings.filter((hop) => hop.judgement.encryption === encryption).length;
  const answer = answerOver(hops);
  return {
    answer: answer === 'encrypted' && unreadable > 0 ? 'unknown' : answer,
    trustedAnswer: answerOver(hops.filter((hop) => hop.trusted)),
    crossed: crossings.length,
    encrypted: count('encrypted'),
    notEncrypted: count('not-encrypted'),
    unknown: count('unknown'),
    unreadable,
  };
}
