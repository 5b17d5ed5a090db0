/**
 * How long an answer may be given again. As long as the DNS records behind it may be kept (RFC 1035 section
 * 3.2.1), within bounds; shorter when something could not be looked at, for that may pass; never when it was our
 * own side that kept us from looking.
 */
import type { AddressAssessment, AddressOutcome } from '../assessment/assessment.ts';
import type { DomainJudgement } from '../assessment/judgement.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import type { FindingCode } from '../assessment/finding-codes.ts';
import { assessMtaSts } from '../assessment/mta-sts.ts';
import type { Answer, RecordType } from '../dns/answer.ts';
import { isFailure } from '../dns/answer.ts';
import type { Settings } from '../environment.ts';

export interface FreshnessRules {
  readonly freshSeconds: number;
  readonly leastFreshSeconds: number;
  readonly negativeSeconds: number;
  readonly staleSeconds: number;
}

export function freshnessRules(settings: Settings): FreshnessRules {
  return {
    freshSeconds: settings.MAILTLS_FRESH_SECONDS,
    leastFreshSeconds: settings.MAILTLS_LEAST_FRESH_SECONDS,
    negativeSeconds: settings.MAILTLS_NEGATIVE_SECONDS,
    staleSeconds: settings.MAILTLS_STALE_SECONDS,
  };
}

/** `never`: such evidence is not kept. */
export type Lifetime = 'never' | { readonly freshSeconds: number; readonly staleSeconds: number };

/** States how long evidence serves from the time it was observed. */
export function lifetime(
  evidence: DomainEvidence,
  judgement: DomainJudgement,
  rules: FreshnessRules,
): Lifetime {
  const addresses = addressesOf(judgement);
  if (isOurOwnDoing(addresses.map(({ outcome }) => outcome))) return 'never';
  const { freshSeconds, leastFreshSeconds, negativeSeconds, staleSeconds } = rules;
  const answers = answersIn(evidence);
  const lowestTtl = Math.min(
    ...answers.filter((answer) => !isFailure(answer)).map(({ ttlSeconds }) => ttlSeconds),
  );
  const fresh = Math.min(freshSeconds, Math.max(leastFreshSeconds, lowestTtl));
  const policyFailed = assessMtaSts(evidence.policy.mtaSts).status === 'unavailable';
  const negative = policyFailed || answers.some(isFailure) || addresses.some(isUnsettled);
  return { freshSeconds: negative ? Math.min(fresh, negativeSeconds) : fresh, staleSeconds };
}

/** Outcomes that may be others in a while, without anybody changing anything. */
const UNSETTLED: ReadonlySet<AddressOutcome> = new Set([
  'refused',
  'unreachable',
  'out-of-time',
  'not-tested',
  'egress-blocked',
  'egress-interfered',
]);
/** Why nothing was tested, where waiting changes nothing. */
const OF_CHOICE: ReadonlySet<FindingCode> = new Set(['never-probe', 'address-limit', 'no-prober']);

const isUnsettled = ({ outcome, because }: AddressAssessment): boolean =>
  UNSETTLED.has(outcome) && !OF_CHOICE.has(because.code);

/**
 * Where our side interferes, nothing that was seen can be believed. Where it blocks everything, nothing was seen;
 * where it blocks one address family alone (a host without IPv6), what the other one showed is worth keeping.
 */
function isOurOwnDoing(outcomes: readonly AddressOutcome[]): boolean {
  if (outcomes.includes('egress-interfered')) return true;
  return outcomes.includes('egress-blocked') && !outcomes.some((outcome) => TOLD.has(outcome));
}

const TOLD: ReadonlySet<AddressOutcome> = new Set(['encrypted', 'not-offered', 'starttls-failed', 'refused']);

function addressesOf(judgement: DomainJudgement): readonly AddressAssessment[] {
  return judgement.outcome === 'assessed'
    ? judgement.assessment.mailServers.flatMap(({ addresses }) => addresses)
    : [];
}

/** Says nothing of whether mail is encrypted, so its record may come and go. */
const DECIDES_NOTHING = 'tlsReporting';

/** Every DNS answer of the evidence, wherever it stands, so that none is forgotten. */
export function answersIn(evidence: unknown): readonly Answer<RecordType>[] {
  if (typeof evidence !== 'object' || evidence === null) return [];
  if (isAnswer(evidence)) return [evidence];
  return Object.entries(evidence).flatMap(([name, part]) =>
    name === DECIDES_NOTHING ? [] : answersIn(part),
  );
}

const isAnswer = (value: object): value is Answer<RecordType> =>
  'resolver' in value && 'securityStatus' in value && 'ttlSeconds' in value;
