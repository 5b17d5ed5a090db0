/**
 * Who wrote a Received field, and what that software's silence means. Software that adds the S of RFC 3848
 * section 1 or a comment whenever there was TLS says "no TLS" by leaving them out (`recordsTls`); of software
 * that never records TLS, or of which that is not known, silence says nothing. A row is found by the first word
 * of a comment the server wrote about itself, by its protocol, by its domain, or by the shape of the field.
 * Each row has a real field in `test/vectors/received-dialects.jsonl`.
 */
export interface Dialect {
  readonly name: string;
  readonly software: string;
  /** First words of the comment in which the software names itself, lower case, up to a space, slash, bracket or dash-and-digit. */
  readonly comments?: readonly string[];
  readonly protocols?: readonly string[];
  /** Domains of a service that runs its own software; its hosts are at or below them. */
  readonly domains?: readonly string[];
  readonly recordsTls: boolean;
  /** Where that is known from. */
  readonly source: string;
}

const CODE = 'its source code';
const FIELDS = 'fields with and without TLS in public archives';
const NEVER = 'no public field of it speaks of TLS';

// prettier-ignore
export const DIALECTS: readonly Dialect[] = [
  { name: 'postfix', software: 'Postfix', comments: ['postfix'], recordsTls: true, source: 'postconf(5) smtpd_tls_received_header' },
  { name: 'exim', software: 'Exim', comments: ['exim'], recordsTls: true, source: 'Exim specification, received_header_text' },
  { name: 'exchange', software: 'Microsoft Exchange', protocols: ['microsoft smtp server'], recordsTls: true, source: FIELDS },
  { name: 'exchange-mapi', software: 'Microsoft Exchange (MAPI)', protocols: ['mapi'], recordsTls: false, source: FIELDS },
  { name: 'exchange-5.5', software: 'Microsoft Exchange 5.5', comments: ['microsoft'], protocols: ['internet mail service'], recordsTls: false, source: NEVER },
  { name: 'smtpsvc', software: 'Microsoft SMTP service', protocols: ['microsoft smtpsvc'], recordsTls: false, source: 'says `over TLS secured channel`, in some versions only' },
  { name: 'exchange-webdav', software: 'Microsoft Exchange (WebDAV)', protocols: ['microsoft exchange server http-dav'], recordsTls: false, source: NEVER },
  { name: 'opensmtpd', software: 'OpenSMTPD', comments: ['opensmtpd'], recordsTls: true, source: CODE },
  { name: 'haraka', software: 'Haraka', comments: ['haraka'], recordsTls: true, source: CODE },
  { name: 'halon', software: 'Halon', comments: ['halon'], recordsTls: true, source: FIELDS },
  { name: 'stalwart', software: 'Stalwart', comments: ['stalwart'], recordsTls: true, source: CODE },
  { name: 'maddy', software: 'maddy', comments: ['envelope-sender'], recordsTls: true, source: CODE },
  { name: 'zone-mta', software: 'ZoneMTA', comments: ['zonemta'], recordsTls: true, source: CODE },
  { name: 'qpsmtpd', software: 'qpsmtpd', comments: ['qpsmtpd'], recordsTls: true, source: CODE },
  { name: 'cyrus', software: 'Cyrus IMAP', comments: ['cyrus'], recordsTls: true, source: CODE },
  { name: 'dovecot', software: 'Dovecot LMTP', comments: ['dovecot'], recordsTls: true, source: CODE },
  { name: 'amavis', software: 'amavis', comments: ['amavisd', 'amavis', 'amavisd-new'], recordsTls: true, source: CODE },
  { name: 'kerio', software: 'Kerio Connect', comments: ['kerio'], recordsTls: true, source: FIELDS },
  { name: 'communigate', software: 'CommuniGate Pro', comments: ['communigate'], recordsTls: true, source: FIELDS },
  { name: 'oracle', software: 'Oracle Communications Messaging Server', comments: ['oracle'], recordsTls: true, source: FIELDS },
  { name: 'surgemail', software: 'SurgeMail', comments: ['surgemail'], recordsTls: true, source: FIELDS },
  { name: 'yandex', software: 'Yandex', comments: ['yandex', 'nwsmtp'], recordsTls: true, source: FIELDS },
  { name: 'mailchimp', software: 'Mailchimp', comments: ['mailchimp'], recordsTls: true, source: 'Postfix under another mail_name' },
  { name: 'trend-imss', software: 'Trend Micro IMSS', comments: ['trend imss'], recordsTls: true, source: FIELDS },
  { name: 'trend-email-security', software: 'Trend Micro Email Security', comments: ['trend micro'], recordsTls: true, source: FIELDS },
  { name: 'mdaemon', software: 'MDaemon', comments: ['mdaemon'], recordsTls: false, source: 'records it in some versions only' },
  { name: 'nemesis', software: 'GMX and IONOS (Nemesis)', comments: ['nemesis'], recordsTls: false, source: 'wrote ESMTP for years whatever the session' },
  { name: 'domino', software: 'HCL Domino', comments: ['lotus', 'ibm domino', 'hcl domino'], recordsTls: false, source: NEVER },
  { name: 'groupwise', software: 'GroupWise', comments: ['groupwise'], protocols: ['novell_groupwise'], recordsTls: false, source: NEVER },
  { name: 'intermail', software: 'InterMail', comments: ['intermail'], recordsTls: false, source: NEVER },
  { name: 'powermta', software: 'PowerMTA', comments: ['powermta'], recordsTls: false, source: 'records it in recent versions only' },
  { name: 'momentum', software: 'Momentum', comments: ['ecelerity'], recordsTls: false, source: 'records it in recent versions only' },
  { name: 'kumomta', software: 'KumoMTA', comments: ['kumomta'], recordsTls: false, source: 'records it where its policy is written so' },
  { name: 'coremail', software: 'Coremail', comments: ['coremail'], recordsTls: false, source: NEVER },
  { name: 'axigen', software: 'Axigen', comments: ['axigen'], recordsTls: false, source: 'not known' },
  { name: 'sophos', software: 'Sophos', comments: ['sophos'], recordsTls: false, source: 'not known' },
  { name: 'sendgrid', software: 'SendGrid', comments: ['sg', 'geopod', 'filterdrecv'], domains: ['sendgrid.net'], recordsTls: false, source: NEVER },
  { name: 'fetchmail', software: 'fetchmail', comments: ['fetchmail'], recordsTls: false, source: 'fetchmail(1): the protocol only' },
  { name: 'qmail-scanner', software: 'qmail-scanner', protocols: ['qmail-scanner-1.14'], recordsTls: false, source: NEVER },
  { name: 'mailchannels', software: 'MailChannels', comments: ['trex'], recordsTls: false, source: 'not known of the plain form' },
  { name: 'yahoo', software: 'Yahoo', comments: ['oath', 'hermes'], domains: ['yahoo.com', 'yahoodns.net', 'aol.com', 'yahoo.co.jp'], recordsTls: false, source: 'wrote SMTP for years whatever the session' },
  { name: 'ses', software: 'Amazon SES', comments: ['simpleemailservice'], domains: ['amazonaws.com', 'amazonses.com'], recordsTls: false, source: NEVER },
  { name: 'mailgun', software: 'Mailgun', domains: ['mailgun.net', 'mailgun.org', 'mailgun.co', 'postgun.com'], recordsTls: false, source: 'records it in recent versions only' },
  { name: 'zoho', software: 'Zoho', domains: ['zoho.com', 'zoho.eu', 'zoho.in', 'zohomail.com', 'zohomail.eu', 'zohomail.in'], recordsTls: false, source: 'not known of the plain form' },
  { name: 'postini', software: 'Postini', domains: ['postini.com'], recordsTls: false, source: 'named TLS in some versions only' },
  { name: 'mimecast', software: 'Mimecast', domains: ['mimecast.com', 'mimecast.co.za', 'mimecast.org', 'mimecast-offshore.com'], recordsTls: true, source: FIELDS },
  { name: 'messagelabs', software: 'Symantec MessageLabs', domains: ['messagelabs.com'], recordsTls: true, source: FIELDS },
  { name: 'cisco', software: 'Cisco Secure Email (IronPort)', domains: ['iphmx.com'], recordsTls: true, source: FIELDS },
  { name: 'barracuda-cloud', software: 'Barracuda Email Gateway Defense', domains: ['cudaops.com'], recordsTls: false, source: 'names no protocol where it writes no comment' },
  { name: 'cloudflare', software: 'Cloudflare Email Routing', comments: ['cloudflare'], recordsTls: false, source: NEVER },
  { name: 'forward-email', software: 'Forward Email', comments: ['forward email'], recordsTls: false, source: 'not known of the plain form' },
  { name: 'icewarp', software: 'IceWarp', comments: ['icewarp', 'merak'], recordsTls: false, source: 'writes `(SSL)`; not known of the plain form' },
  { name: 'seznam', software: 'Seznam', comments: ['seznam'], recordsTls: false, source: NEVER },
  { name: 'idea-smtp', software: 'IdeaSmtpServer (home.pl)', comments: ['ideasmtpserver'], recordsTls: false, source: NEVER },
  { name: 'qq', software: 'Tencent QQ', comments: ['newesmtp', 'newmx'], recordsTls: false, source: NEVER },
  { name: 'sun-messaging', software: 'Sun Java System Messaging Server', comments: ['sun java', 'iplanet'], recordsTls: false, source: 'not known of the plain form' },
  { name: 'mirapoint', software: 'Mirapoint', comments: ['mos'], recordsTls: false, source: NEVER },
  { name: 'scalix', software: 'Scalix', comments: ['scalix'], recordsTls: false, source: NEVER },
  { name: 'mercury', software: 'Mercury/32', comments: ['mercury'], recordsTls: false, source: NEVER },
  { name: 'forcepoint', software: 'Forcepoint Email Security Cloud (MailControl)', comments: ['mailcontrol'], recordsTls: false, source: 'not known of the plain form' },
  { name: 'barracuda-queue', software: 'Barracuda, from its own queue', comments: ['spam &'], recordsTls: false, source: NEVER },
  { name: 'qmail-ldap', software: 'qmail-ldap', comments: ['qmail-ldap'], recordsTls: false, source: 'qmail-smtpd.c; not known of versions with TLS' },
  { name: 'gmail', software: 'Gmail', domains: ['google.com', 'gmail.com', 'googlemail.com'], recordsTls: true, source: FIELDS },
  { name: 'proofpoint', software: 'Proofpoint', comments: ['pps'], domains: ['pphosted.com', 'ppops.net', 'ppe-hosted.com'], recordsTls: true, source: FIELDS },
  { name: 't-online', software: 'T-Online', domains: ['t-online.de'], recordsTls: true, source: FIELDS },
  { name: 'strato', software: 'Strato (RZmta)', comments: ['rzmta'], domains: ['rzone.de'], recordsTls: true, source: FIELDS },
  { name: 'improvmx', software: 'ImprovMX', domains: ['improvmx.com'], recordsTls: true, source: FIELDS },
];

/** The rows that are known by the shape of the field, after every other row. */
export const SENDMAIL: Dialect = {
  name: 'sendmail',
  software: 'Sendmail',
  recordsTls: true,
  source: 'op.me, macro HReceived',
};
export const COURIER: Dialect = { name: 'courier', software: 'Courier', recordsTls: true, source: CODE };
export const QMAIL: Dialect = {
  name: 'qmail',
  software: 'qmail',
  recordsTls: false,
  source: 'qmail-smtpd.c; patches add TLS in a comment',
};
/** Cisco's appliances under a customer's name: known by `with ESMTP/TLS/CIPHER`. */
export const CISCO: Dialect = {
  name: 'cisco-appliance',
  software: 'Cisco Secure Email (IronPort)',
  recordsTls: true,
  source: FIELDS,
};
/** The same peer without those words: another's software may write it so. */
export const CISCO_LIKE: Dialect = {
  name: 'cisco-like',
  software: 'Cisco Secure Email (IronPort), or alike',
  recordsTls: false,
  source: 'its bare form is like others',
};
export const HMAILSERVER: Dialect = {
  name: 'hmailserver',
  software: 'hMailServer',
  recordsTls: false,
  source: 'SMTPConnection.cpp; its bare form is like others',
};
export const SMARTERMAIL: Dialect = {
  name: 'smartermail',
  software: 'SmarterMail',
  recordsTls: false,
  source: 'its bare form is like others',
};
export const GMAIL_INTERNAL: Dialect = {
  name: 'gmail-internal',
  software: 'Gmail, inside Google',
  recordsTls: false,
  source: FIELDS,
};
export const POSTFIX_RENAMED: Dialect = {
  name: 'postfix-renamed',
  software: 'Postfix under another name',
  recordsTls: true,
  source: 'postconf(5) mail_name',
};
export const BARRACUDA: Dialect = {
  name: 'barracuda',
  software: 'Barracuda Email Security Gateway',
  recordsTls: false,
  source: 'writes a comment in recent versions; its bare form is like others',
};
