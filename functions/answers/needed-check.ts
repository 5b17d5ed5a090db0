/** What a question needs beside what is known: nothing, a check behind its back, or one to wait for. */
import type { AgedAnswer } from './domain-answers.ts';
import type { Settings } from '../environment.ts';
import type { KnownAnswer } from './known-answers.ts';

/** What a check is started for, and so what answer of another process makes it needless. */
export type Purpose =
  | { readonly purpose: 'answer' }
  /** `askedAtMs`: milliseconds since 1970. */
  | { readonly purpose: 'again'; readonly askedAtMs: number }
  | { readonly purpose: 'second-look' };

export type Need =
  /** `start`: the check that makes the answer better for whoever asks next; null: none is due. */
  | { readonly give: AgedAnswer; readonly start: Purpose | null }
  /** `tooSoonMs`: unless one runs already, none is to be started for so long; 0: it may be now. */
  | { readonly give: null; readonly start: Purpose; readonly tooSoonMs: number };

export interface NeedRules {
  /** The least time between a check and checking again on demand; so long serves what could not be kept. */
  readonly recheckMs: number;
  /** When a second look is due. It has as long again to come by itself. */
  readonly secondLookMs: number;
}

export function needRules(settings: Settings): NeedRules {
  return {
    recheckMs: settings.MAILTLS_RECHECK_SECONDS * 1000,
    secondLookMs: settings.MAILTLS_SECOND_LOOK_MS,
  };
}

/**
 * @param found what is known of the domain; null: nothing
 * @param askedAtMs milliseconds since 1970
 */
export function neededCheck(
  found: KnownAnswer | null,
  { again, askedAtMs }: { readonly again: boolean; readonly askedAtMs: number },
  { recheckMs, secondLookMs }: NeedRules,
): Need {
  if (again) {
    const tooSoonMs = found === null ? 0 : Math.max(0, found.checkedAtMs + recheckMs - askedAtMs);
    return { give: null, start: { purpose: 'again', askedAtMs }, tooSoonMs };
  }
  if (found?.serves !== true) return { give: null, start: { purpose: 'answer' }, tooSoonMs: 0 };
  if (found.answer.stale) return { give: found.answer, start: { purpose: 'answer' } };
  const overdue = found.wantsSecondLook && found.checkedAtMs + 2 * secondLookMs < askedAtMs;
  return { give: found.answer, start: overdue ? { purpose: 'second-look' } : null };
}

/** States whether what is known is already what a check would be started for. */
export function isEnough(found: KnownAnswer, purpose: Purpose): boolean {
  if (purpose.purpose === 'second-look') return !found.wantsSecondLook;
  if (purpose.purpose === 'again') return found.checkedAtMs >= purpose.askedAtMs;
  return found.serves && !found.answer.stale;
}
