/** The problem document of RFC 9457 section 3, with what this service adds to it, as a schema. */
import * as z from 'zod/mini';
import { PROBLEM_TYPES } from './problem-types.ts';

export const problemSchema = z.strictObject({
  type: z.enum(Object.keys(PROBLEM_TYPES).map((code) => `/problems/${code}`)),
  title: z.string(),
  status: z.int(),
  detail: z.string(),
  mistake: z.optional(z.string()),
  retryAfterSeconds: z.optional(z.int().check(z.positive())),
});
