/** The states a domain has been in, the latest first (`mailtls.history/1`), as a schema. */
import * as z from 'zod/mini';

const instant = z.iso.datetime();

export const historySchema = z.strictObject({
  schema: z.literal('mailtls.history/1'),
  domain: z.string(),
  displayDomain: z.string(),
  entries: z.array(
    z.strictObject({
      since: instant,
      until: instant,
      answer: z.enum([
        'enforced',
        'opportunistic',
        'partial',
        'plaintext',
        'untested',
        'no-mail',
        'undeliverable',
        'no-such-domain',
      ]),
      changes: z.array(
        z.strictObject({
          what: z.enum(['answer', 'outcome', 'certificate', 'tlsa', 'mta-sts-mode']),
          subject: z.string(),
          before: z.nullable(z.string()),
          after: z.nullable(z.string()),
          text: z.string(),
        }),
      ),
    }),
  ),
});
export type History = z.infer<typeof historySchema>;
export type HistoryState = History['entries'][number];
