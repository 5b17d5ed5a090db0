/**
 * The service described for programs: OpenAPI 3.1, whose schemas are those that requests are validated with and
 * responses are typed by. Made when it is first asked for.
 */
import type { $ZodType } from 'zod/v4/core';
import * as z from 'zod/mini';
import packageJson from '../../package.json' with { type: 'json' };
import { historySchema } from '../presenters/history-schema.ts';
import { problemSchema } from '../presenters/problem-schema.ts';
import { PROBLEM_TYPES } from '../presenters/problem-types.ts';
import type { ProblemCode } from '../presenters/problem-types.ts';
import { reportSchema } from '../presenters/report-schema.ts';
import { checkingSchema } from './schemas/checking.ts';
import { domainListAnswerSchema, domainListSchema, MOST_DOMAINS } from './schemas/domain-list.ts';
import { headersAnswerSchema } from './schemas/headers-answer.ts';
import { healthSchema } from './schemas/health.ts';

const SCHEMAS = {
  Report: reportSchema,
  History: historySchema,
  Checking: checkingSchema,
  DomainList: domainListSchema.check(z.minLength(1), z.maxLength(MOST_DOMAINS)),
  DomainListAnswer: domainListAnswerSchema,
  HeadersAnswer: headersAnswerSchema,
  Health: healthSchema,
  Problem: problemSchema,
} as const satisfies Readonly<Record<string, $ZodType>>;

type Json = Readonly<Record<string, unknown>>;
const ref = (name: keyof typeof SCHEMAS): Json => ({ $ref: `#/components/schemas/${name}` });
const json = (name: keyof typeof SCHEMAS): Json => ({ 'application/json': { schema: ref(name) } });
const text = (...types: readonly string[]): Json =>
  Object.fromEntries(types.map((type) => [type, { schema: { type: 'string' } }]));

const header = (description: string): Json => ({ description, schema: { type: 'string' } });
const FRESHNESS = {
  ETag: header('Changes with the evidence, the rules it is judged by and who sends our mail.'),
  Age: header('Seconds since the servers were looked at.'),
  'Cache-Control': header('For how long the answer is fresh.'),
  'Cache-Status': header('RFC 9211: found or made, time left (negative: stale), whether it is kept.'),
};
const LATER = {
  'Retry-After': header('Seconds.'),
  Location: header('Where the answer will be.'),
};

/** Every operation can fail in these ways. */
const EVERYWHERE: readonly ProblemCode[] = [
  'unauthorized',
  'not-from-here',
  'foreign-origin',
  'foreign-host',
  'internal-error',
];

function problems(...codes: readonly ProblemCode[]): Json {
  const all = [...codes, ...EVERYWHERE];
  const byStatus = Map.groupBy(all, (code) => PROBLEM_TYPES[code].status);
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      String(status),
      {
        description: codes
          .map((code) => `\`/problems/${code}\`: ${PROBLEM_TYPES[code].meaning}`)
          .join('\n\n'),
        content: { 'application/problem+json': { schema: ref('Problem') } },
      },
    ]),
  );
}

const domain = {
  name: 'domain',
  in: 'path',
  required: true,
  schema: { type: 'string' },
  description: 'A domain, in A-labels or U-labels; a mail address or a link names its domain.',
};
const prefer = {
  name: 'Prefer',
  in: 'header',
  schema: { type: 'string' },
  description:
    'RFC 7240: `wait=N`, seconds to wait for a check, 20 by default and 90 at most (25 on AWS); `respond-async`: none.',
};
const answered = {
  '200': { description: 'The report.', headers: FRESHNESS, content: json('Report') },
  '202': { description: 'The check is still running.', headers: LATER, content: json('Checking') },
};

const PATHS = {
  '/v1/domains/{domain}': {
    get: {
      operationId: 'getDomain',
      summary: 'Is mail to this domain encrypted? A stored answer, or a new check.',
      parameters: [
        domain,
        prefer,
        { name: 'If-None-Match', in: 'header', schema: { type: 'string' }, description: 'An earlier ETag.' },
      ],
      responses: {
        ...answered,
        '304': { description: 'As it was.', headers: FRESHNESS },
        ...problems('not-a-domain', 'no-such-domain', 'too-many-checks', 'busy'),
      },
    },
  },
  '/v1/domains/{domain}/checks': {
    post: {
      operationId: 'checkDomain',
      summary: 'Checks again, at most once a minute.',
      parameters: [domain, prefer],
      responses: {
        ...answered,
        ...problems('not-a-domain', 'no-such-domain', 'too-many-checks', 'checked-just-now', 'busy'),
      },
    },
  },
  '/v1/domains/{domain}/history': {
    get: {
      operationId: 'getHistory',
      summary: 'The states the domain has been in, the latest first.',
      parameters: [domain],
      responses: {
        '200': { description: 'The states; none when nobody asked yet.', content: json('History') },
        ...problems('not-a-domain', 'store-failed'),
      },
    },
  },
  '/v1/domains': {
    post: {
      operationId: 'askAboutDomains',
      summary: `Up to ${MOST_DOMAINS} domains at once, answered in their order.`,
      parameters: [prefer],
      requestBody: {
        required: true,
        description: 'A JSON array, or the first column of a CSV file.',
        content: { ...json('DomainList'), ...text('text/csv') },
      },
      responses: {
        '200': {
          description: 'An answer or a problem for each.',
          content: { ...json('DomainListAnswer'), ...text('text/csv') },
        },
        '202': {
          description: 'Some are still being checked; ask for the same list again.',
          headers: { 'Retry-After': LATER['Retry-After'] },
          content: { ...json('DomainListAnswer'), ...text('text/csv') },
        },
        ...problems(
          'malformed-body',
          'too-many-domains',
          'body-too-large',
          'answer-too-large',
          'unsupported-media-type',
        ),
      },
    },
  },
  '/v1/headers': {
    post: {
      operationId: 'readHeaders',
      summary: 'Was this mail encrypted on its way? Nothing of it is kept.',
      requestBody: {
        required: true,
        description: "A header section, a message, a mailbox, or a mail server's sending configuration.",
        content: text('text/plain', 'message/rfc822'),
      },
      responses: {
        '200': { description: 'One report a message.', content: json('HeadersAnswer') },
        ...problems('malformed-body', 'body-too-large', 'unsupported-media-type'),
      },
    },
  },
  '/v1/openapi.json': {
    get: {
      operationId: 'describe',
      summary: 'This description.',
      responses: {
        '200': {
          description: 'OpenAPI 3.1.',
          content: { 'application/json': { schema: { type: 'object' } } },
        },
        ...problems(),
      },
    },
  },
  '/healthz': {
    get: {
      operationId: 'health',
      summary: 'Does the service run? Needs no token.',
      security: [],
      responses: { '200': { description: 'It does.', content: json('Health') }, ...problems() },
    },
  },
};

let described: Json | null = null;

export function describeService(): Json {
  described ??= {
    openapi: '3.1.0',
    info: {
      title: 'mailtls',
      version: packageJson.version,
      description: 'Is mail to vendor.com encrypted? And was this mail encrypted on its way?',
      license: { name: packageJson.license, identifier: packageJson.license },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, {}],
    paths: PATHS,
    components: {
      schemas: Object.fromEntries(
        Object.entries(SCHEMAS).map(([name, schema]) => [name, jsonSchema(schema)]),
      ),
      securitySchemes: { token: { type: 'http', scheme: 'bearer' } },
    },
  };
  return described;
}

/** OpenAPI 3.1 takes JSON Schema 2020-12 as it is. */
function jsonSchema(schema: $ZodType): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { target: 'draft-2020-12' });
  return rest;
}
