/** An MX host as senders meet it: the facts that what each of them does there follows from. */
import type { AddressOutcome, CertificateFault } from './assessment.ts';
import type { AddressDane, HostDane } from './dane.ts';

/** One address of an MX host as senders meet it. */
export interface SenderAddress {
  readonly outcome: AddressOutcome;
  /** Node's name of the TLS version that was negotiated; null where none was. */
  readonly version: string | null;
  /** Faults of the certificate for the MX host's name; null where none was seen for that name. */
  readonly certificateFaults: readonly CertificateFault[] | null;
  /** What the host's TLSA records make of it. */
  readonly dane: AddressDane;
}

export interface SenderHost {
  readonly host: string;
  readonly preference: number;
  /** True when it surely has no public address: nobody can deliver there. */
  readonly leadsNowhere: boolean;
  /** True when it leads nowhere and no forged address can change that: nobody poses as it. */
  readonly outOfReach: boolean;
  readonly addresses: readonly SenderAddress[];
  readonly dane: Pick<HostDane, 'status' | 'published'>;
}
