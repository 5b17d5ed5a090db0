/**
 * Where a domain's mail goes: its MX records, or itself where it has none (RFC 5321 section 5.1), or nowhere
 * where it says so with a null MX (RFC 7505 section 3).
 */
import { isIP } from 'node:net';
import type { Answer, RecordData, Resolver } from './answer.ts';
import { isFailure } from './answer.ts';
import { lookUpHostAddresses } from './host-addresses.ts';

/** An exchange that no mail can be delivered to as it is written. */
export type ExchangeFault =
  /** RFC 5321 section 5.1 and RFC 2181 section 10.3: the exchange must not be an alias. Senders mostly follow it. */
  | 'alias'
  /** RFC 5321 section 2.3.5: an address where a host name belongs. */
  | 'address-literal'
  /** The exchange is `localhost`, or a name below it (RFC 6761 section 6.3). */
  | 'localhost'
  /** RFC 7505 section 3: `.` stands beside other exchanges, where it means nothing. */
  | 'null-mx-among-others'
  /** Not a host name that can be looked up. */
  | 'not-a-host-name';

export interface MailExchanger {
  /** A-label, lower case, no trailing dot. */
  readonly host: string;
  readonly preference: number;
  /** What the MX record itself shows to be wrong; `alias` is added once its addresses were looked up. */
  readonly fault: ExchangeFault | null;
}

export interface MailExchangers {
  /**
   * `mx`: MX records. `implicit`: none, the domain's own address counts (RFC 5321 section 5.1). `null-mx`: the
   * domain takes no mail (RFC 7505). `none`: neither MX nor address. `name-error`: no such domain.
   * `unavailable`: could not be looked up; nothing is known.
   */
  readonly source: 'mx' | 'implicit' | 'null-mx' | 'none' | 'name-error' | 'unavailable';
  /** By preference, then name; each host once, with its best preference. */
  readonly exchangers: readonly MailExchanger[];
  /** The answer to the MX query itself, kept as evidence. */
  readonly answer: Answer<'MX'>;
}

/**
 * Looks up where mail for a domain goes.
 * @param domain A-label, lower case, no trailing dot
 * @param signal ends the wait; what was not answered by then is `unavailable`
 */
export async function lookUpMailExchangers(
  domain: string,
  resolver: Resolver,
  signal?: AbortSignal,
): Promise<MailExchangers> {
  const answer = await resolver.lookUp(domain, 'MX', signal);
  if (isFailure(answer)) return { source: 'unavailable', exchangers: [], answer };
  if (answer.outcome !== 'records') {
    return answer.outcome === 'name-error'
      ? { source: 'name-error', exchangers: [], answer }
      : withoutMx(domain, resolver, answer, signal);
  }
  // RFC 7505 section 3 asks for preference 0 and a single record; nothing but a null MX can be meant by `.` alone.
  if (answer.records.every(({ exchange }) => exchange === ''))
    return { source: 'null-mx', exchangers: [], answer };
  return { source: 'mx', exchangers: exchangersOf(answer.records), answer };
}

/**
 * RFC 5321 section 5.1: without any MX record the domain is its own mail server, with preference 0. Where there
 * are MX records this never applies, however useless they are.
 */
async function withoutMx(
  domain: string,
  resolver: Resolver,
  answer: Answer<'MX'>,
  signal?: AbortSignal,
): Promise<MailExchangers> {
  const { status } = await lookUpHostAddresses(domain, resolver, signal);
  if (status === 'records') {
    return { source: 'implicit', exchangers: [{ host: domain, preference: 0, fault: null }], answer };
  }
  const source = status === 'bogus' || status === 'unavailable' ? 'unavailable' : 'none';
  return { source, exchangers: [], answer };
}

function exchangersOf(records: readonly RecordData['MX'][]): readonly MailExchanger[] {
  const inOrder = records.toSorted(
    (one, other) => one.preference - other.preference || (one.exchange < other.exchange ? -1 : 1),
  );
  const byHost = new Map<string, MailExchanger>();
  for (const { exchange, preference } of inOrder) {
    if (!byHost.has(exchange)) byHost.set(exchange, { host: exchange, preference, fault: faultOf(exchange) });
  }
  return [...byHost.values()];
}

/** Underscores are no part of host names, and resolve all the same: senders do not mind them. */
const HOST_NAME = /^(?:[a-z0-9_-]{1,63}\.)*[a-z0-9_-]{1,63}$/;

function faultOf(exchange: string): ExchangeFault | null {
  if (exchange === '') return 'null-mx-among-others';
  if (exchange === 'localhost' || exchange.endsWith('.localhost')) return 'localhost';
  const inBrackets = /^\[(?:ipv6:)?(.*)\]$/.exec(exchange)?.[1] ?? exchange;
  if (isIP(inBrackets.replaceAll('\\', '')) !== 0) return 'address-literal';
  return HOST_NAME.test(exchange) ? null : 'not-a-host-name';
}
