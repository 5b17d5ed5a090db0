/** The settings an operator writes in `cdk.json` under `context.settings`, held to the forms they have everywhere. */
import { readSettings, SETTINGS, type SettingName, type Settings } from '../functions/environment.ts';

/** Settings twice: as they were given, for a function's environment, and as they are read. */
export interface DeployedSettings {
  /** Only those that were given; every other one takes its default on AWS as it does locally. */
  readonly given: Readonly<Partial<Record<SettingName, string>>>;
  readonly settings: Settings;
}

const isSettingName = (name: string): name is SettingName => Object.hasOwn(SETTINGS, name);

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
      if (!isSettingName(name)) mistakes.push(`${name} is not a setting`);
      else if (typeof value !== 'string') mistakes.push(`${name} must be a text`);
      else if (value.trim() !== '') given[name] = value.trim();
    }
  }
  const read = readSettings(given);
  if (!read.ok) mistakes.push(...read.mistakes.map(({ name, form }) => `${name} must be ${form}`));
  if (mistakes.length > 0 || !read.ok) throw new Error(`cdk.json, context.settings: ${mistakes.join('; ')}.`);
  return { given, settings: read.settings };
}
