/**
 * Asking for an answer on behalf of many clients: stored answers are free, and a new check counts against the
 * rates once, however many wait for it.
 */
import type { AgedAnswer, Answered, DomainAnswers } from '../answers/domain-answers.ts';
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

export type Ask = (question: Pick<Question, 'domain'>, again: boolean, asker: Asker) => Promise<Found>;

export interface AskingTools {
  readonly answers: DomainAnswers;
  readonly rates: CheckRates;
  /**
   * How long a check may take at most, as whoever runs it bounds it; null: it runs elsewhere, and who waits for it
   * waits alone.
   */
  readonly longestCheckMs: number | null;
}

interface UnderWay {
  readonly client: string;
  readonly result: Promise<Asked>;
}

const COME_BACK_SECONDS = 2;
const NEVER = new AbortController().signal;

export function createAsk({ answers, rates, longestCheckMs }: AskingTools): Ask {
  const underWay = new Map<string, UnderWay>();

  async function charged(
    domain: string,
    again: boolean,
    { client, waitMs, signal }: Asker,
    known: AgedAnswer | null,
  ): Promise<Asked> {
    const joins = (await answers.progress(domain)) !== null;
    const refusal = joins ? null : rates.charge(client);
    if (refusal !== null) return { outcome: 'too-many', ...refusal };
    const asked = await answers.ask({ domain }, { again, waitMs }, signal);
    if (!joins && startedNothing(asked, known)) rates.refund(client);
    return asked;
  }

  /** The check goes on when whoever started it has gone, for others who ask in the meantime. */
  function start(
    domain: string,
    again: boolean,
    { client, waitMs }: Pick<Asker, 'client' | 'waitMs'>,
    known: AgedAnswer | null,
  ): Promise<Asked> {
    const starter: Asker = { client, waitMs, signal: NEVER };
    const key = `${domain} ${again}`;
    const running = underWay.get(key);
    if (running !== undefined) {
      // What one client may not start, another still may.
      const isOthers = (asked: Asked): boolean =>
        asked.outcome === 'too-many' && asked.whose === 'client' && running.client !== client;
      return running.result.then((asked) =>
        isOthers(asked) ? charged(domain, again, starter, known) : asked,
      );
    }
    const result = charged(domain, again, starter, known).finally(() => underWay.delete(key));
    underWay.set(key, { client, result });
    return result;
  }

  return async ({ domain }, again, asker) => {
    const known = again ? null : await answers.stored(domain);
    if (known?.kept === true && (!known.stale || known.refreshing)) return { asked: known, from: 'stored' };
    const asked = await (longestCheckMs === null
      ? charged(domain, again, asker, known)
      : patiently(start(domain, again, { client: asker.client, waitMs: longestCheckMs }, known), asker));
    const refused = asked.outcome === 'too-many' || asked.outcome === 'busy';
    if (known !== null && refused) return { asked: known, from: 'stored' };
    return { asked, from: isSame(asked, known) ? 'stored' : 'check' };
  };
}

const isSame = (asked: Asked, known: AgedAnswer | null): boolean =>
  known !== null && 'etag' in asked && asked.etag === known.etag;

function startedNothing(asked: Asked, known: AgedAnswer | null): boolean {
  if (asked.outcome === 'busy' || asked.outcome === 'too-soon') return true;
  return 'refreshing' in asked && !asked.refreshing && isSame(asked, known);
}

/** Waits as long as the client does; the check goes on without it. */
async function patiently(check: Promise<Asked>, { waitMs, signal }: Asker): Promise<Asked> {
  const impatience = Promise.withResolvers<Asked>();
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
