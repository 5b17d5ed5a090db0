/**
 * What each kind of sender does with the encryption it meets, as its documentation has it: data, with a source
 * and the date it was read. What no document says is `unknown`, and so is then whatever it would decide.
 */
import type { SenderName } from '../environment.ts';

/** What a sender does, as far as its documents go. */
export interface SenderRow {
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
  readonly dane: 'no' | 'yes' | 'even-insecure-mx' | 'unknown';
  readonly mtaSts: boolean | 'unknown';
  /** The oldest TLS it speaks, Node's name. */
  readonly oldestTls: 'TLSv1' | 'TLSv1.2' | 'unknown';
  readonly source: string;
  /** When the source was last read. */
  readonly readOn: string;
}

/** What a sender does, nothing left open. */
export interface SenderBehaviour extends Pick<SenderRow, 'sender' | 'withoutTls' | 'certificate'> {
  readonly dane: Exclude<SenderRow['dane'], 'unknown'>;
  readonly mtaSts: boolean;
  readonly oldestTls: Exclude<SenderRow['oldestTls'], 'unknown'>;
}

/** States what a sender may do, as its documents leave it; one that asks least of a server comes first. */
export function behavioursOf({
  sender,
  withoutTls,
  certificate,
  ...row
}: SenderRow): readonly SenderBehaviour[] {
  const known = { sender, withoutTls, certificate };
  const dane = row.dane === 'unknown' ? (['no', 'yes'] as const) : [row.dane];
  const mtaSts = row.mtaSts === 'unknown' ? [false, true] : [row.mtaSts];
  const oldestTls = row.oldestTls === 'unknown' ? (['TLSv1', 'TLSv1.2'] as const) : [row.oldestTls];
  return dane.flatMap((checks) =>
    mtaSts.flatMap((honours) =>
      oldestTls.map((oldest) => ({ ...known, dane: checks, mtaSts: honours, oldestTls: oldest })),
    ),
  );
}

export const SENDERS_TABLE: readonly SenderRow[] = [
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
    // RequireTLS is false by default, and nothing among the settings of its connectors is about DANE or MTA-STS;
    // those of Exchange Online have both. From 2019 on it comes with TLS 1.2 alone.
    sender: 'exchange-server',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source:
      'https://learn.microsoft.com/en-us/powershell/module/exchange/set-sendconnector and https://learn.microsoft.com/en-us/exchange/plan-and-deploy/post-installation-tasks/security-best-practices/exchange-tls-configuration',
    readOn: '2026-11-22',
  },
  {
    // What it publishes for senders is about mail to it. Nothing was found on what it checks when it sends; that
    // it delivers in clear where there is no TLS is taken from RFC 5321, which knows no other way.
    sender: 'yahoo',
    withoutTls: 'delivers-in-clear',
    certificate: 'any',
    dane: 'unknown',
    mtaSts: 'unknown',
    oldestTls: 'unknown',
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
    source:
      'https://www.postfix.org/postconf.5.html#smtp_tls_security_level (may) and https://www.postfix.org/postconf.5.html#smtp_tls_protocols (>=TLSv1, from Postfix 3.6)',
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
      'https://www.postfix.org/postconf.5.html#smtp_tls_security_level (dane) and https://www.postfix.org/postconf.5.html#smtp_tls_dane_insecure_mx_policy (dane, from Postfix 3.6)',
    readOn: '2026-11-22',
  },
  {
    sender: 'must-encrypt',
    withoutTls: 'refuses',
    certificate: 'any',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source:
      'https://www.postfix.org/postconf.5.html#smtp_tls_security_level (encrypt), and RFC 8996 section 4 and RFC 8996 section 5 for the TLS versions',
    readOn: '2026-11-22',
  },
  {
    sender: 'must-verify',
    withoutTls: 'refuses',
    certificate: 'trusted-and-named',
    dane: 'no',
    mtaSts: false,
    oldestTls: 'TLSv1.2',
    source:
      'https://www.postfix.org/postconf.5.html#smtp_tls_security_level (verify), and RFC 8996 section 4 and RFC 8996 section 5 for the TLS versions',
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
