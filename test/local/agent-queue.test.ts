/** The queue as an agent sees it: work is its own when it is out of the queue, and not before. */
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from 'vitest';
import { createAgentQueue } from '../../functions/local/agent-queue.ts';
import { answering, startRecorder } from '../amazon/recorder.ts';
import type { Reply } from '../amazon/recorder.ts';
import { CREDENTIALS } from '../aws/aws-services.ts';

beforeEach(() => {
  for (const [name, value] of Object.entries(CREDENTIALS)) vi.stubEnv(name, value);
});
afterEach(() => vi.unstubAllEnvs());

const message = (body: string) => ({ Body: body, ReceiptHandle: `handle of ${body}` });
const refused = answering(400, { __type: 'com.amazonaws.sqs#ReceiptHandleIsInvalid' });

async function taken(...replies: readonly Reply[]): Promise<readonly string[]> {
  const { endpoint } = await startRecorder(...replies);
  const queue = createAgentQueue(`${endpoint}/123456789012/agent`, '');
  onTestFinished(queue.close);
  return queue.take(4, new AbortController().signal);
}

test('work is taken when SQS has deleted it, which it says with an empty answer', async () => {
  expect(await taken(answering(200, { Messages: [message('one')] }), answering(200, ''))).toEqual(['one']);
});

test.each([{}, { Messages: [] }, { Messages: null }])('no work is no message: %j', async (answer) => {
  expect(await taken(answering(200, answer))).toEqual([]);
});

test('work that cannot be taken out is left to others, and the rest is done', async () => {
  const two = { Messages: [message('one'), message('two')] };
  expect(await taken(answering(200, two), refused, answering(200, ''))).toHaveLength(1);
});

test('a queue that takes nothing out has failed: its agent would receive the same work for ever, and say nothing', async () => {
  const asked = taken(answering(200, { Messages: [message('one')] }), refused);
  await expect(asked).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' });
});
