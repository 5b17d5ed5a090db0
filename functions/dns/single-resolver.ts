/**
 * One resolver, asked until it is clear what its failure means. A validating resolver says SERVFAIL for data
 * with wrong signatures as well as for no data at all. With checking disabled (CD, RFC 4035 section 3.2.2) it
 * gives the former away; or it says so itself (RFC 8914).
 */
import type { Answer, RecordType } from './answer.ts';
import { isFailure } from './answer.ts';
import { saysBogus } from './extended-errors.ts';
import { failure, interpret } from './interpretation.ts';
import type { Source } from './interpretation.ts';
import { isQueryName } from './message.ts';
import type { Transport } from './transport.ts';

/** Whoever answers a lookup in its own bounded time. */
export type LookUp = <T extends RecordType>(name: string, type: T) => Promise<Answer<T>>;

/** @param believed whether the resolver's AD bit is (RFC 4035 section 4.9.3) */
export function lookUpThrough(transport: Transport, believed: boolean): LookUp {
  const source: Source = { resolver: transport.name, believed };

  async function ask<T extends RecordType>(
    name: string,
    type: T,
    checkingDisabled: boolean,
  ): Promise<Answer<T>> {
    const query = { name, type, checkingDisabled };
    const exchange = await transport.exchange(query);
    return exchange.status === 'reply'
      ? interpret(exchange.reply, query, source)
      : failure(exchange.status, source.resolver, exchange.detail);
  }

  return async (name, type) => {
    if (!isQueryName(name)) return failure('malformed', source.resolver, 'not a name that DNS can carry');
    const answer = await ask(name, type, false);
    if (answer.outcome !== 'servfail') return answer;
    const bogus = failure('bogus', source.resolver, answer.detail ?? '', answer.extendedErrors);
    if (saysBogus(answer.extendedErrors)) return bogus;
    // The failure may have been of a moment, and data that comes with CD would then prove nothing.
    const [unchecked, again] = await Promise.all([ask(name, type, true), ask(name, type, false)]);
    if (!isFailure(again)) return again;
    if (again.outcome === 'servfail' && (!isFailure(unchecked) || saysBogus(again.extendedErrors))) {
      return { ...bogus, extendedErrors: [...answer.extendedErrors, ...again.extendedErrors] };
    }
    return answer;
  };
}
