/**
 * Several resolvers, compared where their answers decide what is secure. A single one can be wrong, lied to or
 * made to fail; what two agree on is worth more, and where they disagree the answer says the less: bogus and
 * servfail beat insecure and absent. The texts of policies come over HTTPS from a host with a certificate of its
 * own, so for those the next resolver is asked only when one fails.
 */
import type { Answer, RecordType, SecurityStatus } from './answer.ts';
import { isFailure } from './answer.ts';
import type { LookUp } from './single-resolver.ts';

const COMPARED: ReadonlySet<RecordType> = new Set(['MX', 'A', 'AAAA', 'CNAME', 'TLSA']);
/** Servers give each client other addresses, and rightly so; of these types everyone gets the same. */
const SAME_FOR_ALL: ReadonlySet<RecordType> = new Set(['MX', 'CNAME', 'TLSA']);

const SILENT_AT_MOST = 3;
const REST_MS = 30_000;

interface Member {
  readonly lookUp: LookUp;
  /** How often in a row it gave nothing. */
  silences: number;
  restsUntilMs: number;
}

export interface ComparisonBounds {
  /** How long an answer waits for the other resolver's. */
  readonly patienceMs: number;
  /** Milliseconds, of any origin. */
  readonly clock: () => number;
}

/**
 * States what several resolvers say together. One that stays silent three times in a row is left alone for 30
 * seconds, so that a resolver that cannot be reached costs a check little.
 * @param lookUps in order of preference; at least one
 */
export function compared(lookUps: readonly LookUp[], { patienceMs, clock }: ComparisonBounds): LookUp {
  const members = lookUps.map((lookUp): Member => ({
    lookUp,
    silences: 0,
    restsUntilMs: Number.NEGATIVE_INFINITY,
  }));

  async function ask<T extends RecordType>(member: Member, name: string, type: T): Promise<Answer<T>> {
    const answer = await member.lookUp(name, type);
    member.silences = isSilence(answer) ? member.silences + 1 : 0;
    if (member.silences >= SILENT_AT_MOST) member.restsUntilMs = clock() + REST_MS;
    return answer;
  }

  const rests = ({ restsUntilMs }: Member): boolean => restsUntilMs > clock();

  return async (name, type) => {
    // One that rests is still asked when nobody else has an answer.
    const [first, ...others] = members.toSorted((one, other) => Number(rests(one)) - Number(rests(other)));
    if (first === undefined) throw new Error('no resolver to ask');
    let rest = others;
    let settled: Answer<typeof type>;
    const [second] = others;
    if (second !== undefined && !rests(second) && COMPARED.has(type)) {
      settled = await both(ask(first, name, type), ask(second, name, type), type, patienceMs);
      rest = others.slice(1);
    } else {
      settled = await ask(first, name, type);
    }
    for (const next of rest) {
      if (!isFailure(settled) || settled.outcome === 'bogus') break;
      settled = settle(settled, await ask(next, name, type), type);
    }
    return settled;
  };
}

/** Waits for both; once one has said something, for the other only so long. */
async function both<T extends RecordType>(
  first: Promise<Answer<T>>,
  second: Promise<Answer<T>>,
  type: T,
  patienceMs: number,
): Promise<Answer<T>> {
  const earlier = await Promise.race([first, second]);
  if (isFailure(earlier)) return settle(await first, await second, type);
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, patienceMs, null);
  });
  const answers = await Promise.race([Promise.all([first, second]), patience]);
  clearTimeout(timer);
  return answers === null ? earlier : settle(answers[0], answers[1], type);
}

/** Nothing was heard about the name at all. */
function isSilence(answer: Answer<RecordType>): boolean {
  return answer.outcome === 'timeout' || answer.outcome === 'refused' || answer.outcome === 'malformed';
}

/**
 * States what two answers come to. Silence yields to any answer. Bogus beats everything, servfail everything
 * but a secure answer. Of two answers records beat their absence, and the security status is the weaker one's.
 */
export function settle<T extends RecordType>(first: Answer<T>, second: Answer<T>, type: T): Answer<T> {
  if (isSilence(second)) return first;
  if (isSilence(first)) return second;
  const [chosen, other] = outweighs(second, first) ? [second, first] : [first, second];
  const difference = differenceOf(chosen, other, type);
  const disagreement =
    difference === null ? chosen.disagreement : { resolver: other.resolver, outcome: difference };
  if (isFailure(chosen) || isFailure(other)) return { ...chosen, disagreement };
  return { ...chosen, disagreement, securityStatus: weaker(chosen.securityStatus, other.securityStatus) };
}

const OUTCOME_WEIGHTS = { records: 3, 'no-data': 2, 'name-error': 1 } as const;

function outweighs(one: Answer<RecordType>, other: Answer<RecordType>): boolean {
  if (isFailure(one) || isFailure(other)) return failureWeight(one) > failureWeight(other);
  return OUTCOME_WEIGHTS[one.outcome] > OUTCOME_WEIGHTS[other.outcome];
}

function failureWeight(answer: Answer<RecordType>): number {
  if (isFailure(answer)) return answer.outcome === 'bogus' ? 3 : 1;
  return answer.securityStatus === 'secure' ? 2 : 0;
}

/** A resolver that is not believed has no say in this. */
function weaker(one: SecurityStatus, other: SecurityStatus): SecurityStatus {
  if (one === 'indeterminate') return other;
  return other === 'insecure' ? other : one;
}

/** In a few words, what the other resolver said; null when it tells the same story. */
function differenceOf<T extends RecordType>(chosen: Answer<T>, other: Answer<T>, type: T): string | null {
  if (chosen.outcome !== other.outcome) return other.outcome;
  const statuses = [chosen.securityStatus, other.securityStatus];
  if (statuses[0] !== statuses[1] && !statuses.includes('indeterminate')) {
    return `${other.outcome}, ${other.securityStatus}`;
  }
  if (chosen.outcome !== 'records' || other.outcome !== 'records' || !SAME_FOR_ALL.has(type)) return null;
  return contents(chosen.records) === contents(other.records) ? null : 'other records';
}

/** The order of records means nothing. */
const contents = (records: readonly unknown[]): string =>
  records
    .map((record) => JSON.stringify(record))
    .toSorted()
    .join();
