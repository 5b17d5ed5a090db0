/**
 * The check as a Lambda function: domains from a queue, one domain of whoever may call it, or, by a schedule, the
 * canaries. This file reads its environment and says who works off which event.
 */
import { loadService } from './amazon/late-service.ts';
import { askCanaries } from './aws/canaries.ts';
import { openCheckAnswers } from './aws/check-answers.ts';
import { takeBatch } from './aws/check-batch.ts';
import type { BatchReply, QueueEvent } from './aws/check-batch.ts';
import { writeLog } from './aws/function-log.ts';
import type { EgressLine } from './aws/measured-lines.ts';
import { openSlackDelivery } from './aws/slack-delivery.ts';
import { readSettings } from './environment.ts';
import { wordQuestionMistake } from './presenters/question-wording.ts';
import { presentReport, type PresentedReport } from './presenters/report.ts';
import { wordSettingMistake } from './presenters/setting-wording.ts';
import { parseQuestion } from './question/domain.ts';

/** Called by hand or by another program. `domain` is what a person asked: a domain, a mail address or a link. */
export interface CheckEvent {
  readonly domain: string;
}
/** EventBridge's. Source: Amazon EventBridge User Guide, "Scheduled events". */
interface ScheduleEvent {
  readonly source: 'aws.events';
}

export type CheckReply =
  PresentedReport | { readonly outcome: 'not-a-domain' | 'no-answer'; readonly sentence: string };

/** What is used of Lambda's context. */
interface Context {
  readonly getRemainingTimeInMillis: () => number;
}

/** Kept for judging, keeping, wording and bringing the answer before Lambda ends the function. */
const ANSWER_MS = 15_000;
/** Of that, for a post that is under way. */
const LAST_POST_MS = 7_000;

const environment = readSettings(process.env);
if (!environment.ok) throw new Error(environment.mistakes.map(wordSettingMistake).join(' '));
const { settings } = environment;
/** Lambda gives a process one event at a time. */
let endsAtMs = 0;
const leftMs = (): number => endsAtMs - ANSWER_MS - Date.now();
/** One set for all events: who refused us a minute ago is remembered, connections to resolvers stay open. */
const { answers, opened, queue, tools, settled } = openCheckAnswers(settings, leftMs);
const delivery = openSlackDelivery(settings, {
  table: opened.table,
  queue,
  answers,
  postsUntilMs: () => endsAtMs - LAST_POST_MS,
});

// Needed by the first event, so read while Lambda makes the function ready and gives it a whole processor.
void loadService();

export async function handler(
  event: QueueEvent | ScheduleEvent | CheckEvent,
  context: Context,
): Promise<BatchReply | EgressLine | CheckReply> {
  endsAtMs = Date.now() + context.getRemainingTimeInMillis();
  const reply = await replyTo(event);
  await settled();
  return reply;
}

function replyTo(
  event: QueueEvent | ScheduleEvent | CheckEvent,
): Promise<BatchReply | EgressLine | CheckReply> {
  if ('Records' in event) {
    return takeBatch(event, { answers, queued: opened.queued, delivery, now: Date.now, log: writeLog });
  }
  if ('source' in event) {
    const deadlineMs = Math.max(0, Math.min(settings.MAILTLS_DEADLINE_MS, leftMs()));
    return askCanaries({ table: opened.table, tools, settings }, AbortSignal.timeout(deadlineMs));
  }
  return report(event);
}

/** @returns the report, or the sentence that says why there is none; a check that ran out of time is a report too */
async function report({ domain: asked }: CheckEvent): Promise<CheckReply> {
  const read = parseQuestion(asked);
  if (!read.ok) return { outcome: 'not-a-domain', sentence: wordQuestionMistake(read) };
  const { question } = read;
  const answered = await answers.check(question.domain, { purpose: 'answer' });
  if (answered.outcome !== 'answer' && answered.outcome !== 'no-such-domain') {
    return { outcome: 'no-answer', sentence: 'The check came to no end in the time of the function.' };
  }
  await delivery.deliver(answered);
  return presentReport(question, answered.evidence, answered.judgement, settings.MAILTLS_SENDER);
}
