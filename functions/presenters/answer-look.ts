/** How each answer looks: an icon, a word and a colour, never colour alone. Shared by every presenter. */
import type { Report, ReportAddress } from './report-schema.ts';

export type Tone = 'good' | 'fair' | 'bad' | 'unknown' | 'quiet';

export interface Look {
  readonly icon: string;
  readonly word: string;
  readonly tone: Tone;
}

export const ANSWER_LOOKS: Readonly<Record<Report['verdict']['answer'], Look>> = {
  enforced: { icon: '✔', word: 'encrypted, enforced', tone: 'good' },
  opportunistic: { icon: '✔', word: 'encrypted, not enforced', tone: 'fair' },
  partial: { icon: '✘', word: 'partly encrypted', tone: 'bad' },
  plaintext: { icon: '✘', word: 'not encrypted', tone: 'bad' },
  untested: { icon: '?', word: 'could not be tested', tone: 'unknown' },
  'no-mail': { icon: '–', word: 'takes no mail', tone: 'quiet' },
  undeliverable: { icon: '✘', word: 'undeliverable', tone: 'bad' },
};

export const OUTCOME_LOOKS: Readonly<Record<ReportAddress['outcome'], Look>> = {
  encrypted: { icon: '✔', word: 'encrypted', tone: 'good' },
  'not-offered': { icon: '✘', word: 'no encryption offered', tone: 'bad' },
  'starttls-failed': { icon: '✘', word: 'encryption failed', tone: 'bad' },
  refused: { icon: '?', word: 'would not talk to us', tone: 'unknown' },
  unreachable: { icon: '?', word: 'no usable answer', tone: 'unknown' },
  'egress-blocked': { icon: '?', word: 'blocked on our side', tone: 'unknown' },
  'egress-interfered': { icon: '?', word: 'tampered with on our side', tone: 'unknown' },
  'not-public': { icon: '–', word: 'not a public address', tone: 'quiet' },
  'out-of-time': { icon: '?', word: 'out of time', tone: 'unknown' },
  'not-tested': { icon: '?', word: 'not tested', tone: 'unknown' },
};

/** In place of `encrypted`, where TLS came about that today's senders do not offer (RFC 8996 section 4). */
export const OUTDATED: Look = { icon: '✘', word: 'outdated encryption', tone: 'bad' };

/** Mail that gets lost by a domain's own policies is said before its answer. */
const DELIVERY_LOOKS: Readonly<Partial<Record<Report['verdict']['delivery'], Look>>> = {
  failing: { icon: '✘', word: 'mail gets lost', tone: 'bad' },
  degraded: { icon: '!', word: 'some mail may be delayed or lost', tone: 'fair' },
};

/**
 * How a verdict as a whole looks. Where a domain's policies lose its mail, that comes before the answer and marks
 * it: an answer that is well is no comfort to who waits for the mail.
 */
export function verdictLook({ answer, delivery }: Pick<Report['verdict'], 'answer' | 'delivery'>): Look {
  const look = ANSWER_LOOKS[answer];
  const loss = DELIVERY_LOOKS[delivery];
  if (loss === undefined) return look;
  const { icon, tone } = look.tone === 'bad' ? look : loss;
  return { icon, tone, word: `${loss.word}; ${look.word}` };
}

/** What becomes of a sender's mail. */
export const SENDER_LOOKS: Readonly<Record<Report['senders'][number]['outcome'], Look>> = {
  authenticated: { icon: '✔', tone: 'good', word: 'encrypted, to the right server' },
  encrypted: { icon: '✔', tone: 'fair', word: 'encrypted' },
  'plaintext-possible': { icon: '✘', tone: 'bad', word: 'may go readable' },
  refused: { icon: '✘', tone: 'bad', word: 'is not delivered' },
  unknown: { icon: '?', tone: 'unknown', word: 'not known' },
};
