/** What was seen of a domain's transport policies, before any judgement: plain JSON, kept with the evidence. */
import type { Answer } from '../dns/answer.ts';
import type { HostTlsa } from './dane/tlsa-base-domain.ts';
import type { MtaStsFetch } from './mta-sts/fetch.ts';

export interface MtaStsEvidence {
  /** The answer for TXT at `_mta-sts.<domain>`. */
  readonly record: Answer<'TXT'>;
  /** Null when there was no reason to fetch: the answer holds no single valid record. */
  readonly fetch: MtaStsFetch | null;
}

/** The policies that belong to the domain and not to one of its servers. */
export interface DomainPolicyEvidence {
  readonly mtaSts: MtaStsEvidence;
  /** The answer for TXT at `_smtp._tls.<domain>`. */
  readonly tlsReporting: Answer<'TXT'>;
}

export interface PolicyEvidence extends DomainPolicyEvidence {
  /** One for each MX host, in the order of the exchangers. */
  readonly tlsa: readonly HostTlsa[];
}
