/** What is wrong with a setting, and what would be right. */
import type { SettingMistake } from '../environment.ts';
import { SETTINGS } from '../environment.ts';

export function wordSettingMistake({ name, value, form }: SettingMistake): string {
  const byDefault = SETTINGS[name].default;
  return `${name} is "${value.slice(0, 60)}"; it must be ${form}${byDefault === '' ? '' : `, for example ${byDefault}`}.`;
}
