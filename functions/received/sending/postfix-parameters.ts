/**
 * `postconf -n` of Postfix, `name = value`, and `postconf -P`, `service/type/name = value`, the settings of
 * master.cf that override it for one service: postconf(1).
 */
import type { SendingConfiguration, SendingSetting } from './sending-settings.ts';
import { MOST_GROUPS } from './sending-settings.ts';

const LINE =
  /^\s{0,8}(?:([a-z0-9_.:-]{1,80}\/(?:unix|inet|fifo|pass|unix-dgram)\/))?([a-z][a-z0-9_]{2,80}) = ?(.*)$/;
const TELLING = /^(?:smtp_tls_|smtp_use_tls$|smtp_enforce_tls$|smtp_dns_support_level$|lmtp_tls_|smtpd_tls_)/;
const ORDINARY = new Set([
  'myhostname',
  'mynetworks',
  'mydestination',
  'inet_interfaces',
  'relayhost',
  'queue_directory',
  'mail_owner',
  'compatibility_level',
  'alias_maps',
]);

/** Null when the text is no `postconf` output that says anything of the SMTP client or of Postfix at all. */
export function parsePostfixParameters(text: string): SendingConfiguration | null {
  const services = new Map<string | null, SendingSetting[]>([[null, []]]);
  let telling = 0;
  for (const line of text.split('\n')) {
    const [, service, name, value = ''] = LINE.exec(line) ?? [];
    if (name === undefined) continue;
    if (TELLING.test(name)) telling += 2;
    else if (ORDINARY.has(name)) telling += 1;
    const key = service?.slice(0, -1) ?? null;
    if (!services.has(key) && services.size < MOST_GROUPS) services.set(key, []);
    services.get(key)?.push({ name, value: value.trim(), line: line.trim() });
  }
  if (telling < 2) return null;
  const groups = [...services].map(([name, settings]) => ({ name, settings }));
  return {
    software: 'postfix',
    groups: groups.filter((group) => group.name === null || saysTls(group.settings)),
  };
}

const saysTls = (settings: readonly SendingSetting[]): boolean =>
  settings.some(({ name }) => /^smtp_(?:tls_|use_tls|enforce_tls)/.test(name));
