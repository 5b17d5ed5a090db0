/** What there is to do about a domain's records, step by step, and what one has to know to tell. */
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { HostDane } from '../assessment/dane.ts';
import type { HostMtaSts, MtaStsState } from '../assessment/mta-sts.ts';

/** What is known of one MX host. */
export interface RecordsHost {
  readonly host: string;
  readonly dane: Pick<HostDane, 'status' | 'published' | 'baseDomain' | 'records'>;
  readonly mtaSts: HostMtaSts;
  /** The server's own certificate at each address that showed one, DER in base64. */
  readonly certificates: readonly string[];
  /** Whether every tested address has a certificate that senders who verify accept for the host's name. */
  readonly certificateFit: boolean;
  /** Whether the host's address records are signed; TLSA records count only there. */
  readonly signed: boolean;
  /** Whether any of its addresses was tested. */
  readonly tested: boolean;
  /** Whether every address that was tested encrypts. */
  readonly encrypts: boolean;
}

export interface RecordsQuestion {
  readonly domain: string;
  /** Whether the MX records are signed. */
  readonly mxSigned: boolean;
  readonly hosts: readonly RecordsHost[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  /** Becomes the id of the MTA-STS record. */
  readonly now: Date;
}

export type RecordStep =
  /** A record in the DNS, in the form of a zone file. */
  | {
      readonly step: 'publish-record';
      readonly name: string;
      readonly type: 'TLSA' | 'TXT';
      readonly data: string;
      readonly because: RecordReason;
    }
  /** A file on the web. */
  | {
      readonly step: 'publish-file';
      readonly url: string;
      readonly body: string;
      readonly because: RecordReason;
    }
  /** Something to do before the steps that follow it. */
  | { readonly step: 'first'; readonly what: Prerequisite; readonly subject: string }
  | { readonly step: 'wait'; readonly until: 'ttl-passed' | 'reports-clean' }
  | { readonly step: 'nothing'; readonly about: 'tls-reporting' | 'mta-sts' | 'dane' };

export type RecordReason =
  | 'hear-of-failures'
  | 'repair-record'
  | 'policy-missing'
  | 'policy-invalid'
  | 'policy-names-other-hosts'
  | 'policy-not-enforced'
  | 'policy-switched-off'
  | 'tlsa-missing'
  | 'tlsa-stale'
  | 'tlsa-unusable';

export type Prerequisite =
  | 'sign-zone-of-domain'
  | 'sign-zone-of-host'
  | 'fit-certificate'
  | 'offer-encryption'
  | 'repair-signatures'
  | 'test-host'
  /** The policy could not be looked at, so what is there may be right. */
  | 'look-again';

/** What there is to do about a domain's records. */
export interface RecordSteps {
  /** What closes its gaps, in the order in which it is safe; `nothing` where a kind of record is in order. */
  readonly steps: readonly RecordStep[];
  /** A second policy beside one that already obliges senders: more of them would be held to it. */
  readonly suggested: Suggested | null;
}

export interface Suggested {
  readonly about: 'mta-sts' | 'dane';
  readonly steps: readonly RecordStep[];
}
