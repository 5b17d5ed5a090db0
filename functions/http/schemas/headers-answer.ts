/** What is answered to pasted headers: one report a message, in their order, or one of a configuration. */
import * as z from 'zod/mini';
import { headersReportSchema, sendingReportSchema } from '../../presenters/headers-schema.ts';

export const headersAnswerSchema = z.strictObject({
  schema: z.literal('mailtls.headers-list/1'),
  results: z.array(z.discriminatedUnion('schema', [headersReportSchema, sendingReportSchema])),
});
export type HeadersAnswer = z.infer<typeof headersAnswerSchema>;
