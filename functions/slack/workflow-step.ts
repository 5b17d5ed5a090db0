/** A step of a workflow: a domain in, an answer and its sentence out, whenever they are there. */
import { parseQuestion } from '../question/domain.ts';
import { askDomains } from './ask-domains.ts';
import type { SlackDoor } from './door.ts';
import { plainText } from './plain-text.ts';
import { textAt, textOrNullAt } from './payload.ts';
import { patience } from './patience.ts';
import { putOffAsked } from './put-off.ts';
import { completeStep, STEP } from './step-answer.ts';

export async function runStep(body: unknown, door: SlackDoor): Promise<void> {
  const executionId = textAt(body, 'event', 'function_execution_id');
  // A token for this run of the step; the bot's own does where Slack gives none.
  const token = textOrNullAt(body, 'event', 'bot_access_token');
  const asked = parseQuestion(plainText(textAt(body, 'event', 'inputs', STEP.domain)));
  const to = { to: 'step', executionId, token } as const;
  const bounds = patience(door);
  const outcomes = await askDomains([asked], to, door);
  if (outcomes.some(({ row }) => row === 'checking')) return;
  await putOffAsked(await completeStep(to, outcomes, door, bounds), [asked], to, door);
}
