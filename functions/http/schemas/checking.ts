/** What is answered while a check runs. */
import * as z from 'zod/mini';

export const checkingSchema = z.strictObject({
  schema: z.literal('mailtls.checking/1'),
  domain: z.string(),
  displayDomain: z.string(),
  retryAfterSeconds: z.int().check(z.positive()),
});
export type Checking = z.infer<typeof checkingSchema>;
