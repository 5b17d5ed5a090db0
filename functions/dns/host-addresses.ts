/** The addresses of a mail server, both families, each with whether it may be probed. */
import type { Answer, SecurityStatus } from './answer.ts';

export interface HostAddress {
  readonly ip: string;
  readonly family: 4 | 6;
  /** False for loopback, private and other addresses not of the public internet; no packet goes there. */
  readonly public: boolean;
}

export interface HostAddresses {
  /**
   * `records`: at least one address. `no-data`, `name-error`: surely none. `bogus`, `unavailable`: a lookup
   * failed and no address is known. When one family fails and the other has addresses the status is `records`
   * and the failed answer stays visible below.
   */
  readonly status: 'records' | 'no-data' | 'name-error' | 'bogus' | 'unavailable';
  /** The weaker of the two families' (RFC 7672 section 2.2.2 asks for all of them to be secure). */
  readonly securityStatus: SecurityStatus;
  readonly ttlSeconds: number;
  readonly cname: readonly string[];
  readonly addresses: readonly HostAddress[];
  readonly a: Answer<'A'>;
  readonly aaaa: Answer<'AAAA'>;
}
