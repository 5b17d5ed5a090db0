/** What the command line's exit status says, so that a script can act on an answer without reading it. */
import type { Report } from '../presenters/report-schema.ts';

type Answer = Report['verdict']['answer'];

/** EX_USAGE of sysexits.h: the command was not understood. */
export const WRONG_USAGE = 64;
/** 128 and the number of SIGINT, as shells report it. */
export const INTERRUPTED = 130;
export const NO_SUCH_DOMAIN = 4;
export const NOT_TESTED = 2;

const STATUSES: Readonly<Record<Answer, number>> = {
  enforced: 0,
  opportunistic: 0,
  partial: 1,
  plaintext: 1,
  untested: 2,
  'no-mail': 3,
  undeliverable: 4,
};

/** What `--require` asks for, with the answers that meet it. */
export const REQUIREMENTS = {
  enforced: ['enforced'],
  encrypted: ['enforced', 'opportunistic'],
} as const satisfies Readonly<Record<string, readonly Answer[]>>;
export type Requirement = keyof typeof REQUIREMENTS;

/** The statuses of a list from worst to best: what could be read comes first, what is all well last. */
const WORST_FIRST = [1, 4, 2, WRONG_USAGE, 3, 0];

/**
 * @param required the least that will do, or null for the answer's own status
 * @returns 0 when the requirement is met; else the answer's status, 1 where that would be 0
 */
export function exitStatus(answer: Answer, required: Requirement | null): number {
  const status = STATUSES[answer];
  if (required === null) return status;
  const met = (REQUIREMENTS[required] as readonly Answer[]).includes(answer);
  return met ? 0 : Math.max(status, 1);
}

/** @returns the worst of a list's statuses; 0 for an empty list */
export function worstStatus(statuses: Iterable<number>): number {
  const seen = new Set(statuses);
  return WORST_FIRST.find((status) => seen.has(status)) ?? 0;
}
