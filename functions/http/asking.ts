/**
 * Asking for an answer on behalf of many clients: stored answers are free, a new check counts against the
 * rates once, however many wait for it. What cannot be kept in the store (our own port 25 is blocked, the store
 * is down) is remembered here for a moment, so that whoever was told to come back finds it.
 */
import type { AgedAnswer, Answered, DomainAnswers } from '../answer-domain.ts';
import type { Question } from '../question/domain.ts';
import type { CheckRates } from './check-rates.ts';

export type Asked =
  | Answered
  | {
      readonly outcome: 'too-many';
      readonly whose: 'client' | 'all';
      readonly retryAfterSeconds: number;
    };

export interface Found {
  readonly asked: Asked;
  /** `stored`: it was there. `check`: one was made, or waited for. */
  readonly from: 'stored' | 'check';
}

export interface Asker {
  /** Whom the rates count by. */
  readonly client: string;
  /** The client has gone. */
  readonly signal: AbortSignal;
  readonly waitMs: number;
}

export interface Asking {
  readonly ask: (question: Pick<Question, 'domain'>, again: boolean, asker: Asker) => Promise<Found>;
  /** States what is known already, and starts nothing. */
  readonly known: (domain: string) => Promise<AgedAnswer | null>;
}

export interface AskingTools {
  readonly answers: DomainAnswers;
  readonly rates: CheckRates;
  /** How long a check may take at most, as whoever runs it bounds it. */
  readonly longestCheckMs: number;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
}

/** How long a check that could not be kept answers for a new one. */
const ANSWERS_FOR_MS = 60_000;
/** How long it can still be read on its page. */
const REMEMBERED_MS = 600_000;
const MOST_REMEMBERED = 200;
const COME_BACK_SECONDS = 2;
const NEVER = new AbortController().signal;

export function createAsking({ answers, rates, longestCheckMs, clock }: AskingTools): Asking {
  const underWay = new Map<string, Promise<Answered>>();
  const remembered = new Map<string, { readonly answer: AgedAnswer; readonly atMs: number }>();

  function remember(answered: Answered, domain: string): void {
    if (answered.outcome !== 'answer' && answered.outcome !== 'no-such-domain') return;
    remembered.delete(domain);
    if (answered.kept) return;
    remembered.set(domain, { answer: answered, atMs: clock() });
    const [oldest] = remembered.keys();
    if (remembered.size > MOST_REMEMBERED && oldest !== undefined) remembered.delete(oldest);
  }

  function recall(domain: string, withinMs: number): AgedAnswer | null {
    const found = remembered.get(domain);
    if (found === undefined || clock() - found.atMs > withinMs) return null;
    const ageSeconds = Math.max(0, Math.floor((clock() - observedMs(found.answer)) / 1000));
    return { ...found.answer, ageSeconds, freshForSeconds: 0 };
  }

  async function known(domain: string, withinMs = REMEMBERED_MS): Promise<AgedAnswer | null> {
    const stored = await answers.stored(domain);
    const recalled = recall(domain, withinMs);
    if (stored === null || recalled === null) return stored ?? recalled;
    return observedMs(recalled) > observedMs(stored) ? recalled : stored;
  }

  function start(question: Pick<Question, 'domain'>, again: boolean): Promise<Answered> {
    const { domain } = question;
    const check = answers
      .ask(question, { again, waitMs: longestCheckMs }, NEVER)
      .then((answered) => {
        remember(answered, domain);
        return answered;
      })
      .finally(() => underWay.delete(domain));
    underWay.set(domain, check);
    return check;
  }

  async function ask(question: Pick<Question, 'domain'>, again: boolean, asker: Asker): Promise<Found> {
    const { domain } = question;
    const found = again ? null : await known(domain, ANSWERS_FOR_MS);
    const stored: Found | null = found === null ? null : { asked: found, from: 'stored' };
    if (stored !== null && (!found?.stale || found.refreshing)) return stored;

    const running = underWay.has(domain) || (await answers.progress(domain)) !== null;
    const joined = underWay.get(domain);
    if (joined !== undefined) return { asked: await patiently(joined, asker), from: 'check' };
    const refusal = running ? null : rates.charge(asker.client);
    if (refusal !== null) return stored ?? { asked: { outcome: 'too-many', ...refusal }, from: 'check' };
    const asked = await patiently(start(question, again), asker);
    const startedNone = asked.outcome === 'busy' || asked.outcome === 'too-soon';
    if (startedNone && !running) rates.refund(asker.client);
    return startedNone && stored !== null ? stored : { asked, from: stored === null ? 'check' : 'stored' };
  }

  return { ask, known };
}

const observedMs = ({ evidence }: AgedAnswer): number => Date.parse(evidence.observedAt);

/** Waits as long as the client does; the check goes on without it. */
async function patiently(check: Promise<Answered>, { waitMs, signal }: Asker): Promise<Answered> {
  const impatience = Promise.withResolvers<Answered>();
  const leave = (): void => impatience.resolve({ outcome: 'checking', retryAfterSeconds: COME_BACK_SECONDS });
  const timer = setTimeout(leave, waitMs);
  signal.addEventListener('abort', leave, { once: true });
  try {
    return await Promise.race([check, impatience.promise]);
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', leave);
  }
}
