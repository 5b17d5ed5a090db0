/**
 * The check as a Lambda function: a domain in, a report out. Settings come from the function's environment; a
 * mistake in them ends the start, where whoever deployed it sees it first.
 */
import { assessDomain } from './assessment/domain.ts';
import { checkDomain } from './check-domain.ts';
import { createCheckTools } from './check-tools.ts';
import { readSettings } from './environment.ts';
import { wordQuestionMistake } from './presenters/question-wording.ts';
import { presentReport, type PresentedReport } from './presenters/report.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';
import { parseQuestion } from './question/domain.ts';

/** What it is called with. `domain` is what a person asked: a domain, a mail address or a link. */
export interface CheckEvent {
  readonly domain: string;
}

export type CheckReply = PresentedReport | { readonly outcome: 'not-a-domain'; readonly sentence: string };

/** What is used of Lambda's context. */
interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept for judging, wording and sending the answer before Lambda ends the function. */
const ANSWER_MS = 5_000;

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;
/** One set for all events: who refused us a minute ago is remembered, connections to resolvers stay open. */
const tools = { ...createCheckTools(settings), progress: () => {} };

/** @returns the report, or the sentence that says why there is none; a check that ran out of time is a report too */
export async function handler({ domain }: CheckEvent, context: Context): Promise<CheckReply> {
  const read = parseQuestion(domain);
  if (!read.ok) return { outcome: 'not-a-domain', sentence: wordQuestionMistake(read) };
  const leftMs = Math.max(0, context.getRemainingTimeInMillis() - ANSWER_MS);
  const deadline = AbortSignal.timeout(Math.min(settings.MAILTLS_DEADLINE_MS, leftMs));
  const evidence = await checkDomain(read.question.domain, tools, deadline);
  // Lambda freezes the process once it has its answer, and no server should be left in the middle of QUIT.
  await tools.allClosed();
  return presentReport(read.question, evidence, assessDomain(evidence), settings.MAILTLS_SENDER);
}
