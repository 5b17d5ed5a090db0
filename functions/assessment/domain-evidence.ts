/** Everything one check saw, before any judgement: what is stored, and what every report is computed from. */
import type { HostAddresses } from '../dns/host-addresses.ts';
import type { MailExchanger, MailExchangers } from '../dns/mail-exchangers.ts';
import type { PolicyEvidence } from '../policy/policy-evidence.ts';
import type { EgressEvidence } from '../probe/egress-evidence.ts';
import type { ProbeResult } from '../probe/prober.ts';

/** One MX host with its addresses and what the probes of them saw. */
export interface HostEvidence {
  readonly exchanger: MailExchanger;
  /** Null when the exchange cannot be looked up at all (an address, `localhost`). */
  readonly addresses: HostAddresses | null;
  /** One for each address, in the order of `addresses.addresses`. */
  readonly probes: readonly ProbeResult[];
  /** The same after at least a minute, for the addresses whose first look did not settle it; else empty. */
  readonly secondLook: readonly ProbeResult[];
  /**
   * Under the host's own name, for the addresses that were probed under another and showed a certificate that is
   * not for this one. Evidence from before this was looked at lacks it.
   */
  readonly hostNameLook?: readonly ProbeResult[];
}

export interface Observer {
  readonly vantage: 'local' | 'lambda' | 'agent' | 'none';
  readonly sourceIp: string | null;
  readonly ehloName: string | null;
  readonly resolvers: readonly string[];
  readonly toolVersion: string;
}

export interface DomainEvidence {
  readonly schema: 'mailtls.evidence/1';
  /** A-label, lower case, no trailing dot. */
  readonly domain: string;
  readonly observedAt: string;
  readonly tookMs: number;
  readonly mx: MailExchangers;
  readonly hosts: readonly HostEvidence[];
  readonly policy: PolicyEvidence;
  /** Null when nothing gave reason to doubt our own side. */
  readonly egress: EgressEvidence | null;
  readonly observer: Observer;
}
