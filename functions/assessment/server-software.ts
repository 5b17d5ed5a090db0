/**
 * Which mail server program answers, by its greeting (RFC 5321 section 4.3.1 lets a server name itself there),
 * and where that is silent by its reply to EHLO: a phrase or a keyword that no other program has. Both are what
 * the server's owner wrote, so the name is a hint for advice and never evidence. Servers that greet with
 * `host ESMTP` alone and list common keywords (qmail, hMailServer, SmarterMail, Cisco's) stay unnamed.
 */
import type { Reply } from '../probe/probe-evidence.ts';

/** The program's name as its makers write it, without a version: greetings lie about versions most of all. */
export type ServerSoftware = string;

export interface SoftwareRow {
  readonly software: ServerSoftware;
  /** Matched against one line of the greeting after its code; the host name comes first in most of them. */
  readonly greeting: RegExp;
  /** A real greeting, with where it was seen. */
  readonly sample: string;
  readonly source: string;
  readonly ehlo?: {
    /** Matched against one line of the reply to EHLO after its code. */
    readonly reply: RegExp;
    /** A line of a real reply, with where it was seen. */
    readonly sample: string;
    readonly source: string;
  };
}

const RECOG = 'rapid7/recog, xml/smtp_banners.xml';
const OPENVAS = 'public text index, file 7286376347 (OpenVAS, SMTP server type and version)';

/** Of several rows that match, the one that matches the longest stretch of the greeting counts. */
export const SERVER_SOFTWARE: readonly SoftwareRow[] = [
  {
    software: 'Postfix',
    greeting: /\sE?SMTP\b.{0,40}\bPost(?:fix|cow)\b/i,
    sample: 'foo.bar ESMTP Postfix (Debian/GNU)',
    source: RECOG,
  },
  {
    software: 'Exim',
    greeting: /(?:^|\s)E?SMTP \(?Exim\b/i,
    sample: 'foo.bar ESMTP Exim 4.90_RC3 Thu, 30 Nov 2017 03:52:16 -0700 ',
    source: RECOG,
    ehlo: {
      reply: /^X?_?PIPE_CONNECT$/,
      sample: 'PIPE_CONNECT',
      source: 'public text index, file 44640571771',
    },
  },
  {
    software: 'Sendmail',
    greeting: /(?:\sE?SMTP (?:\S+ )?|\s)Sendmail\b/i,
    sample: 'foo.bar ESMTP Sendmail 8.15.2/8.15.2/Debian-3; Thu, 30 Nov 2017 10:55:50 +0200',
    source: RECOG,
  },
  {
    software: 'Microsoft Exchange',
    greeting: /\sMicrosoft ESMTP MAIL Service ready at\b/i,
    sample: 'foo.bar Microsoft ESMTP MAIL Service ready at Wed, 21 Jul 2010 19:04:24 -0700',
    source: RECOG,
    ehlo: {
      reply: /^(?:X-ANONYMOUSTLS|XRDST|XSHADOW(?:REQUEST)?)$/,
      sample: 'X-ANONYMOUSTLS',
      source:
        'Microsoft, Use Telnet to test SMTP communication on Exchange servers; public text index, file 33401574449',
    },
  },
  {
    software: 'Microsoft Exchange Online',
    greeting: /^\S+\.outlook\.com Microsoft ESMTP MAIL Service ready at\b/i,
    sample:
      'BL2NAM06FT004.mail.protection.outlook.com Microsoft ESMTP MAIL Service ready at Thu, 26 Sep 2019 10:51:20 +0000',
    source: 'public text index, file 18009744533',
  },
  {
    software: 'Microsoft IIS SMTP service',
    greeting: /\sMicrosoft ESMTP MAIL Service, Version: [\d.]+/i,
    sample:
      'foo.bar Microsoft ESMTP MAIL Service, Version: 10.0.17763.1 ready at  Sun, 19 May 2019 09:04:29 -0500',
    source: RECOG,
  },
  {
    software: 'Gmail',
    greeting: /^mx\.google\.com ESMTP \S{1,120} - gsmtp$/,
    sample: 'mx.google.com ESMTP u12-20020a1f2e0c000000b003b3c744be47si1521687vku.95 - gsmtp',
    source: 'public text index, file 52496529115',
    ehlo: {
      reply: /^mx\.google\.com at your service\b/,
      sample: 'mx.google.com at your service, [99.231.152.248]',
      source: 'public text index, file 45736238199',
    },
  },
  {
    software: 'OpenSMTPD',
    greeting: /\sESMTP OpenSMTPD\b/,
    sample: 'in.mailbrix.mx ESMTP OpenSMTPD',
    source: 'public text index, file 38837613804',
  },
  {
    software: 'Haraka',
    greeting: /\sESMTP Haraka\b/,
    sample: 'ip-172-31-10-147 ESMTP Haraka 2.5.0 ready',
    source: 'public text index, file 25504783179',
    ehlo: {
      reply: /\sHaraka is at your service\.$/,
      sample: 'mail.example.com Hello client.example.com [192.168.0.1], Haraka is at your service.',
      source: 'public text index, file 1972410240 (Haraka, documentation of its plugins)',
    },
  },
  {
    software: 'Stalwart',
    greeting: /\sStalwart ESMTP at your service\b/,
    sample: '4762a47b9e44 Stalwart ESMTP at your service',
    source: 'public text index, file 44715472584',
    ehlo: {
      reply: /^\S+ you had me at EHLO$/,
      sample: 'mail.tankimzeg.top you had me at EHLO',
      source: 'public text index, file 35429575520',
    },
  },
  {
    software: 'OpenBSD spamd',
    greeting: /\bspamd IP-based SPAM blocker\b/,
    sample: 'spamd IP-based SPAM blocker',
    source: 'public text index, file 3982990601 (spamd.c)',
  },
  {
    software: 'Nemesis (GMX, WEB.DE, mail.com)',
    greeting: /\s\(\S{1,40}\) Nemesis ESMTP Service ready\b/,
    sample: 'gmx.com (mrgmx001) Nemesis ESMTP Service ready',
    source: 'public text index, file 18905574516',
  },
  {
    software: 'Proofpoint',
    greeting: /\sESMTP (?:mfa|cm)-m\d{4,12}$/,
    sample: 'mx0b-00000d03.pphosted.com ESMTP mfa-m0214089',
    source: 'public text index, file 33420396528',
  },
  {
    software: 'Yahoo',
    greeting: /^\S+\.mail\.\S+\.yahoo\.com ESMTP ready$/,
    sample: 'mtaproxy121.aol.mail.ne1.yahoo.com ESMTP ready',
    source: 'public text index, file 43450973725',
  },
  {
    software: 'Mimecast',
    greeting: /^\S+\.mimecast\.com ESMTP\b/,
    sample: 'eu-smtp-inbound-1.mimecast.com ESMTP',
    source: 'public text index, file 57356207083',
  },
  {
    software: 'Amazon SES',
    greeting: /^inbound-smtp\.\S+\.amazonaws\.com ESMTP\b/,
    sample: 'inbound-smtp.eu-west-1.amazonaws.com ESMTP Amazon SES',
    source: 'public text index, file 58568031545',
  },
  {
    software: 'Cloudflare Email',
    greeting: /\sCloudflare Email ESMTP Service ready\b/,
    sample: 'mx.cloudflare.net Cloudflare Email ESMTP Service ready',
    source: 'public text index, file 70454969838',
  },
  {
    software: 'MDaemon',
    greeting: /\sESMTP MDaemon\b|\sMDaemon v\d/,
    sample: 'mail.example.com ESMTP MDaemon 20.0.3; Tue, 19 Jan 2021 17:52:35 -0700',
    source: 'public text index, file 7113209215 (OpenVAS, OS detection over SMTP)',
  },
  {
    software: 'IceWarp',
    greeting: /\sE?SMTP (?:IceWarp|Merak)\b/i,
    sample: 'example.com ESMTP IceWarp 11.4.6.0 x64; Tue, 22 May 2018 15:53:07 +0200',
    source: 'public text index, file 7113209215 (OpenVAS, OS detection over SMTP)',
  },
  {
    software: 'CommuniGate Pro',
    greeting: /\sESMTP CommuniGate Pro\b/,
    sample: 'foo.bar ESMTP CommuniGate Pro 6.2c3',
    source: RECOG,
  },
  {
    software: 'Kerio Connect',
    greeting: /\sKerio (?:Connect|MailServer) [\d.]+/,
    sample: 'foo.bar Kerio Connect 9.2.5 patch 3 ESMTP ready',
    source: RECOG,
  },
  {
    software: 'PowerMTA',
    greeting: /\s\(PowerMTA\(TM\) v[\d.r]+\) ESMTP service ready\b/,
    sample: 'foo.bar (PowerMTA(TM) v3.2r24) ESMTP service ready',
    source: RECOG,
  },
  {
    software: 'Momentum',
    greeting: /\sESMTP ecelerity [\d.]+/,
    sample: 'foo.bar ESMTP ecelerity 4.2.37.61980 r(:) Thu, 30 Nov 2017 09:58:54 +0000',
    source: RECOG,
  },
  {
    software: 'MailEnable',
    greeting: /(?:^|\s)ESMTP MailEnable Service\b/,
    sample: 'foo.bar ESMTP MailEnable Service, Version: 9.53-9.53- ready at 11/30/17 00:57:37',
    source: RECOG,
  },
  {
    software: 'Domino',
    greeting: /\sESMTP Service \((?:HCL|IBM|Lotus) Domino\b/,
    sample:
      'foo.bar ESMTP Service (IBM Domino Release 9.0.1FP8 HF475) ready at Thu, 30 Nov 2017 17:55:48 +0900',
    source: RECOG,
  },
  {
    software: 'GroupWise',
    greeting: /\sGroupWise Internet Agent\b/,
    sample:
      'foo.bar GroupWise Internet Agent 14.2.1  Copyright 1993-2016 Novell, Inc., a Micro Focus Company. All rights reserved. Ready',
    source: RECOG,
  },
  {
    software: 'Apache James',
    greeting: /\bJAMES (?:awesome SMTP|E?SMTP) Server\b/,
    sample: 'Apache JAMES awesome SMTP Server',
    source: 'public text index, file 2578553625',
  },
  {
    software: 'Axigen',
    greeting: /\sAxigen ESMTP ready\b/,
    sample: 'ubuntu Axigen ESMTP ready',
    source: 'public text index, file 57138598288',
  },
  {
    software: 'ZMailer',
    greeting: /\sZMailer Server \S+/,
    sample: 'vger.kernel.org ZMailer Server 2.99.57-pre1 #11 ESMTP ready at Wed, 21 Apr 2004 05:56:30 -0400',
    source: 'public text index, file 58980241',
  },
  {
    software: 'Halon',
    greeting: /\sESMTP Halon Mail Gateway\b/,
    sample: 'mx1.vikab.com ESMTP Halon Mail Gateway (H/OS)',
    source: 'public text index, file 41966563704',
  },
  {
    software: 'Barracuda Email Security Gateway',
    greeting: /^\S+ ESMTP \([0-9a-f]{32}\)$/i,
    sample: 'barracuda.test.local ESMTP (09678d23bc13369ca0f4a4c15ae7f1d4)',
    source: OPENVAS,
  },
  {
    software: 'Sophos Email Appliance',
    greeting: /\bSophos Email Appliance\b/,
    sample: 'mail.example.com ESMTP Sophos Email Appliance v4.5.3.6',
    source: OPENVAS,
  },
  {
    software: 'Symantec Messaging Gateway',
    greeting: /\sESMTP Symantec Messaging Gateway\b/,
    sample: 'foo.bar ESMTP Symantec Messaging Gateway',
    source: RECOG,
  },
  {
    software: 'SonicWall Email Security',
    greeting: /\sESMTP SonicWALL \(/i,
    sample: 'foo.bar ESMTP SonicWall (9.1.1.3113)',
    source: RECOG,
  },
  {
    software: 'Trend Micro InterScan Messaging Security',
    greeting: /^ESMTP IMSVA$/,
    sample: 'ESMTP IMSVA',
    source: OPENVAS,
  },
  {
    software: 'SurgeMail',
    greeting: /\s(?:\(Surgemail Version|SurgeSMTP \(Version)\b/i,
    sample: 'SMTP example.com (Surgemail Version 3.7b6-6)',
    source: OPENVAS,
  },
  {
    software: 'IMail',
    greeting: /\s\(IMail \d[\d.]*\s/,
    sample: 'foo.bar (IMail 12.4.2.27 21349-1) NT-ESMTP Server X1',
    source: RECOG,
  },
  {
    software: 'Mercury',
    greeting: /\sMercury(?:\/32)? v?\d\S* (?:SMTP\/)?ESMTP server ready\b/,
    sample: 'foo.bar Mercury/32 v3.01a SMTP/ESMTP server ready.',
    source: RECOG,
  },
  {
    software: 'Tobit David',
    greeting: /\sService ready by David\.fx\b/,
    sample: 'foo.bar Service ready by David.fx (0486) ESMTP Server (Tobit.Software, Germany)',
    source: RECOG,
  },
];

/** A reply longer than this says nothing about software that its beginning does not. */
const MOST_GREETING_LINES = 4;
const MOST_EHLO_LINES = 32;
const MOST_CHARACTERS = 256;

/**
 * Names the program behind a greeting and a reply to EHLO; the greeting comes first.
 * @param greeting any reply, from anyone
 * @param ehlo any reply; null: none came
 * @returns null when no row matches a 220 greeting, nor a 250 reply to EHLO after such a greeting
 */
export function serverSoftware(greeting: Reply | null, ehlo: Reply | null): ServerSoftware | null {
  if (greeting?.code !== 220) return null;
  const byGreeting = longestMatch(greeting.lines.slice(0, MOST_GREETING_LINES), (row) => row.greeting);
  if (byGreeting !== null || ehlo?.code !== 250) return byGreeting;
  return longestMatch(ehlo.lines.slice(0, MOST_EHLO_LINES), (row) => row.ehlo?.reply ?? null);
}

function longestMatch(
  lines: readonly string[],
  patternOf: (row: SoftwareRow) => RegExp | null,
): ServerSoftware | null {
  let best: { readonly software: ServerSoftware; readonly length: number } | null = null;
  for (const line of lines) {
    const text = line.slice(0, MOST_CHARACTERS);
    for (const row of SERVER_SOFTWARE) {
      const length = patternOf(row)?.exec(text)?.[0].length ?? 0;
      if (length > (best?.length ?? 0)) best = { software: row.software, length };
    }
  }
  return best?.software ?? null;
}
