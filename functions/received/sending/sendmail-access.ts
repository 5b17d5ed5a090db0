/**
 * Sendmail's access map, with the tags of its STARTTLS rules: `TLS_Srv:example.com VERIFY:112` asks for a
 * verified certificate towards a server, `TLS_Rcpt` for one recipient, `Try_TLS:host NO` turns STARTTLS off.
 * Source: cf/README of Sendmail 8.18, section STARTTLS.
 */
import type { SendingConfiguration, SendingGroup } from './sending-settings.ts';
import { MOST_GROUPS } from './sending-settings.ts';

const LINE =
  /^(TLS_Srv|TLS_Rcpt|TLS_Srv_Options|TLS_Rcpt_Options|Try_TLS|TLS_Clt):(\S{0,255})\s{1,60}"?([^"]{1,255})"?$/i;

/** Null when no line has a tag of the STARTTLS rules. */
export function parseSendmailAccess(text: string): SendingConfiguration | null {
  if (!/tls_(?:srv|rcpt|clt)|try_tls/i.test(text)) return null;
  const groups: SendingGroup[] = [];
  for (const line of text.split('\n').map((padded) => padded.trim())) {
    const [, tag, destination = '', value = ''] = LINE.exec(line) ?? [];
    if (tag === undefined || groups.length >= MOST_GROUPS) continue;
    groups.push({
      name: destination === '' ? null : destination,
      settings: [{ name: tag.toLowerCase(), value: value.trim(), line }],
    });
  }
  return groups.length === 0 ? null : { software: 'sendmail', groups };
}
