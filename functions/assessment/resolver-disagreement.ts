/**
 * Two resolvers that tell different stories about one name. The answer goes by the one that promises less (see
 * `dns/comparison.ts`); that they disagree is said all the same, because one of them may be lied to.
 */
import type { Answer, RecordType } from '../dns/answer.ts';
import type { FindingFacts, Observation } from './finding-codes.ts';

/**
 * States the disagreement behind answers to one question.
 * @param answers of one name; the first that two resolvers disagree about is told
 */
export function disagreement(
  records: FindingFacts['resolvers-disagree']['records'],
  answers: readonly Answer<RecordType>[],
): Observation[] {
  const disputed = answers.find((answer) => answer.disagreement !== null);
  if (disputed?.disagreement === undefined || disputed.disagreement === null) return [];
  const { resolver, outcome: other } = disputed.disagreement;
  const used = disputed.outcome === 'records' ? `records, ${disputed.securityStatus}` : disputed.outcome;
  return [{ code: 'resolvers-disagree', facts: { records, resolver, other, used } }];
}
