/** Answers about many domains as a spreadsheet: a row each, what matters most to the left. */
import { ANSWER_LOOKS } from './answer-look.ts';
import { presentCsv } from './csv.ts';
import type { Problem } from './problem.ts';
import type { Report } from './report-schema.ts';

export type ListedDomain = { readonly asked: string } & (
  | {
      readonly outcome: 'report';
      readonly report: Report;
      readonly ageSeconds: number;
      readonly stale: boolean;
    }
  | { readonly outcome: 'checking'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'problem'; readonly problem: Pick<Problem, 'type' | 'detail'> }
);

const COLUMNS = [
  'asked',
  'domain',
  'answer',
  'in words',
  'sentence',
  'encrypted now',
  'strippable',
  'protected by',
  'delivery',
  'servers tested',
  'servers',
  'checked at',
  'stale',
] as const;

export function presentDomainListCsv(results: readonly ListedDomain[]): string {
  return presentCsv([COLUMNS, ...results.map(row)]);
}

function row(result: ListedDomain): readonly (string | number | boolean | null)[] {
  if (result.outcome === 'problem')
    return unanswered(result.asked, result.problem.type, result.problem.detail);
  if (result.outcome === 'checking') {
    const sentence = `Still being checked; ask again in ${result.retryAfterSeconds} s.`;
    return unanswered(result.asked, 'checking', sentence);
  }
  const { domain, verdict, checkedAt } = result.report;
  const { answer, sentence, encryptedNow, strippable, protectedBy, delivery, coverage } = verdict;
  const { tested, total } = coverage.hosts;
  const judged = [answer, ANSWER_LOOKS[answer].word, sentence, encryptedNow, strippable];
  const kept = [protectedBy.join(' '), delivery, tested, total, checkedAt, result.stale];
  return [result.asked, domain, ...judged, ...kept];
}

function unanswered(asked: string, answer: string, sentence: string): readonly (string | null)[] {
  const given = [asked, null, answer, null, sentence];
  return [...given, ...Array.from({ length: COLUMNS.length - given.length }, () => null)];
}
