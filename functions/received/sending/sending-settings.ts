/**
 * The sending side of a mail server, as its administrator pastes it: settings by name, each with the line it
 * came from, grouped by what they apply to (a connector, a service, a transport, a destination).
 */
export type SendingSoftware = 'exchange-server' | 'exchange-online' | 'postfix' | 'exim' | 'sendmail';

export interface SendingSetting {
  /** Lower case. */
  readonly name: string;
  readonly value: string;
  /** The line as pasted, white space at its ends gone. */
  readonly line: string;
}

export interface SendingGroup {
  /** The connector's, transport's or service's name, or the destination; null where the settings are global. */
  readonly name: string | null;
  readonly settings: readonly SendingSetting[];
}

export interface SendingConfiguration {
  readonly software: SendingSoftware;
  readonly groups: readonly SendingGroup[];
}

/** A configuration longer than this is not one that somebody pasted. */
export const MOST_GROUPS = 500;

/** The value of a setting in a group, by its lower-case name; the last one counts, as in the servers themselves. */
export function settingOf(group: SendingGroup, name: string): SendingSetting | null {
  return group.settings.findLast((setting) => setting.name === name) ?? null;
}
