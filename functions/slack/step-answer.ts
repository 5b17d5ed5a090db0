/** What a workflow's step says when it is done: the answer as a code, for a branch, and as a sentence, for people. */
import { presentReport } from '../presenters/report.ts';
import { presentOutcomes } from './answer-message.ts';
import type { Outcome } from './answer-message.ts';
import type { SlackDoor } from './door.ts';
import type { CallBounds, Called } from './slack-calls.ts';
import type { AnswerTo } from './subscriber.ts';

/** Names of the step's input and outputs, as the manifest has them. */
export const STEP = {
  callbackId: 'mailtls_check_domain',
  domain: 'domain',
  answer: 'answer',
  sentence: 'sentence',
} as const;

export async function completeStep(
  { executionId, token }: Pick<Extract<AnswerTo, { to: 'step' }>, 'executionId' | 'token'>,
  outcomes: readonly Outcome[],
  { calls, sender, pageUrl }: Pick<SlackDoor, 'calls' | 'sender' | 'pageUrl'>,
  bounds: Partial<CallBounds>,
): Promise<Called> {
  const [outcome] = outcomes;
  const of = { function_execution_id: executionId };
  if (outcome?.row === 'answer') {
    const { asked, answer } = outcome;
    const presented = presentReport(asked, answer.evidence, answer.judgement, sender);
    const outputs =
      presented.outcome === 'report'
        ? { answer: presented.report.verdict.answer, sentence: presented.report.verdict.sentence }
        : { answer: presented.outcome, sentence: presented.sentence };
    return calls.call('functions.completeSuccess', { ...of, outputs }, bounds, token ?? undefined);
  }
  const error = presentOutcomes(outcomes, { sender, pageUrl }).text;
  return calls.call('functions.completeError', { ...of, error }, bounds, token ?? undefined);
}
