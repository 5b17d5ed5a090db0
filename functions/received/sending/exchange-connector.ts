/**
 * `Get-SendConnector | Format-List` of Exchange Server and `Get-OutboundConnector | Format-List` of Exchange
 * Online: lines of `Name : value`, a blank line between connectors. Microsoft's reference of the two commands
 * names the settings (2025).
 */
import type {
  SendingConfiguration,
  SendingGroup,
  SendingSetting,
  SendingSoftware,
} from './sending-settings.ts';
import { MOST_GROUPS } from './sending-settings.ts';

const LINE = /^([A-Za-z][A-Za-z0-9]{1,60})\s{0,60}:\s{0,60}(.*)$/;
/** The settings by which each command's output is known; two of them must be there. */
const COMMANDS: readonly { software: SendingSoftware; known: ReadonlySet<string> }[] = [
  {
    software: 'exchange-server',
    known: new Set(['ignorestarttls', 'tlsauthlevel', 'domainsecureenabled', 'requiretls']),
  },
  {
    software: 'exchange-online',
    known: new Set(['tlssettings', 'connectortype', 'usemxrecord', 'recipientdomains']),
  },
];

const ANY_KNOWN = new RegExp(COMMANDS.flatMap(({ known }) => [...known]).join('|'), 'i');

/** Null when the text is not the output of either command. */
export function parseExchangeConnectors(text: string): SendingConfiguration | null {
  if (!ANY_KNOWN.test(text)) return null;
  const groups: SendingGroup[] = [];
  let settings: SendingSetting[] = [];
  const finish = (): void => {
    if (settings.length > 0 && groups.length < MOST_GROUPS) {
      const name = settings.find((setting) => setting.name === 'name' || setting.name === 'identity');
      groups.push({ name: name?.value ?? null, settings });
    }
    settings = [];
  };
  for (const line of text.split('\n')) {
    const trimmed = line.trim();
    if (trimmed === '') finish();
    const [, name, value = ''] = LINE.exec(trimmed) ?? [];
    if (name !== undefined) settings.push({ name: name.toLowerCase(), value, line: trimmed });
  }
  finish();
  for (const { software, known } of COMMANDS) {
    const found = groups.filter((group) => group.settings.some((setting) => known.has(setting.name)));
    const names = new Set(found.flatMap((group) => group.settings.map((setting) => setting.name)));
    if ([...known].filter((name) => names.has(name)).length >= 2) return { software, groups: found };
  }
  return null;
}
