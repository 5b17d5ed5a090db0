/**
 * The report `mailtls.report/1` as a schema: what the command line's `--json`, the HTTP endpoint and the
 * tests hold every report against. Other code imports the type only, which costs nothing at start.
 */
import * as z from 'zod/mini';
import { SENDERS } from '../environment.ts';

const answer = z.enum([
  'enforced',
  'opportunistic',
  'partial',
  'plaintext',
  'untested',
  'no-mail',
  'undeliverable',
]);
const grade = z.enum(['good', 'sufficient', 'phase-out', 'insufficient']);
const securityStatus = z.enum(['secure', 'insecure', 'bogus', 'indeterminate']);
const instant = z.iso.datetime();
const wholeNumber = z.int().check(z.nonnegative());
const share = z.strictObject({ tested: wholeNumber, total: wholeNumber });
const reason = z.strictObject({ code: z.string(), subject: z.string(), text: z.string() });
const advice = z.strictObject({
  code: z.string(),
  audience: z.enum(['sender', 'receiver']),
  text: z.string(),
});
const senderOutcome = z.strictObject({
  sender: z.enum(SENDERS),
  outcome: z.enum(['authenticated', 'encrypted', 'plaintext-possible', 'refused', 'unknown']),
  because: z.string(),
});

const verdict = z.strictObject({
  answer,
  sentence: z.string(),
  encryptedNow: z.enum(['always', 'always-where-tested', 'sometimes', 'never', 'unknown', 'not-applicable']),
  strippable: z.enum(['yes', 'unless-sender-checks', 'unknown', 'not-applicable']),
  protectedBy: z.array(z.enum(['dane', 'mta-sts'])),
  delivery: z.enum(['ok', 'degraded', 'failing', 'unknown']),
  reported: z.enum(['yes', 'no', 'unknown']),
  coverage: z.strictObject({ hosts: share, ipv4: share, ipv6: share }),
  reasons: z.array(reason),
  advice: z.array(advice),
});

const tls = z.strictObject({
  version: z.string(),
  cipher: z.string(),
  group: z.nullable(z.string()),
  postQuantum: z.enum(['yes', 'no', 'unknown']),
  legacyOnly: z.boolean(),
  grade,
});

const certificate = z.strictObject({
  subject: z.string(),
  issuer: z.string(),
  names: z.array(z.string()),
  notBefore: instant,
  notAfter: instant,
  key: z.string(),
  sha256: z.string(),
  chainLength: wholeNumber,
  faults: z.array(z.string()),
  grade,
});

const daneStatus = z.enum([
  'none',
  'match',
  'partial',
  'mismatch',
  'unusable',
  'insecure',
  'bogus',
  'unavailable',
  'not-tested',
]);

const address = z.strictObject({
  ip: z.string(),
  observedAt: z.nullable(instant),
  outcome: z.enum([
    'encrypted',
    'not-offered',
    'starttls-failed',
    'refused',
    'unreachable',
    'egress-blocked',
    'egress-interfered',
    'not-public',
    'out-of-time',
    'not-tested',
  ]),
  detail: z.string(),
  tls: z.nullable(tls),
  certificate: z.nullable(certificate),
  dane: daneStatus,
  software: z.nullable(z.string()),
  extensions: z.array(z.string()),
  requireTls: z.boolean(),
  transcript: z.array(
    z.strictObject({ atMs: wholeNumber, from: z.enum(['client', 'server', 'note']), line: z.string() }),
  ),
});

const mailServer = z.strictObject({
  host: z.string(),
  preference: wholeNumber,
  provider: z.nullable(z.string()),
  fault: z.nullable(
    z.enum(['alias', 'address-literal', 'localhost', 'null-mx-among-others', 'not-a-host-name']),
  ),
  dns: z.strictObject({
    status: z.enum(['records', 'no-data', 'name-error', 'bogus', 'unavailable', 'not-public']),
    securityStatus,
    ttlSeconds: wholeNumber,
    cname: z.array(z.string()),
  }),
  dane: z.strictObject({
    status: daneStatus,
    baseDomain: z.nullable(z.string()),
    records: z.array(
      z.strictObject({
        usage: wholeNumber,
        selector: wholeNumber,
        matchingType: wholeNumber,
        data: z.string(),
        usable: z.boolean(),
      }),
    ),
  }),
  mtaSts: z.enum(['none', 'pass', 'no-match', 'certificate-invalid', 'no-starttls', 'not-tested']),
  addresses: z.array(address),
});

const policy = z.strictObject({
  mx: z.strictObject({
    source: z.enum(['mx', 'implicit', 'null-mx', 'none', 'unavailable']),
    securityStatus,
  }),
  mtaSts: z.strictObject({
    status: z.enum(['none', 'valid', 'invalid', 'unavailable']),
    mode: z.nullable(z.enum(['enforce', 'testing', 'none'])),
    id: z.nullable(z.string()),
    maxAgeSeconds: z.nullable(wholeNumber),
    mx: z.array(z.string()),
    failure: z.nullable(z.string()),
  }),
  dane: z.strictObject({
    status: z.enum(['none', 'valid', 'partial', 'invalid', 'unusable', 'bogus', 'unavailable', 'not-tested']),
  }),
  tlsReporting: z.strictObject({
    status: z.enum(['none', 'valid', 'invalid', 'unavailable']),
    rua: z.array(z.string()),
  }),
});

export const reportSchema = z.strictObject({
  schema: z.literal('mailtls.report/1'),
  domain: z.string(),
  displayDomain: z.string(),
  checkedAt: instant,
  tookMs: wholeNumber,
  provisional: z.boolean(),
  verdict,
  expected: z.nullable(z.strictObject({ answer, basis: z.enum(['provider', 'policy']) })),
  ours: z.nullable(senderOutcome),
  senders: z.array(senderOutcome),
  mailServers: z.array(mailServer),
  policy,
  observer: z.strictObject({
    vantage: z.enum(['local', 'lambda', 'agent', 'none']),
    sourceIp: z.nullable(z.string()),
    ehloName: z.nullable(z.string()),
    resolvers: z.array(z.string()),
    toolVersion: z.string(),
    rulesVersion: wholeNumber,
  }),
});

export type Report = z.infer<typeof reportSchema>;
export type ReportAddress = Report['mailServers'][number]['addresses'][number];
export type ReportServer = Report['mailServers'][number];
