/**
 * `postconf -n` of Postfix, `name = value`, and `postconf -P`, `service/type/name = value`, the settings of
 * master.cf that override it for one service: postconf(1).
 */
import type { SendingConfiguration, SendingSetting } from './sending-settings.ts';
import { MOST_GROUPS } from './sending-settings.ts';

const SETTING = /^([a-z][a-z0-9_]{2,80}) = ?(.*)$/;
/** What `postconf -P` writes before the parameter's name. */
const SERVICE = /^([a-z0-9_.:-]{1,80}\/(?:unix|inet|fifo|pass|unix-dgram))\//;
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
    const trimmed = line.trim();
    const service = trimmed.includes('/') ? SERVICE.exec(trimmed)?.[1] : undefined;
    const setting = service === undefined ? trimmed : trimmed.slice(service.length + 1);
    const [, name, value = ''] = SETTING.exec(setting) ?? [];
    if (name === undefined) continue;
    if (TELLING.test(name)) telling += 2;
    else if (ORDINARY.has(name)) telling += 1;
    const key = service ?? null;
    if (!services.has(key) && services.size < MOST_GROUPS) services.set(key, []);
    services.get(key)?.push({ name, value, line: trimmed });
  }
  if (telling < 2) return null;
  const groups = [...services].map(([name, settings]) => ({ name, settings }));
  return {
    software: 'postfix',
    // Of `postconf -P` alone nothing is known of what holds everywhere.
    groups: groups.filter(({ name, settings }) => (name === null ? settings.length > 0 : saysTls(settings))),
  };
}

const saysTls = (settings: readonly SendingSetting[]): boolean =>
  settings.some(({ name }) => /^smtp_(?:tls_|use_tls|enforce_tls)/.test(name));
