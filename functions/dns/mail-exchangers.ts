/**
 * Where a domain's mail goes: its MX records, or itself where it has none (RFC 5321 section 5.1), or nowhere
 * where it says so with a null MX (RFC 7505 section 3).
 */
import type { Answer } from './answer.ts';

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
  /** By preference, then name. */
  readonly exchangers: readonly MailExchanger[];
  /** The answer to the MX query itself, kept as evidence. */
  readonly answer: Answer<'MX'>;
}
