/** Asks about domains: the mail servers themselves, or a service that asks them. */
import { setImmediate as turn, setTimeout as wait } from 'node:timers/promises';
import { createResolver } from '../dns/resolver.ts';
import type { Settings } from '../environment.ts';
import type { Question } from '../question/domain.ts';
import { noReport } from './check-answer.ts';
import type { Answer, Asking, AskOptions, Circumstances } from './check-answer.ts';
import { NO_SUCH_DOMAIN, NOT_TESTED } from './exit-status.ts';

/** How long a question may wait for its turn at a service that is asked by many. */
const SERVICE_QUEUE_MS = 600_000;
const SECOND_LOOK_TAKES_MS = 10_000;

/** @returns who is to be asked; or the sentence that says what is wrong with the service's address */
export async function openAsking(
  options: AskOptions,
  settings: Settings,
  interrupted: AbortSignal,
): Promise<Asking | string> {
  const circumstances = { ...options, settings, interrupted };
  if (options.via === null) {
    const resolver = createResolver(settings, () => performance.now());
    let loaded: Promise<Asking['ask']> | null = null;
    const load = async (): Promise<Asking['ask']> =>
      (await import('./asking-here.ts')).askingHere(circumstances, resolver);
    return {
      ask: async (question, progress) => {
        if (loaded === null) {
          // The first question of the check, put before the rest of the program is loaded: that takes as long as
          // the answer does. The check finds it asked. It leaves once the event loop has turned.
          void resolver.lookUp(question.domain, 'MX');
          await turn();
        }
        return (await (loaded ??= load()))(question, progress);
      },
      close: resolver.close,
    };
  }
  const { readService } = await import('./via.ts');
  const service = readService(options.via, settings.MAILTLS_VIA_TOKEN);
  if (typeof service === 'string') return service;
  return { ask: (question) => askService(question, circumstances, service), close: () => {} };
}

/** A service takes the second look by itself. */
async function askService(
  question: Question,
  { settings, interrupted, confirm }: Circumstances,
  service: URL,
): Promise<Answer> {
  const { askVia } = await import('./via.ts');
  const longestMs = settings.MAILTLS_DEADLINE_MS + SERVICE_QUEUE_MS;
  const options = { service, token: settings.MAILTLS_VIA_TOKEN, fetch, longestMs };
  let answer = await askVia(question, options, interrupted);
  if (answer.outcome === 'report' && answer.report.provisional && confirm) {
    await wait(settings.MAILTLS_SECOND_LOOK_MS + SECOND_LOOK_TAKES_MS, undefined, {
      signal: interrupted,
    }).catch(() => {});
    answer = await askVia(question, options, interrupted);
  }
  if (answer.outcome === 'report') return { ...answer, today: null };
  return noReport(answer.outcome === 'no-such-domain' ? NO_SUCH_DOMAIN : NOT_TESTED, answer.sentence);
}
