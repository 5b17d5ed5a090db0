/** What is answered when somebody asks whether the service runs. */
import * as z from 'zod/mini';

export const healthSchema = z.strictObject({ status: z.literal('ok') });
export type Health = z.infer<typeof healthSchema>;
