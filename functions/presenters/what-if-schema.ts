/** A domain as it is and as it would be (`mailtls.what-if/1`), as a schema: `check --json --what-if`. */
import * as z from 'zod/mini';
import { reportSchema } from './report-schema.ts';

export const whatIfSchema = z.strictObject({
  schema: z.literal('mailtls.what-if/1'),
  /** In the form they are asked for, e.g. `mta-sts=enforce`. */
  changes: z.array(z.string().check(z.regex(/^[a-z-]+=\S+$/))).check(z.minLength(1)),
  today: reportSchema,
  /** `today` with the changes made, computed from the same look. */
  supposed: reportSchema,
});
export type WhatIfReport = z.infer<typeof whatIfSchema>;
