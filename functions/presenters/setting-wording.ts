/** What is wrong with a setting, and what would be right. */
import type { SettingMistake } from '../environment.ts';

export function wordSettingMistake({ name, value, form, default: byDefault }: SettingMistake): string {
  const example = byDefault === '' ? '' : `, for example ${byDefault}`;
  return `${name} is "${value.slice(0, 60)}"; it must be ${form}${example}.`;
}

export const wordUnknownSetting = (name: string): string =>
  `${name} is no setting and does nothing; those there are stand in functions/environment.ts.`;
