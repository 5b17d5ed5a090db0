/**
 * The report `mailtls.headers/1` and its companion `mailtls.sending/1` as schemas: what `mailtls headers --json`
 * and the HTTP endpoint answer. Other code imports the types only, which costs nothing at start.
 */
import * as z from 'zod/mini';

const answer = z.enum(['encrypted', 'partly', 'not-encrypted', 'unknown']);
const grade = z.nullable(z.enum(['good', 'sufficient', 'phase-out', 'insufficient']));
const text = z.nullable(z.string());
const count = z.int().check(z.nonnegative());
const note = z.strictObject({ code: z.string(), text: z.string() });

const hop = z.strictObject({
  index: z.int().check(z.positive()),
  from: z.nullable(z.strictObject({ name: text, ip: text, helo: text, reverseName: text })),
  by: text,
  with: text,
  id: text,
  for: text,
  date: z.nullable(z.iso.datetime()),
  delaySeconds: z.nullable(z.int()),
  transport: z.enum(['smtp', 'lmtp', 'http', 'mapi', 'local', 'retrieval', 'other']),
  encryption: z.enum(['encrypted', 'not-encrypted', 'unknown', 'local']),
  network: z.enum(['public', 'private', 'none']),
  tls: z.nullable(
    z.strictObject({
      version: text,
      cipher: text,
      bits: z.nullable(count),
      group: text,
      grade,
      written: z.strictObject({ version: text, cipher: text }),
    }),
  ),
  evidence: text,
  reason: note,
  dialect: text,
  software: text,
  trusted: z.boolean(),
  findings: z.array(note),
  today: z.nullable(
    z.strictObject({ checkedAt: z.iso.datetime(), encrypted: z.boolean(), version: text, text: z.string() }),
  ),
});

export const headersReportSchema = z.strictObject({
  schema: z.literal('mailtls.headers/1'),
  verdict: z.strictObject({
    answer,
    trustedAnswer: answer,
    sentence: z.string(),
    trustedSentence: z.string(),
  }),
  hops: z.array(hop),
  unreadable: count,
  notes: z.array(note),
});
export type HeadersReport = z.infer<typeof headersReportSchema>;
export type HopReport = HeadersReport['hops'][number];

export const sendingReportSchema = z.strictObject({
  schema: z.literal('mailtls.sending/1'),
  software: z.enum(['exchange-server', 'exchange-online', 'postfix', 'exim', 'sendmail']),
  rules: z.array(
    z.strictObject({
      name: text,
      level: z.enum(['off', 'opportunistic', 'mandatory', 'authenticated', 'unknown']),
      reason: note,
      decidingLine: text,
      disabled: z.boolean(),
    }),
  ),
  sentence: z.string(),
});
export type SendingReport = z.infer<typeof sendingReportSchema>;
