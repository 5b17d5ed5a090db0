/** How old something is, as a person would say it. */

const STEPS = [
  { unit: 'day', seconds: 86_400 },
  { unit: 'hour', seconds: 3_600 },
  { unit: 'minute', seconds: 60 },
] as const;

/** @returns `a moment ago`, `1 minute ago`, `3 hours ago`; rounded down */
export function wordAge(ageSeconds: number): string {
  const step = STEPS.find(({ seconds }) => ageSeconds >= seconds);
  if (step === undefined) return 'a moment ago';
  const count = Math.floor(ageSeconds / step.seconds);
  return `${count} ${step.unit}${count === 1 ? '' : 's'} ago`;
}

/** @param instant ISO 8601, UTC */
export function wordInstant(instant: string): string {
  return `${instant.slice(0, 10)} ${instant.slice(11, 16)} UTC`;
}

/** What to bear in mind about an answer. */
export const ANSWER_NOTES = {
  provisional: 'Provisional: some servers are looked at once more after a minute, and the answer may change.',
  stale: 'This answer is old, and things may have changed.',
  unkept: 'This answer is not kept: it will be gone in a few minutes.',
} as const;
