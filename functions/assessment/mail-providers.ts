/**
 * Who runs an MX host, by its name. A provider's hosts lie below names of its own (`aspmx.l.google.com`), so the
 * last labels tell; text inside a label tells nothing, since anyone may call a host `google.com.evil.example`.
 * Of several providers it is documented that their servers offer STARTTLS: that is what may be expected of
 * them where they could not be asked, and never more than that.
 */

export interface MailProvider {
  readonly provider: string;
  /** The last labels of its MX hosts' names, A-labels; `*` stands for exactly one label. */
  readonly suffixes: readonly string[];
  /** A real MX host of it, with where it was seen. */
  readonly sample: string;
  readonly source: string;
  /** Where it says, or shows, that its servers offer STARTTLS to any sender; null: no such source is known to us. */
  readonly startTls: string | null;
}

export const MAIL_PROVIDERS: readonly MailProvider[] = [
  {
    provider: 'Google Workspace',
    suffixes: ['aspmx.l.google.com', 'googlemail.com', 'smtp.google.com'],
    sample: 'alt1.aspmx.l.google.com',
    source: 'public text index, file 34602505482',
    startTls: 'support.google.com/a/answer/2520500, read from a copy of 2024',
  },
  {
    provider: 'Gmail',
    suffixes: ['gmail-smtp-in.l.google.com'],
    sample: 'alt2.gmail-smtp-in.l.google.com',
    source: 'public text index, file 33493260840',
    startTls: 'support.google.com/a/answer/2520500, read from a copy of 2024',
  },
  {
    provider: 'Microsoft 365',
    suffixes: ['mail.protection.outlook.com', 'mx.microsoft'],
    sample: 'qfb-com-qa.mail.protection.outlook.com',
    source: 'public text index, file 56433929361',
    startTls:
      'Exchange team blog, 2021-01-15: TLS is offered opportunistically to who sends to Exchange Online',
  },
  {
    provider: 'Outlook.com',
    suffixes: ['olc.protection.outlook.com'],
    sample: 'outlook-com.olc.protection.outlook.com',
    source: 'public text index, file 45373638250',
    startTls: 'Exchange team blog, 2021-01-15: the same front ends as Exchange Online',
  },
  {
    provider: 'Yahoo',
    suffixes: ['yahoodns.net'],
    sample: 'mta5.am0.yahoodns.net',
    source: 'public text index, file 5735563858',
    startTls:
      'public text index, file 43450973725 (a session with mx-aol.mail.gm0.yahoodns.net: 250 STARTTLS)',
  },
  {
    provider: 'iCloud',
    suffixes: ['mail.icloud.com'],
    sample: 'mx01.mail.icloud.com',
    source: 'public text index, file 69533301110',
    startTls: null,
  },
  {
    provider: 'Fastmail',
    suffixes: ['messagingengine.com'],
    sample: 'in1-smtp.messagingengine.com',
    source: 'public text index, file 44630612081',
    startTls: 'Fastmail blog, 2009-04-16: opportunistic TLS on incoming mail',
  },
  {
    provider: 'Proton Mail',
    suffixes: ['protonmail.ch'],
    sample: 'mailsec.protonmail.ch',
    source: 'public text index, file 70758441695',
    startTls: null,
  },
  {
    provider: 'Zoho Mail',
    suffixes: [
      'zoho.com',
      'zoho.eu',
      'zoho.in',
      'zoho.jp',
      'zoho.sa',
      'zoho.com.au',
      'zoho.com.cn',
      'zohomail.com',
      'zohocloud.ca',
    ],
    sample: 'mx.zoho.com',
    source: 'public text index, file 19866689751',
    startTls: null,
  },
  {
    provider: 'Amazon SES',
    suffixes: ['inbound-smtp.*.amazonaws.com'],
    sample: 'inbound-smtp.us-west-2.amazonaws.com',
    source: 'docs.aws.amazon.com/ses/latest/dg/receiving-email-mx-record.html',
    startTls: null,
  },
  {
    provider: 'Mimecast',
    suffixes: ['mimecast.com', 'mimecast.co.za', 'mimecast-offshore.com'],
    sample: 'us-smtp-inbound-1.mimecast.com',
    source: 'public text index, file 13903013956',
    startTls: null,
  },
  {
    provider: 'Proofpoint',
    suffixes: ['pphosted.com'],
    sample: 'mx0a-00082601.pphosted.com',
    source: 'public text index, file 40333185124',
    startTls: null,
  },
  {
    provider: 'Proofpoint Essentials',
    suffixes: ['ppe-hosted.com'],
    sample: 'mx1-us1.ppe-hosted.com',
    source: 'public text index, file 26592996468',
    startTls: 'public text index, file 26592996468 (its Received field: with ESMTPS)',
  },
  {
    provider: 'Barracuda',
    suffixes: ['barracudanetworks.com'],
    sample: 'd174024a.ess.barracudanetworks.com',
    source: 'public text index, file 27426192353',
    startTls: null,
  },
  {
    provider: 'Cisco Secure Email',
    suffixes: ['iphmx.com'],
    sample: 'esa1.hgst.iphmx.com',
    source: 'public text index, file 13994633603',
    startTls: null,
  },
  {
    provider: 'Trend Micro',
    suffixes: ['tmes.trendmicro.com', 'tmes.trendmicro.eu', 'hes.trendmicro.com', 'hes.trendmicro.eu'],
    sample: 'oxforduni.in.tmes.trendmicro.eu',
    source: 'public text index, file 55554555480',
    startTls: null,
  },
  {
    provider: 'Sophos',
    suffixes: ['hydra.sophos.com'],
    sample: 'mx-01-us-east-2.prod.hydra.sophos.com',
    source: 'public text index, file 68293614916',
    startTls: null,
  },
  {
    provider: 'Forcepoint',
    suffixes: ['mailcontrol.com'],
    sample: 'cust41036-1.in.mailcontrol.com',
    source: 'public text index, file 1557306940',
    startTls: null,
  },
  {
    provider: 'Symantec Email Security.cloud',
    suffixes: ['messagelabs.com'],
    sample: 'cluster1.eu.messagelabs.com',
    source: 'public text index, file 19414442726',
    startTls: null,
  },
  {
    provider: 'Trellix',
    suffixes: ['fireeyecloud.com'],
    sample: 'primary.us.email.fireeyecloud.com',
    source: 'public text index, file 71192928230',
    startTls: null,
  },
  {
    provider: 'Hornetsecurity',
    suffixes: ['hornetsecurity.com', 'antispameurope.com'],
    sample: 'mx01.hornetsecurity.com',
    source: 'public text index, file 65816869237',
    startTls: null,
  },
  {
    provider: 'SpamExperts',
    suffixes: ['spamexperts.com', 'spamexperts.eu', 'spamexperts.net'],
    sample: 'mx.spamexperts.com',
    source: 'public text index, file 43433498609',
    startTls: null,
  },
  {
    provider: 'Mailgun',
    suffixes: ['mailgun.org'],
    sample: 'mxa.mailgun.org',
    source: 'public text index, file 46888980851',
    startTls: null,
  },
  {
    provider: 'SendGrid',
    suffixes: ['mx.sendgrid.net'],
    sample: 'mx.sendgrid.net',
    source: 'public text index, file 58203459799',
    startTls: null,
  },
  {
    provider: 'OVHcloud',
    suffixes: ['mail.ovh.net', 'mail.ovh.ca'],
    sample: 'mx1.mail.ovh.net',
    source: 'public text index, file 53084312',
    startTls: null,
  },
  {
    provider: 'IONOS',
    suffixes: [
      'ionos.com',
      'ionos.de',
      'ionos.co.uk',
      'ionos.es',
      'ionos.fr',
      'ionos.it',
      'ionos.ca',
      'kundenserver.de',
      'perfora.net',
    ],
    sample: 'mx00.ionos.de',
    source: 'public text index, file 37850399893',
    startTls: null,
  },
  {
    provider: 'STRATO',
    suffixes: ['smtpin.rzone.de'],
    sample: 'smtpin.rzone.de',
    source: 'public text index, file 16065389135',
    startTls: null,
  },
  {
    provider: 'Gandi',
    suffixes: ['mail.gandi.net'],
    sample: 'spool.mail.gandi.net',
    source: 'public text index, file 32873363055',
    startTls: null,
  },
  {
    provider: 'Migadu',
    suffixes: ['migadu.com'],
    sample: 'aspmx1.migadu.com',
    source: 'public text index, file 28080890491',
    startTls: null,
  },
  {
    provider: 'mailbox.org',
    suffixes: ['mailbox.org'],
    sample: 'mxext1.mailbox.org',
    source: 'public text index, file 61494306861',
    startTls: null,
  },
  {
    provider: 'Tuta',
    suffixes: ['tutanota.de'],
    sample: 'mail.tutanota.de',
    source: 'public text index, file 2715589159',
    startTls: null,
  },
  {
    provider: 'Posteo',
    suffixes: ['posteo.de'],
    sample: 'mx01.posteo.de',
    source: 'public text index, file 26569563113',
    startTls: null,
  },
  {
    provider: 'GMX',
    suffixes: ['gmx.net'],
    sample: 'mx00.emig.gmx.net',
    source: 'public text index, file 57004183216',
    startTls: null,
  },
  {
    provider: 'WEB.DE',
    suffixes: ['web.de'],
    sample: 'mx-ha03.web.de',
    source: 'public text index, file 37085880702',
    startTls: null,
  },
  {
    provider: 'Infomaniak',
    suffixes: ['mta-gw.infomaniak.ch'],
    sample: 'mta-gw.infomaniak.ch',
    source: 'public text index, file 11943356436',
    startTls: null,
  },
  {
    provider: 'Yandex',
    suffixes: ['mx.yandex.net', 'mx.yandex.ru'],
    sample: 'mx.yandex.net',
    source: 'public text index, file 39769739864',
    startTls: null,
  },
  {
    provider: 'Mail.ru',
    suffixes: ['emx.mail.ru', 'mxs.mail.ru'],
    sample: 'emx.mail.ru',
    source: 'public text index, file 9950131812',
    startTls: null,
  },
  {
    provider: 'Tencent',
    suffixes: ['qq.com'],
    sample: 'mxbiz1.qq.com',
    source: 'public text index, file 45477732569',
    startTls: null,
  },
  {
    provider: 'NetEase',
    suffixes: ['mxmail.netease.com'],
    sample: '163mx01.mxmail.netease.com',
    source: 'public text index, file 16875513517',
    startTls: null,
  },
  {
    provider: 'Alibaba Mail',
    suffixes: ['mxhichina.com'],
    sample: 'mxn.mxhichina.com',
    source: 'public text index, file 45422224768',
    startTls: null,
  },
  {
    provider: 'Rackspace',
    suffixes: ['emailsrvr.com'],
    sample: 'mx1.emailsrvr.com',
    source: 'public text index, file 20145678829',
    startTls: null,
  },
  {
    provider: 'GoDaddy',
    suffixes: ['smtp.secureserver.net', 'mailstore1.secureserver.net'],
    sample: 'mailstore1.secureserver.net',
    source: 'public text index, file 13047262665',
    startTls: null,
  },
  {
    provider: 'Cloudflare Email Routing',
    suffixes: ['mx.cloudflare.net'],
    sample: 'route1.mx.cloudflare.net',
    source: 'public text index, file 62130838588',
    startTls: null,
  },
  {
    provider: 'ImprovMX',
    suffixes: ['improvmx.com'],
    sample: 'mx1.improvmx.com',
    source: 'public text index, file 10043239103',
    startTls: null,
  },
  {
    provider: 'Forward Email',
    suffixes: ['forwardemail.net'],
    sample: 'mx1.forwardemail.net',
    source: 'public text index, file 56114867644',
    startTls: null,
  },
  {
    provider: 'Hostinger',
    suffixes: ['mx1.hostinger.com', 'mx2.hostinger.com'],
    sample: 'mx1.hostinger.com',
    source: 'public text index, file 53177129218',
    startTls: null,
  },
  {
    provider: 'Namecheap Private Email',
    suffixes: ['privateemail.com'],
    sample: 'mx1.privateemail.com',
    source: 'public text index, file 69752015313',
    startTls: null,
  },
  {
    provider: 'Titan',
    suffixes: ['titan.email'],
    sample: 'mx1.titan.email',
    source: 'public text index, file 25196088190',
    startTls: null,
  },
];

interface Candidate {
  readonly provider: MailProvider;
  /** Last label first. */
  readonly labels: readonly string[];
}

const CANDIDATES: readonly Candidate[] = MAIL_PROVIDERS.flatMap((provider) =>
  provider.suffixes.map((suffix) => ({ provider, labels: suffix.split('.').toReversed() })),
);

/**
 * The provider with the longest suffix that the host's name ends with.
 * @param host an MX host, A-label, any case, no trailing dot
 * @returns null when none is known to run it
 */
export function mailProvider(host: string): MailProvider | null {
  const labels = host.toLowerCase().split('.').toReversed();
  let best: Candidate | null = null;
  for (const candidate of CANDIDATES) {
    const matches = candidate.labels.every((label, at) =>
      label === '*' ? (labels[at] ?? '') !== '' : label === labels[at],
    );
    if (matches && candidate.labels.length > (best?.labels.length ?? 0)) best = candidate;
  }
  return best?.provider ?? null;
}
