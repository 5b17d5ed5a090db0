/** What is known of a domain's policies when it comes to what is to be said of them. */
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { HostDane } from './dane.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';
import type { PolicyAdvice, PolicyFinding } from './policy-finding-codes.ts';
import type { Protection } from './protection.ts';
import type { RequireTlsJudgement } from './require-tls.ts';
import type { SenderJudgement } from './senders.ts';

export interface PolicyFindings {
  readonly findings: readonly PolicyFinding[];
  readonly advice: readonly PolicyAdvice[];
}

export interface PolicyJudgement {
  readonly domain: string;
  readonly hosts: readonly {
    readonly host: string;
    readonly leadsNowhere: boolean;
    readonly outOfReach: boolean;
    readonly dane: HostDane;
    readonly mtaSts: HostMtaSts;
  }[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  readonly protection: Protection;
  readonly requireTls: RequireTlsJudgement;
  readonly senders: readonly Pick<SenderJudgement, 'sender' | 'outcome' | 'because'>[];
}

export const NOTHING: PolicyFindings = { findings: [], advice: [] };
export const NO_FACTS: Readonly<Record<string, never>> = {};
