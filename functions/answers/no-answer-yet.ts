/** What a question comes to as long as it has no answer. */
import type { Answered } from './domain-answers.ts';

const ASK_AGAIN_SECONDS = 2;
const BUSY_SECONDS = 15;

export const CHECKING: Answered = { outcome: 'checking', retryAfterSeconds: ASK_AGAIN_SECONDS };

export const BUSY: Answered = { outcome: 'busy', retryAfterSeconds: BUSY_SECONDS };

export const tooSoon = (leftMs: number): Answered => ({
  outcome: 'too-soon',
  retryAfterSeconds: Math.ceil(leftMs / 1000),
});
