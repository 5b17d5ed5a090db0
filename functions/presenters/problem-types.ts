/**
 * Every way a request can fail, as RFC 9457 section 3.1 has it: `type` is what programs compare and never
 * changes, the rest is for people. Each is explained at the address its type is (`/problems/not-a-domain`).
 */

interface ProblemType {
  readonly status: number;
  readonly title: string;
  /** What happened and what to do about it, for whoever looks the type up. */
  readonly meaning: string;
}

export const PROBLEM_TYPES = {
  'not-a-domain': {
    status: 400,
    title: 'That is not a domain mail could be sent to',
    meaning:
      'The question names no domain. "mistake" says by a code what is wrong with it, "detail" in words.',
  },
  'no-such-domain': {
    status: 404,
    title: 'There is no such domain',
    meaning:
      'DNS says that the domain does not exist: most often it is misspelt. The answer is kept and ages like any other.',
  },
  'not-found': {
    status: 404,
    title: 'There is nothing here',
    meaning: 'The address of the request is not one of this service. /v1/openapi.json lists them all.',
  },
  'method-not-allowed': {
    status: 405,
    title: 'That cannot be done here',
    meaning: 'The address exists and knows other methods; the field Allow names them.',
  },
  'malformed-body': {
    status: 400,
    title: 'The body cannot be read',
    meaning: 'The body is not of the form that its Content-Type and this address ask for.',
  },
  'too-many-domains': {
    status: 400,
    title: 'More than 100 domains at once',
    meaning: 'One request may ask about 100 domains. Ask about the others in further requests.',
  },
  'body-too-large': {
    status: 413,
    title: 'The body is too large',
    meaning: 'A body may have 256 KiB. Of a message, only its header is needed.',
  },
  'answer-too-large': {
    status: 406,
    title: 'The answer is larger than can be sent',
    meaning:
      'Ask with "Accept-Encoding: gzip" (curl has --compressed), or about fewer domains at once. Nothing is lost: what was checked is kept.',
  },
  'unsupported-media-type': {
    status: 415,
    title: 'A body of that kind is not read here',
    meaning: 'The Content-Type is none of those this address takes; the field Accept-Post names them.',
  },
  unauthorized: {
    status: 401,
    title: 'A token is needed',
    meaning:
      'This service answers those who have a token: "Authorization: Bearer TOKEN", or in a browser the token as password, with any name.',
  },
  'not-from-here': {
    status: 403,
    title: 'Only this machine may ask',
    meaning:
      'Without tokens the service answers the machine it runs on. Whoever runs it can set MAILTLS_TOKENS, or MAILTLS_ANYONE.',
  },
  'no-caller': {
    status: 403,
    title: 'The gateway did not say who asks',
    meaning:
      'This service stands behind a gateway that lets callers in by IAM or by a JWT, and this request came without either.',
  },
  'page-link': {
    status: 403,
    title: 'This link opens nothing any more',
    meaning:
      'A link from Slack opens the stored report of one domain for 24 hours. Ask about the domain in Slack again: the answer there has a new link.',
  },
  'foreign-origin': {
    status: 403,
    title: 'Another site may not ask in your name',
    meaning: 'The request was made by a page of another site. Open this service itself.',
  },
  'foreign-host': {
    status: 421,
    title: 'This service does not go by that name',
    meaning:
      'The request names a host that is not this service. Whoever runs it can add the name to MAILTLS_HOSTS.',
  },
  'too-many-checks': {
    status: 429,
    title: 'Too many new checks',
    meaning:
      'So many new checks were asked for that the mail servers of others would be bothered. Stored answers are still given; Retry-After says when a new check may start.',
  },
  'checked-just-now': {
    status: 429,
    title: 'Checked a moment ago',
    meaning:
      'A domain is checked again at most once a minute. The stored answer is that fresh; Retry-After says when the next check may start.',
  },
  busy: {
    status: 503,
    title: 'Busy',
    meaning:
      'As many checks wait as may wait, or the service is being stopped. No check was started; ask again after Retry-After.',
  },
  'store-failed': {
    status: 503,
    title: 'What is kept cannot be read',
    meaning:
      'The evidence store does not answer just now, which says nothing about any domain. Questions are answered by new checks meanwhile; ask for what is kept after Retry-After.',
  },
  'internal-error': {
    status: 500,
    title: 'A mistake of ours',
    meaning:
      "Something failed that should not have. The log has it under the request's id (X-Request-Id). It says nothing about any domain.",
  },
} as const satisfies Readonly<Record<string, ProblemType>>;

export type ProblemCode = keyof typeof PROBLEM_TYPES;
