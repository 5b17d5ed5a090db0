/** The settings of this process, for a command that cannot go on without them. */
import { readSettings, unknownSettings } from '../environment.ts';
import type { Settings } from '../environment.ts';
import { wordSettingMistake, wordUnknownSetting } from '../presenters/setting-wording.ts';
import type { Console } from './console.ts';

/**
 * Names that are no settings are told, and do no harm.
 * @returns the settings; null when some are not of their form, which has then been said
 */
export function ownSettings(console: Console): Settings | null {
  for (const name of unknownSettings(console.environment)) {
    console.error(`mailtls: ${wordUnknownSetting(name)}\n`);
  }
  const read = readSettings(console.environment);
  if (read.ok) return read.settings;
  for (const mistake of read.mistakes) console.error(`mailtls: ${wordSettingMistake(mistake)}\n`);
  return null;
}
