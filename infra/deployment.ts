/**
 * What an operator decides once for the whole deployment, in `cdk.json` under `context.deployment`: who connects to
 * mail servers, who may call, how much at once. Texts by name, as the settings are, each with its form.
 */
import { contextText } from './context-text.ts';

interface Choice<T> {
  readonly meaning: string;
  /** What a valid value looks like, in words that fit after "must be". */
  readonly form: string;
  readonly default: string;
  readonly read: (text: string) => T | null;
}

function choice<T>(
  meaning: string,
  form: string,
  byDefault: string,
  read: (text: string) => T | null,
): Choice<T> {
  return { meaning, form, default: byDefault, read };
}

const DEPLOYED_PROBERS = ['vpc', 'agent', 'none'] as const;
export type DeployedProber = (typeof DEPLOYED_PROBERS)[number];

const matching =
  (form: RegExp) =>
  (text: string): string | null =>
    text === '' || form.test(text) ? text : null;
const flag = (text: string): boolean | null => (text === 'true' ? true : text === 'false' ? false : null);
const wholeNumber =
  (smallest: number, largest: number) =>
  (text: string): number | null => {
    const number = /^\d{1,6}$/.test(text) ? Number(text) : Number.NaN;
    return number >= smallest && number <= largest ? number : null;
  };
const list = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '');

/** The choices, by name. */
export const CHOICES = {
  prober: choice(
    'Who connects to mail servers: a function in a VPC whose address AWS lets out on port 25, an agent on a host of ours, or nobody: answers then come from published policies alone.',
    'vpc, agent or none',
    'none',
    (text): DeployedProber | null => DEPLOYED_PROBERS.find((name) => name === text) ?? null,
  ),
  elasticIpAllocation: choice(
    'prober vpc: the Elastic IP that probes leave from, made beforehand. Empty: one is made, and kept when the stack goes.',
    'an allocation id, eipalloc-…',
    '',
    matching(/^eipalloc-[0-9a-f]{8,17}$/),
  ),
  ipv6: choice('prober vpc: let probes out over IPv6 as well.', 'true or false', 'false', flag),
  probeConcurrency: choice(
    'prober vpc: how many probes may run at once, reserved from the limit of the account. 0: as many as Lambda gives.',
    'a whole number from 0 to 1000',
    '0',
    wholeNumber(0, 1000),
  ),
  agentPrincipal: choice(
    'prober agent: the IAM user or role that the host of the agent has, which may take on the role of the agent.',
    'the ARN of an IAM user or role',
    '',
    matching(/^arn:aws[a-z-]*:iam::\d{12}:(?:user|role)\/[\w+=,.@/-]+$/),
  ),
  jwtIssuer: choice(
    'Who issues the tokens of those who call. Empty: they sign with IAM (SigV4).',
    'an https:// address',
    '',
    matching(/^https:\/\/[^\s/]+\S*$/),
  ),
  jwtAudience: choice('With jwtIssuer: for whom tokens are issued.', 'a comma list', '', list),
  table: choice(
    'A table of this account to use in place of the one the stack has, such as one that was restored from a backup.',
    'a table name',
    '',
    matching(/^[\w.-]{3,255}$/),
  ),
  alarmEmail: choice(
    'Who is told of alarms. Empty: nobody; others can subscribe to the topic.',
    'a mail address',
    '',
    matching(/^[^\s@,]+@[^\s@,]+$/),
  ),
  requestsPerSecond: choice(
    'How many requests the API takes in a second.',
    'a whole number from 1 to 10000',
    '50',
    wholeNumber(1, 10_000),
  ),
  checksAtOnce: choice(
    'How many check functions work on the queue at once, five domains each.',
    'a whole number from 2 to 1000',
    '10',
    wholeNumber(2, 1000),
  ),
} as const;

export type Deployment = {
  readonly [Name in keyof typeof CHOICES]: NonNullable<ReturnType<(typeof CHOICES)[Name]['read']>>;
};

/** What belongs together; each sentence names the mistake and stands by itself. */
function contradictions(choices: Deployment): readonly string[] {
  const { prober } = choices;
  const found: string[] = [];
  if (prober !== 'vpc') {
    for (const name of ['elasticIpAllocation', 'ipv6', 'probeConcurrency'] as const) {
      const given = choices[name] !== CHOICES[name].read(CHOICES[name].default);
      if (given) found.push(`${name} is of prober vpc, and prober is ${prober}`);
    }
  }
  if (prober === 'agent' && choices.agentPrincipal === '') {
    found.push('prober agent needs agentPrincipal, the ARN that the host of the agent signs with');
  }
  if (prober !== 'agent' && choices.agentPrincipal !== '') {
    found.push(`agentPrincipal is of prober agent, and prober is ${prober}`);
  }
  if (choices.jwtIssuer !== '' && choices.jwtAudience.length === 0) {
    found.push('jwtIssuer needs jwtAudience: without it every token of that issuer would open the API');
  }
  if (choices.jwtIssuer === '' && choices.jwtAudience.length > 0) {
    found.push('jwtAudience needs jwtIssuer');
  }
  return found;
}

const isChoice = (name: string): name is keyof typeof CHOICES => Object.hasOwn(CHOICES, name);

/**
 * States what the context asks for.
 * @param context the value of `context.deployment`: an object of texts by name; undefined counts as empty
 * @throws Error that names every mistake: an operator's mistake must end the synthesis, not the first check
 */
export function deploymentOfContext(context: unknown): Deployment {
  const mistakes: string[] = [];
  const given = new Map<string, string>();
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context))) {
    mistakes.push('it must be an object of texts by name');
  } else {
    for (const [name, value] of Object.entries(context ?? {})) {
      const text = contextText(value);
      if (!isChoice(name)) mistakes.push(`${name} is not one of ${Object.keys(CHOICES).join(', ')}`);
      else if (text === null) mistakes.push(`${name} must be a text, a number, true or false`);
      else if (text !== '') given.set(name, text);
    }
  }
  const values: Record<string, unknown> = {};
  const rows: [string, Choice<unknown>][] = Object.entries(CHOICES);
  for (const [name, { read, form, default: byDefault }] of rows) {
    const value = read(given.get(name) ?? byDefault);
    if (value === null) mistakes.push(`${name} must be ${form}`);
    values[name] = value;
  }
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each value is what its own row's read gave
  const deployment = values as Deployment;
  if (mistakes.length === 0) mistakes.push(...contradictions(deployment));
  if (mistakes.length > 0) throw new Error(`cdk.json, context.deployment: ${mistakes.join('; ')}.`);
  return deployment;
}
