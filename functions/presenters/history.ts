/** The states a domain has been in, with a sentence for each change. */
import type { HistoryChange } from '../store/state-changes.ts';
import type { HistoryEntry } from '../store/domain-history.ts';
import type { Question } from '../question/domain.ts';
import { ANSWER_LOOKS, OUTCOME_LOOKS } from './answer-look.ts';
import type { History } from './history-schema.ts';

/** @param entries the latest first */
export function presentHistory(
  { domain, displayDomain }: Pick<Question, 'domain' | 'displayDomain'>,
  entries: readonly HistoryEntry[],
): History {
  return {
    schema: 'mailtls.history/1',
    domain,
    displayDomain,
    entries: entries.map(({ since, until, answer, changes }) => ({
      since,
      until,
      answer,
      changes: changes.map((change) => ({ ...change, text: wordChange(change) })),
    })),
  };
}

const lookOf = (looks: Readonly<Record<string, { readonly word: string }>>, code: string | null): string =>
  code === null ? 'not there' : (looks[code]?.word ?? code);
const mode = (code: string | null): string => (code === null ? 'no policy' : `mode ${code}`);

const SENTENCES: { readonly [What in HistoryChange['what']]: (change: HistoryChange) => string } = {
  answer: ({ before, after }) =>
    `The answer was "${lookOf(ANSWER_LOOKS, before)}" and became "${lookOf(ANSWER_LOOKS, after)}".`,
  outcome: ({ subject, before, after }) =>
    `${subject} was "${lookOf(OUTCOME_LOOKS, before)}" and became "${lookOf(OUTCOME_LOOKS, after)}".`,
  certificate: ({ subject, before, after }) => {
    if (before === null) return `${subject} has a certificate.`;
    return after === null ? `${subject} has no certificate any more.` : `${subject} has a new certificate.`;
  },
  tlsa: ({ subject, before, after }) => {
    if (before === null) return `${subject} has TLSA records (DANE).`;
    return after === null
      ? `${subject} has no TLSA records (DANE) any more.`
      : `${subject} has new TLSA records (DANE).`;
  },
  'mta-sts-mode': ({ before, after }) => `MTA-STS went from ${mode(before)} to ${mode(after)}.`,
};

/** @returns one sentence */
function wordChange(change: HistoryChange): string {
  return SENTENCES[change.what](change);
}
