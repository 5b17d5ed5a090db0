/**
 * What each kind of sender does with the encryption it meets, as its documentation has it: data, with a source
 * and the date it was read. Where a document does not say, the row takes what promises less.
 */
import type { SenderName } from '../environment.ts';

export interface SenderBehaviour {
  readonly sender: SenderName;
  /** What it does where no policy speaks and TLS does not come about. */
  readonly withoutTls: 'delivers-in-clear' | 'refuses';
  /**
   * What it asks of a certificate where no policy speaks. `trusted`: issued by an authority it knows;
   * `trusted-and-named`: and for the MX host's name.
   */
  readonly certificate: 'any' | 'trusted' | 'trusted-and-named';
  /**
   * Whether it checks DANE. `even-insecure-mx`: it also holds a host to its TLSA records when the MX records
   * that named the host are not signed.
   */
  readonly dane: 'no' | 'yes' | 'even-insecure-mx';
  readonly mtaSts: boolean;
  /** The oldest TLS it speaks, Node's name. */
  readonly oldestTls: 'TLSv1' | 'TLSv1.2';
  readonly source: string;
  /** When the source was last read. */
  readonly readOn: string;
}

export const SENDERS_TABLE: readonly SenderBehaviour[] = [
  {
    sender: 'gmail',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: true,
    oldestTls: 'TLSv1',
    source: 'https://support.google.com/a/answer/9261504 and https://support.google.com/a/answer/2520500',
    readOn: '2026-11-22',
  },
  {
    sender: 'exchange-online',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'yes',
    mtaSts: true,
    oldestTls: 'TLSv1.2',
    source:
      'https://learn.microsoft.com/en-us/purview/how-smtp-dane-works and https://techcommunity.microsoft.com/blog/exchange/announcing-smtp-dane--mta-sts-connector-modes-in-exchange-online/4501005 (mode Opportunistic, the default)',
    readOn: '2026-11-22',
  },
  {
    sender: 'exchange-server',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source:
      'https://learn.microsoft.com/en-us/powershell/module/exchange/set-sendconnector (RequireTLS and TlsAuthLevel unset, the default)',
    readOn: '2026-11-22',
  },
  {
    // No public statement that its outgoing mail checks MTA-STS or DANE was found; taken as checking neither.
    sender: 'yahoo',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source: 'https://senders.yahooinc.com/ (silent about outgoing mail)',
    readOn: '2026-11-22',
  },
  {
    sender: 'amazon-ses',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1',
    source:
      'https://docs.aws.amazon.com/ses/latest/dg/security-protocols.html (TlsPolicy Optional, the default)',
    readOn: '2026-11-22',
  },
  {
    sender: 'postfix-may',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1',
    source: 'https://www.postfix.org/TLS_README.html#client_tls_may',
    readOn: '2026-11-22',
  },
  {
    sender: 'postfix-dane',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'even-insecure-mx',
    mtaSts: false,
    oldestTls: 'TLSv1',
    source:
      'https://www.postfix.org/TLS_README.html#client_tls_dane and https://www.postfix.org/postconf.5.html#smtp_tls_dane_insecure_mx_policy',
    readOn: '2026-11-22',
  },
  {
    sender: 'must-encrypt',
    withoutTls: 'refuses',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source: 'https://www.postfix.org/TLS_README.html#client_tls_encrypt',
    readOn: '2026-11-22',
  },
  {
    sender: 'must-verify',
    withoutTls: 'refuses',
    certificate: 'trusted-and-named',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source: 'https://www.postfix.org/TLS_README.html#client_tls_verify',
    readOn: '2026-11-22',
  },
  {
    sender: 'workspace-require-tls',
    withoutTls: 'refuses',
    certificate: 'trusted',
    dane: 'no',
    mtaSts: true,
    oldestTls: 'TLSv1',
    source:
      'https://support.google.com/a/answer/2520500 (Secure transport compliance, CA-signed certificate required)',
    readOn: '2026-11-22',
  },
];
