/**
 * The way of a question over HTTP on AWS: the http and check functions as deployed, in processes of their own, and
 * the queue and the table between them.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { HttpResult } from '../../functions/aws/http-event.ts';
import { reportSchema } from '../../functions/presenters/report-schema.ts';
import { startLab } from '../lab/start-lab.ts';
import type { Lab } from '../lab/start-lab.ts';
import { startStack } from './emulated-stack.ts';
import type { EmulatedStack } from './emulated-stack.ts';
import { httpEvent, resultIn } from './http-events.ts';
import type { HttpRequestMade } from './http-events.ts';

let lab: Lab;
let stack: EmulatedStack;

beforeAll(async () => {
  lab = await startLab({ secondMs: 20 });
  stack = await startStack({ lab, doors: ['http', 'check'], settings: { MAILTLS_SECOND_LOOK_MS: '1000' } });
});
afterAll(async () => {
  await stack?.close();
  await lab?.close();
});

async function send(method: string, target: string, made: HttpRequestMade = {}): Promise<HttpResult> {
  const came = await stack.functions.http.invoke(httpEvent(method, target, made));
  expect(came).toMatchObject({ outcome: 'response' });
  return resultIn(came.payload);
}

test('a domain that nobody asked about yet is checked by the other function and answered in one request', async () => {
  const answer = await send('GET', '/v1/domains/modern.example');
  expect(answer.statusCode).toBe(200);
  expect(reportSchema.parse(JSON.parse(answer.body))).toMatchObject({
    domain: 'modern.example',
    verdict: { answer: 'opportunistic' },
  });
  expect(answer.headers).toMatchObject({ 'content-type': 'application/json' });
  expect(stack.queue.sent.map(({ body }): unknown => JSON.parse(body))).toEqual([
    { domain: 'modern.example', purpose: 'answer', askedAtMs: expect.any(Number) },
  ]);
});
