/** What a domain would have to publish, step by step (`mailtls.records/1`), as a schema: `records --json`. */
import * as z from 'zod/mini';
import { reportSchema } from './report-schema.ts';

const reason = z.enum([
  'hear-of-failures',
  'repair-record',
  'policy-missing',
  'policy-invalid',
  'policy-names-other-hosts',
  'policy-not-enforced',
  'policy-switched-off',
  'tlsa-missing',
  'tlsa-stale',
  'tlsa-unusable',
]);

const step = z.discriminatedUnion('step', [
  z.strictObject({
    step: z.literal('publish-record'),
    /** With its trailing dot, and `data` as in a zone file (RFC 1035 section 5.1). */
    name: z.string().check(z.endsWith('.')),
    type: z.enum(['TLSA', 'TXT']),
    data: z.string(),
    because: reason,
  }),
  z.strictObject({
    step: z.literal('publish-file'),
    url: z.string().check(z.startsWith('https://')),
    body: z.string(),
    because: reason,
  }),
  z.strictObject({
    step: z.literal('first'),
    what: z.enum([
      'sign-zone-of-domain',
      'sign-zone-of-host',
      'fit-certificate',
      'offer-encryption',
      'repair-signatures',
      'test-host',
      'look-again',
    ]),
    subject: z.string(),
  }),
  z.strictObject({ step: z.literal('wait'), until: z.enum(['ttl-passed', 'reports-clean']) }),
  z.strictObject({ step: z.literal('nothing'), about: z.enum(['tls-reporting', 'mta-sts', 'dane']) }),
]);

export const recordsSchema = z.strictObject({
  schema: z.literal('mailtls.records/1'),
  domain: z.string(),
  checkedAt: z.iso.datetime(),
  answer: reportSchema.shape.verdict.shape.answer,
  /** What closes gaps, in the order in which it is safe. */
  steps: z.array(step).check(z.minLength(1)),
  /** A second policy beside one that holds already; null where there is nothing to add, or no policy holds yet. */
  suggested: z.nullable(
    z.strictObject({ about: z.enum(['mta-sts', 'dane']), steps: z.array(step).check(z.minLength(1)) }),
  ),
});
export type RecordsReport = z.infer<typeof recordsSchema>;
