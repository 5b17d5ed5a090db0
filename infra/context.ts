/** The settings an operator writes in `cdk.json` under `context.settings`, held to the forms they have everywhere. */
import { readSettings, SETTINGS, type SettingName, type Settings } from '../functions/environment.ts';
import { contextText } from './context-text.ts';
import { type Deployment, deploymentOfContext } from './deployment.ts';

/** Settings twice: as they were given, for a function's environment, and as they are read. */
export interface DeployedSettings {
  /** Only those that were given; every other one takes its default on AWS as it does locally. */
  readonly given: Readonly<Partial<Record<SettingName, string>>>;
  readonly settings: Settings;
}

/** All that decides what is deployed. */
export interface Deployed extends DeployedSettings {
  readonly deployment: Deployment;
}

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);

/** What the stack itself knows better than whoever writes `cdk.json`. */
const SET_BY_THE_STACK: readonly SettingName[] = [
  'MAILTLS_PROBER',
  'MAILTLS_TABLE',
  'MAILTLS_PROBE_FUNCTION',
  'MAILTLS_AGENT_QUEUE',
  'MAILTLS_CHECK_QUEUE',
  'MAILTLS_SLACK_SECRET',
  'MAILTLS_LINK_SECRET',
];
/** Secrets: what stands in `cdk.json` stands in the template, and in the console of everyone who may look. */
const NEVER_IN_A_TEMPLATE: readonly SettingName[] = [
  'SLACK_APP_TOKEN',
  'SLACK_BOT_TOKEN',
  'MAILTLS_VIA_TOKEN',
];
/** SQS delays a message by no more than 15 minutes. */
const LONGEST_DELAY_MS = 900_000;
/** Lambda's longest timeout, less what the function keeps for its answer. */
const LONGEST_CHECK_MS = 870_000;

/**
 * States what the context asks for.
 * @param context the value of `context.settings`: an object of texts by setting name; undefined counts as empty
 * @throws Error that names every mistake: an operator's mistake must end the synthesis, not the first check
 */
export function settingsOfContext(context: unknown): DeployedSettings {
  const given: Partial<Record<SettingName, string>> = {};
  const mistakes: string[] = [];
  if (context !== undefined && (typeof context !== 'object' || context === null || Array.isArray(context))) {
    mistakes.push('it must be an object of texts by setting name');
  } else {
    for (const [name, value] of Object.entries(context ?? {})) {
      const text = contextText(value);
      if (!isSettingName(name)) mistakes.push(`${name} is not a setting`);
      else if (text === null) mistakes.push(`${name} must be a text, a number, true or false`);
      else if (text !== '') {
        mistakes.push(...misplaced(name));
        given[name] = text;
      }
    }
  }
  const read = readSettings(given);
  if (!read.ok) mistakes.push(...read.mistakes.map(({ name, form }) => `${name} must be ${form}`));
  else {
    const { MAILTLS_SECOND_LOOK_MS: delayMs, MAILTLS_DEADLINE_MS: deadlineMs } = read.settings;
    if (delayMs > LONGEST_DELAY_MS) {
      mistakes.push(
        `MAILTLS_SECOND_LOOK_MS must be at most ${LONGEST_DELAY_MS} on AWS, the longest delay of SQS`,
      );
    }
    if (deadlineMs > LONGEST_CHECK_MS) {
      mistakes.push(
        `MAILTLS_DEADLINE_MS must be at most ${LONGEST_CHECK_MS} on AWS, for Lambda ends a function at 900 s`,
      );
    }
  }
  if (mistakes.length > 0 || !read.ok) throw new Error(`cdk.json, context.settings: ${mistakes.join('; ')}.`);
  return { given, settings: read.settings };
}

function misplaced(name: SettingName): readonly string[] {
  if (SET_BY_THE_STACK.includes(name)) return [`${name} is set by the stack`];
  if (NEVER_IN_A_TEMPLATE.includes(name)) return [`${name} is a secret and has no place here`];
  return [];
}

/**
 * Both parts of the context, and what one asks of the other.
 * @throws Error that names every mistake of the first part that has one
 */
export function readContext(settings: unknown, deployment: unknown): Deployed {
  const read = settingsOfContext(settings);
  const decided = deploymentOfContext(deployment);
  if (decided.prober === 'vpc' && read.settings.MAILTLS_EHLO_NAME === '') {
    throw new Error(
      `cdk.json, context.settings: prober vpc needs MAILTLS_EHLO_NAME, a host name that resolves to the address probes leave from and back: mail servers turn away a client without one.`,
    );
  }
  return { ...read, deployment: decided };
}
