/**
 * Every setting of mailtls: its name, what it means, its unit and its default. The bottom of the house:
 * rooms receive values from here, and only doors read the process's environment. `infra/` takes the names
 * it puts on Lambda functions from the same table.
 */

import { isIP } from 'node:net';

/** How often a domain to check is taken from the queue on AWS before it is given up; no setting, for two sides rest on it. */
export const CHECK_TRIES = 3;

/** One setting as it is documented and read. `read` gives the value, or null when the text is not of its form. */
interface Setting<T> {
  readonly meaning: string;
  /** What a valid value looks like, in words that fit after "must be". */
  readonly form: string;
  readonly default: string;
  readonly read: (text: string) => T | null;
}

/** A DNS resolver to ask: RFC 8484 over HTTPS, or plain DNS over UDP and TCP. */
export type ResolverAddress =
  | { readonly transport: 'https'; readonly url: string }
  | { readonly transport: 'udp'; readonly ip: string; readonly port: number };

/** Who sends our mail: the rows of the senders table (`assessment/senders.ts`). */
export const SENDERS = [
  'gmail',
  'exchange-online',
  'exchange-server',
  'yahoo',
  'amazon-ses',
  'postfix-may',
  'postfix-dane',
  'must-encrypt',
  'must-verify',
  'workspace-require-tls',
] as const;
export type SenderName = (typeof SENDERS)[number];

const text = (value: string): string | null => (value === '' ? null : value);
const optionalText = (value: string): string => value;
const list = (value: string): readonly string[] =>
  value
    .split(',')
    .map((part) => part.trim().toLowerCase().replace(/\.$/, ''))
    .filter((part) => part !== '');
const flag = (value: string): boolean | null => (value === 'true' ? true : value === 'false' ? false : null);
const wholeNumber =
  (smallest: number, largest: number) =>
  (value: string): number | null => {
    const number = /^\d{1,12}$/.test(value) ? Number(value) : Number.NaN;
    return number >= smallest && number <= largest ? number : null;
  };

function resolverAddress(value: string): ResolverAddress | null {
  if (value.startsWith('https://')) {
    return URL.canParse(value) ? { transport: 'https', url: value } : null;
  }
  const udp = /^udp:\/\/(?:\[([0-9a-fA-F:.]+)\]|([0-9.]+))(?::(\d{1,5}))?$/.exec(value);
  const ip = udp?.[1] ?? udp?.[2];
  const port = Number(udp?.[3] ?? '53');
  return ip === undefined || port < 1 || port > 65535 ? null : { transport: 'udp', ip, port };
}

function resolverAddresses(value: string): readonly ResolverAddress[] | null {
  const addresses = value.split(',').map((part) => resolverAddress(part.trim()));
  return addresses.every((address) => address !== null) ? addresses : null;
}

const digests = (value: string): readonly string[] | null => {
  const digests = list(value);
  return digests.every((digest) => /^[0-9a-f]{64}$/.test(digest)) ? digests : null;
};

export const PROBERS = ['local', 'lambda', 'agent', 'none'] as const;
const prober = (value: string): (typeof PROBERS)[number] | null =>
  PROBERS.find((name) => name === value) ?? null;
const webAddress = (value: string): string | null =>
  value === '' || /^https?:\/\/[^\s/]/.test(value) ? value : null;
const sender = (value: string): SenderName | '' | null =>
  value === '' ? '' : (SENDERS.find((name) => name === value) ?? null);

function setting<T>(
  meaning: string,
  form: string,
  byDefault: string,
  read: (value: string) => T | null,
): Setting<T> {
  return { meaning, form, default: byDefault, read };
}

const milliseconds = 'a whole number of milliseconds';
const seconds = 'a whole number of seconds';
const port = 'a port number from 1 to 65535';

/** The settings, by name. */
export const SETTINGS = {
  MAILTLS_RESOLVERS: setting(
    'Resolvers to ask, the first one first. They must validate DNSSEC.',
    'a comma list of https://host/dns-query (RFC 8484) or udp://ip:port',
    'https://1.1.1.1/dns-query,https://8.8.8.8/dns-query',
    resolverAddresses,
  ),
  MAILTLS_TRUST_AD: setting(
    "Believe a udp:// resolver's AD bit although it is not on loopback (RFC 4035 section 4.9.3: only over a secure channel).",
    'true or false',
    'false',
    flag,
  ),
  MAILTLS_DNS_TIMEOUT_MS: setting(
    'How long one DNS query to one resolver may take.',
    milliseconds,
    '5000',
    wholeNumber(1, 60_000),
  ),
  MAILTLS_PROBER: setting(
    'Who connects to mail servers: this process, the probe function on AWS, an agent on a host with port 25 open, or nobody, where published policies must do.',
    'local, lambda, agent or none',
    'local',
    prober,
  ),
  MAILTLS_SMTP_PORT: setting('The port of the mail servers to probe.', port, '25', wholeNumber(1, 65_535)),
  MAILTLS_HTTPS_PORT: setting(
    'The port MTA-STS policies are fetched from.',
    port,
    '443',
    wholeNumber(1, 65_535),
  ),
  MAILTLS_ALLOW_PRIVATE: setting(
    'Let probes and policy fetches reach loopback and private addresses.',
    'true or false',
    'false',
    flag,
  ),
  MAILTLS_EHLO_NAME: setting(
    'Our name in EHLO. Empty: an address literal of the connection.',
    'a host name',
    '',
    optionalText,
  ),
  MAILTLS_SENDER: setting(
    'Who sends our mail; makes the answer ours.',
    `one of ${SENDERS.join(', ')}`,
    '',
    sender,
  ),
  MAILTLS_CANARIES: setting(
    'Hosts of three operators, known to answer on port 25 with STARTTLS and a valid certificate; they tell "we are blocked" from "it is down".',
    'a comma list of host names',
    'gmail-smtp-in.l.google.com,outlook-com.olc.protection.outlook.com,mx-aol.mail.gm0.yahoodns.net',
    list,
  ),
  MAILTLS_SIGNED_NAME: setting(
    'A name with a signed address, by which "doctor" sees that DNSSEC is validated.',
    'a host name',
    'ietf.org',
    text,
  ),
  MAILTLS_FORGED_NAME: setting(
    'A name whose signatures are wrong on purpose, by which "doctor" sees that forged answers are refused.',
    'a host name',
    'dnssec-failed.org',
    text,
  ),
  MAILTLS_HTTPS_CANARY: setting(
    'A host that serves HTTPS with a valid certificate, by which "doctor" sees that policies could be fetched.',
    'a host name',
    'mta-sts.gmail.com',
    text,
  ),
  MAILTLS_NEVER_PROBE: setting(
    'Mail servers never to connect to, and all names below them.',
    'a comma list of host names',
    '',
    list,
  ),
  MAILTLS_DEADLINE_MS: setting(
    'How long a whole check may take.',
    milliseconds,
    '90000',
    wholeNumber(1, 900_000),
  ),
  MAILTLS_CONNECT_TIMEOUT_MS: setting(
    'How long a TCP connection may take to open.',
    milliseconds,
    '10000',
    wholeNumber(1, 300_000),
  ),
  MAILTLS_GREETING_TIMEOUT_MS: setting(
    'How long to wait for a whole greeting; some servers pause on purpose, so no less than 30 s.',
    milliseconds,
    '30000',
    wholeNumber(1, 300_000),
  ),
  MAILTLS_REPLY_TIMEOUT_MS: setting(
    'How long to wait for a whole reply to EHLO, HELO, STARTTLS or QUIT.',
    milliseconds,
    '10000',
    wholeNumber(1, 300_000),
  ),
  MAILTLS_HANDSHAKE_TIMEOUT_MS: setting(
    'How long a TLS handshake may take.',
    milliseconds,
    '10000',
    wholeNumber(1, 300_000),
  ),
  MAILTLS_POLICY_TIMEOUT_MS: setting(
    'How long fetching an MTA-STS policy may take (RFC 8461 section 3.3 suggests a minute).',
    milliseconds,
    '60000',
    wholeNumber(1, 300_000),
  ),
  MAILTLS_ADDRESSES_PER_DOMAIN: setting(
    'How many addresses of one domain are probed at most.',
    'a whole number from 1 to 100',
    '16',
    wholeNumber(1, 100),
  ),
  MAILTLS_OPERATOR_CONNECTIONS: setting(
    'How many connections to one mail operator (registrable domain of the MX host) may be open at once.',
    'a whole number from 1 to 100',
    '2',
    wholeNumber(1, 100),
  ),
  MAILTLS_OPERATOR_INTERVAL_MS: setting(
    'The least time between two new connections to one mail operator.',
    milliseconds,
    '1000',
    wholeNumber(0, 600_000),
  ),
  MAILTLS_BACK_OFF_MS: setting(
    'How long an operator that answered 421 or refused us is left alone.',
    milliseconds,
    '900000',
    wholeNumber(0, 86_400_000),
  ),
  MAILTLS_SECOND_LOOK_MS: setting(
    'How long after the first look a provisional answer is looked at again.',
    milliseconds,
    '60000',
    wholeNumber(0, 3_600_000),
  ),
  MAILTLS_DOMAINS_AT_ONCE: setting(
    'How many domains of a list are checked side by side.',
    'a whole number from 1 to 1000',
    '32',
    wholeNumber(1, 1000),
  ),
  MAILTLS_DATA_DIR: setting('Where the local store and state are kept.', 'a folder', '.mailtls', text),
  MAILTLS_TABLE: setting('The DynamoDB table of the evidence store.', 'a table name', 'mailtls', text),
  MAILTLS_STORE_ENDPOINT: setting(
    'Where the evidence store speaks DynamoDB. Empty: on one machine an embedded one below MAILTLS_DATA_DIR, on AWS DynamoDB itself.',
    'an http:// or https:// address',
    '',
    webAddress,
  ),
  MAILTLS_STORE_TIMEOUT_MS: setting(
    'How long one request to the evidence store may take; after that the answer is given without it.',
    milliseconds,
    '2000',
    wholeNumber(1, 60_000),
  ),
  MAILTLS_KEEP_DAYS: setting(
    'How long evidence and history are kept.',
    'a whole number of days',
    '400',
    wholeNumber(1, 36_500),
  ),
  MAILTLS_FRESH_SECONDS: setting(
    'How long an answer is fresh at most; a shorter TTL of the records behind it shortens that.',
    seconds,
    '21600',
    wholeNumber(0, 31_536_000),
  ),
  MAILTLS_LEAST_FRESH_SECONDS: setting(
    'How long an answer is fresh at least, however short the TTLs are.',
    seconds,
    '300',
    wholeNumber(0, 31_536_000),
  ),
  MAILTLS_NEGATIVE_SECONDS: setting(
    'How long an answer is fresh when a server refused us or could not be reached, or a lookup failed.',
    seconds,
    '900',
    wholeNumber(0, 31_536_000),
  ),
  MAILTLS_STALE_SECONDS: setting(
    'How long an answer that is no longer fresh is still given, marked so, while a new check runs.',
    seconds,
    '604800',
    wholeNumber(0, 31_536_000),
  ),
  MAILTLS_RECHECK_SECONDS: setting(
    'The least time between a check of a domain and checking it again on demand.',
    seconds,
    '60',
    wholeNumber(0, 86_400),
  ),
  MAILTLS_PROBE_SHARE_SECONDS: setting(
    "How long one address's result from the store serves checks of other domains.",
    seconds,
    '300',
    wholeNumber(0, 86_400),
  ),
  MAILTLS_LOCK_MS: setting(
    'How long a process that checks a domain may be silent before another takes its place.',
    milliseconds,
    '20000',
    wholeNumber(100, 900_000),
  ),
  MAILTLS_CHECKS_AT_ONCE: setting(
    'How many checks the service runs side by side.',
    'a whole number from 1 to 1000',
    '64',
    wholeNumber(1, 1000),
  ),
  MAILTLS_CHECKS_WAITING: setting(
    'How many checks may wait for their turn; more are turned away.',
    'a whole number from 0 to 100000',
    '1000',
    wholeNumber(0, 100_000),
  ),
  MAILTLS_CLOSE_MS: setting(
    'How long running checks may go on when the service is told to end.',
    milliseconds,
    '10000',
    wholeNumber(0, 900_000),
  ),
  MAILTLS_VIA_TOKEN: setting(
    'The bearer token that "check --via" shows to the service it asks.',
    'a token',
    '',
    optionalText,
  ),
  MAILTLS_PORT: setting(
    'The local HTTP port.',
    'a port number, or 0 for any that is free',
    '8025',
    wholeNumber(0, 65_535),
  ),
  MAILTLS_LISTEN: setting(
    'The address the local HTTP service listens on.',
    'an IP address',
    '127.0.0.1',
    (value) => (isIP(value) === 0 ? null : value),
  ),
  MAILTLS_HOSTS: setting(
    'Names the HTTP service is reached by, beside localhost and loopback addresses; a request for another name is refused.',
    'a comma list of host names',
    '',
    list,
  ),
  MAILTLS_TOKENS: setting(
    'Bearer tokens that may ask, each as the SHA-256 of it. Empty: only this machine may ask, without one.',
    'a comma list of SHA-256 digests in hexadecimal',
    '',
    digests,
  ),
  MAILTLS_OWN_SERVERS: setting(
    'Our own mail servers, whose records in pasted headers are trusted. Empty: the topmost server and its siblings.',
    'a comma list of host names or domains',
    '',
    list,
  ),
  MAILTLS_ANYONE: setting(
    'Without MAILTLS_TOKENS: let other machines than this one ask too.',
    'true or false',
    'false',
    flag,
  ),
  MAILTLS_CLIENT_CHECKS_PER_MINUTE: setting(
    'How many new checks one client may start in a minute; stored answers are free.',
    'a whole number from 1 to 100000',
    '240',
    wholeNumber(1, 100_000),
  ),
  MAILTLS_CHECKS_PER_MINUTE: setting(
    'How many new checks all clients together may start in a minute.',
    'a whole number from 1 to 100000',
    '1200',
    wholeNumber(1, 100_000),
  ),
  MAILTLS_PROBE_FUNCTION: setting(
    'The probe function that MAILTLS_PROBER=lambda calls.',
    'a function name or ARN',
    '',
    optionalText,
  ),
  MAILTLS_AGENT_QUEUE: setting(
    'The queue that the agent of MAILTLS_PROBER=agent takes its work from.',
    'the http:// or https:// address of an SQS queue',
    '',
    webAddress,
  ),
  MAILTLS_CHECK_QUEUE: setting(
    'The queue of domains to check, between the doors and the check function on AWS.',
    'the http:// or https:// address of an SQS queue',
    '',
    webAddress,
  ),
  MAILTLS_AWS_ENDPOINT: setting(
    'Where SQS, Lambda and Secrets Manager are spoken to. Empty: AWS itself.',
    'an http:// or https:// address',
    '',
    webAddress,
  ),
  MAILTLS_SLACK_SECRET: setting(
    "The secret in Secrets Manager that holds Slack's signing secret and bot token.",
    'a secret name or ARN',
    '',
    optionalText,
  ),
  MAILTLS_LINK_SECRET: setting(
    'The secret in Secrets Manager that is the key of page links.',
    'a secret name or ARN',
    '',
    optionalText,
  ),
  SLACK_APP_TOKEN: setting(
    'The app-level token of the Slack app (xapp-…); with SLACK_BOT_TOKEN it makes "npm start" answer in Slack through Socket Mode.',
    'a token',
    '',
    optionalText,
  ),
  SLACK_BOT_TOKEN: setting('The bot token of the Slack app (xoxb-…).', 'a token', '', optionalText),
  MAILTLS_SLACK_API_URL: setting(
    "Where Slack's Web API is spoken to.",
    'an http:// or https:// address',
    'https://slack.com/api/',
    webAddress,
  ),
  MAILTLS_SLACK_FILES_URL: setting(
    "The only place from which files that people give to the bot are read, with the bot's token.",
    'an http:// or https:// address',
    'https://files.slack.com/',
    webAddress,
  ),
  MAILTLS_PAGE_URL: setting(
    'Where people in Slack can open the page of a domain; empty: answers there have no "Open page" button.',
    'an http:// or https:// address',
    '',
    webAddress,
  ),
  MAILTLS_PAGE_LINKS: setting(
    'On AWS: links from Slack to a stored report carry their own right to read it, for one domain and 24 hours.',
    'true or false',
    'false',
    flag,
  ),
} as const;

export type SettingName = keyof typeof SETTINGS;

/** All settings, read: the value each one's `read` gives. */
export type Settings = {
  readonly [Name in SettingName]: NonNullable<ReturnType<(typeof SETTINGS)[Name]['read']>>;
};

/** A setting whose text is not of its form. */
export interface SettingMistake {
  readonly name: string;
  readonly value: string;
  readonly form: string;
  readonly default: string;
}

/** The names in an environment that are written as settings are, and are none: misspelt, or of another version. */
export function unknownSettings(
  environment: Readonly<Record<string, string | undefined>>,
): readonly string[] {
  return Object.keys(environment).filter(
    (name) => /^MAILTLS_\w+$/.test(name) && !Object.hasOwn(SETTINGS, name),
  );
}

/**
 * States what the environment asks for.
 * @param environment names and texts, as `process.env` gives them; an unset or blank name takes its default
 * @returns the settings, or every mistake found; a mistake is never replaced by a default in silence
 */
export function readSettings(
  environment: Readonly<Record<string, string | undefined>>,
):
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly mistakes: SettingMistake[] } {
  const mistakes: SettingMistake[] = [];
  const values: Record<string, unknown> = {};
  const rows: [string, Setting<unknown>][] = Object.entries(SETTINGS);
  for (const [name, { read, form, default: byDefault }] of rows) {
    const given = environment[name]?.trim() ?? '';
    const value = read(given === '' ? byDefault : given);
    if (value === null) mistakes.push({ name, value: given, form, default: byDefault });
    values[name] = value;
  }
  if (mistakes.length > 0) return { ok: false, mistakes };
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value is what its own row's read gave
  return { ok: true, settings: values as Settings };
}
