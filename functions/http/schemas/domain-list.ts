/** Many domains in one request, and an answer for each in the order they were asked. */
import * as z from 'zod/mini';
import { problemSchema } from '../../presenters/problem-schema.ts';
import { reportSchema } from '../../presenters/report-schema.ts';

export const MOST_DOMAINS = 100;

/** What is asked: domains, mail addresses or links. */
export const domainListSchema = z.array(z.string().check(z.maxLength(2048)));

const age = { ageSeconds: z.int().check(z.nonnegative()), stale: z.boolean(), kept: z.boolean() };

export const domainListAnswerSchema = z.strictObject({
  schema: z.literal('mailtls.list/1'),
  results: z.array(
    z.discriminatedUnion('outcome', [
      z.strictObject({ asked: z.string(), outcome: z.literal('report'), ...age, report: reportSchema }),
      z.strictObject({
        asked: z.string(),
        outcome: z.literal('checking'),
        location: z.string(),
        retryAfterSeconds: z.int().check(z.positive()),
      }),
      z.strictObject({ asked: z.string(), outcome: z.literal('problem'), problem: problemSchema }),
    ]),
  ),
});
export type DomainListAnswer = z.infer<typeof domainListAnswerSchema>;
export type DomainListResult = DomainListAnswer['results'][number];
