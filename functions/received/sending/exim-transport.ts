/**
 * Transports of an Exim configuration: a name and a colon, then options. The TLS options of the smtp transport
 * are in the Exim specification, chapter 30, "Private options for smtp".
 */
import type { SendingConfiguration, SendingGroup, SendingSetting } from './sending-settings.ts';
import { MOST_GROUPS } from './sending-settings.ts';

const NAME = /^\s{0,8}([A-Za-z][\w.-]{0,80}):\s*$/;
const OPTION = /^\s{0,20}([a-z][a-z0-9_]{2,60})(?:\s{0,20}=\s{0,20}(.*))?$/;
const TLS_OPTION =
  /^(?:hosts_(?:require|avoid|try|nopass|noproxy)_(?:tls|dane)|tls_(?:verify|try_verify|require|certificate|privatekey|sni)\w{0,40})$/;

const isSmtp = ({ settings }: SendingGroup): boolean =>
  settings.some((each) => TLS_OPTION.test(each.name)) ||
  settings.some((each) => each.name === 'driver' && each.value === 'smtp');

/** Null when no option of the smtp transport's TLS is in it. */
export function parseEximTransports(text: string): SendingConfiguration | null {
  if (!/hosts_|tls_|driver/.test(text)) return null;
  const groups: { name: string | null; settings: SendingSetting[] }[] = [{ name: null, settings: [] }];
  for (const line of text.replaceAll('\\\n', ' ').split('\n')) {
    const transport = NAME.exec(line)?.[1];
    const [, option, value = 'true'] = OPTION.exec(line) ?? [];
    if (transport !== undefined && groups.length < MOST_GROUPS)
      groups.push({ name: transport, settings: [] });
    else if (option !== undefined) {
      groups.at(-1)?.settings.push({ name: option, value: value.trim(), line: line.trim() });
    }
  }
  const found = groups.filter(isSmtp);
  const saysTls = found.some(({ settings }) => settings.some((each) => TLS_OPTION.test(each.name)));
  const hasDriver = found.some(({ settings }) => settings.some((each) => each.name === 'driver'));
  return saysTls || hasDriver ? { software: 'exim', groups: found } : null;
}
