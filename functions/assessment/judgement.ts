/** What a check comes to: a domain's servers and its policies judged, or no domain to judge. */
import type { SecurityStatus } from '../dns/answer.ts';
import type { DomainAssessment } from './assessment.ts';
import type { PolicyAssessment } from './policy-assessment.ts';

/** A domain that does not exist has no answer: who asked probably mistyped it. */
export type DomainJudgement =
  | {
      readonly outcome: 'assessed';
      /** The answer and its reasons, policies taken into account. */
      readonly assessment: DomainAssessment;
      readonly policies: PolicyAssessment;
    }
  | {
      readonly outcome: 'no-such-domain';
      readonly domain: string;
      /** `secure`: the denial is signed. */
      readonly securityStatus: SecurityStatus;
    };
