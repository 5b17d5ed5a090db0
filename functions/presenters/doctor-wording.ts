/** What the doctor found and what to do about it, by code. */
import type { Examination, ExaminationCode } from '../assessment/examination.ts';
import type { Look } from './answer-look.ts';

type Facts = Examination['facts'];
interface Words {
  readonly found: (facts: Facts) => string;
  readonly remedy?: (facts: Facts) => string;
}

const SAY_SO = 'Until then, mailtls says "could not be tested" here and never "not encrypted".';

/** What a resolver that validates comes to where signatures are wrong. */
const REFUSALS: ReadonlySet<string> = new Set(['bogus', 'servfail']);

const SAID: Readonly<Record<string, string>> = {
  'name-error': 'says that there is no such name',
  'no-data': 'says that it has no address',
  bogus: 'says that its signatures are wrong',
  timeout: 'gives no answer in time',
};

/** Where nothing could be seen, nothing is known to be wrong. */
const NOT_SEEN: ReadonlySet<ExaminationCode> = new Set([
  'canaries-unasked',
  'record-unreadable',
  'interference-unknown',
  'port-25-unknown',
  'dnssec-unknown',
  'https-unknown',
]);

/** The mark that a finding begins with. */
export function examinationLook({ code, well }: Examination): Look {
  if (well) return { icon: '✔', word: 'well', tone: 'good' };
  return NOT_SEEN.has(code)
    ? { icon: '?', word: 'not known', tone: 'unknown' }
    : { icon: '✘', word: 'not well', tone: 'bad' };
}

const WORDS: Readonly<Record<ExaminationCode, Words>> = {
  'port-25-open': {
    found: ({ reached, canaries }) =>
      `Port 25 is open: ${reached} of ${canaries} well-known mail servers answered.`,
  },
  'port-25-blocked': {
    found: ({ canaries, detail }) =>
      `Port 25 is blocked: none of ${canaries} well-known mail servers could be reached (${detail}).`,
    remedy: () =>
      'Home, office and cloud networks often block it. Run mailtls where port 25 is open, or ask your provider ' +
      `to open outgoing port 25 for this host; for AWS the text is below. ${SAY_SO}`,
  },
  'port-25-doubtful': {
    found: ({ reached, canaries, detail }) =>
      `Port 25 is doubtful: ${reached} of ${canaries} well-known mail servers answered (${detail}).`,
    remedy: () =>
      'Run this again in a minute. If the same one stays silent, it may be down, or block this network.',
  },
  'port-25-unknown': {
    found: ({ canaries, detail }) =>
      `Nothing is known of port 25: none of ${canaries} well-known mail servers could be asked (${detail}).`,
    remedy: () => 'Make DNS work first; then run this again.',
  },
  'no-canaries': {
    found: () => 'There are no canaries to ask, so nothing can be said of port 25.',
    remedy: () => 'Name three well-known mail servers in MAILTLS_CANARIES.',
  },
  'policies-only': {
    found: () =>
      'This deployment connects to no mail server: its answers come from published policies alone, and say so.',
  },
  'canaries-unasked': {
    found: () => 'Nobody has asked the canaries yet, so nothing is known of port 25.',
    remedy: () =>
      'They are asked every five minutes. If this stays, look at the log of the check function, and for an agent whether it runs.',
  },
  'canaries-asked-long-ago': {
    found: ({ minutes }) => `The canaries were last asked ${minutes} minutes ago.`,
    remedy: () =>
      'They should be asked every five minutes: look at the schedule and at the log of the check function.',
  },
  'record-unreadable': {
    found: ({ detail }) => `What the canaries said could not be read from the table (${detail}).`,
    remedy: () =>
      'Use the account and region of the deployment, with the right to dynamodb:GetItem on its table.',
  },
  'nothing-interferes': { found: () => 'Nothing on this side tampers with encryption on port 25.' },
  interferes: {
    found: ({ detail }) => `Something on this side tampers with mail connections (${detail}).`,
    remedy: () =>
      'Look for a firewall with mail inspection ("inspect esmtp" on Cisco devices), an antivirus that scans ' +
      `outgoing mail, or a guest network. ${SAY_SO}`,
  },
  'interference-unknown': {
    found: () =>
      'Whether anything on this side tampers with encryption could not be seen: no well-known mail server let us look.',
    remedy: () => 'See to port 25 first, then run this again.',
  },
  'resolver-answers': { found: ({ resolver }) => `DNS works: ${resolver} answers.` },
  'resolver-fails': {
    found: ({ resolver, outcome, detail }) =>
      `DNS fails: ${resolver} gave no answer (${detail === '' ? outcome : `${outcome}: ${detail}`}).`,
    remedy: () =>
      'If this network blocks it, set MAILTLS_RESOLVERS to resolvers that it allows and that validate DNSSEC.',
  },
  'dnssec-validated': {
    found: ({ resolver, signedName, forgedName, forged }) =>
      `DNSSEC works: ${resolver} vouches for ${signedName}${REFUSALS.has(String(forged)) ? ` and refuses ${forgedName}` : ''}.`,
  },
  'dnssec-not-validated': {
    found: ({ resolver, signedName }) =>
      `DNSSEC does not work: ${resolver} does not vouch for ${signedName}.`,
    remedy: () =>
      'Use a resolver that validates, over https:// or on this machine; another udp:// resolver is believed only with MAILTLS_TRUST_AD=true.',
  },
  'dnssec-forgery-accepted': {
    found: ({ resolver, forgedName }) =>
      `DNSSEC does not work: ${resolver} hands out ${forgedName}, whose signatures are wrong on purpose.`,
    remedy: () => 'This resolver does not validate. Use one that does; see MAILTLS_RESOLVERS.',
  },
  'dnssec-unknown': {
    found: ({ resolver, signedName, signed }) =>
      `DNSSEC could not be seen: asked for ${signedName}, ${resolver} ${SAID[String(signed)] ?? 'gives no answer'}.`,
    remedy: () =>
      'See that it answers, or name a signed and a wrongly signed host that it knows in MAILTLS_SIGNED_NAME and MAILTLS_FORGED_NAME.',
  },
  'https-open': { found: ({ host }) => `HTTPS works: ${host} shows its own certificate.` },
  'https-intercepted': {
    found: ({ host, detail }) =>
      `HTTPS is intercepted: ${host} shows a certificate that is not its own (${detail}).`,
    remedy: () =>
      "If that is your organisation's proxy, name its root in NODE_EXTRA_CA_CERTS; policies are then only as true as the proxy.",
  },
  'https-blocked': {
    found: ({ host, detail }) => `HTTPS is blocked: ${host} could not be reached (${detail}).`,
    remedy: () => 'Let this machine out to port 443; mail policies (MTA-STS) are fetched over it.',
  },
  'https-unknown': {
    found: ({ host }) => `HTTPS could not be tried: no address was found for ${host}.`,
    remedy: () => 'See that the first resolver answers for it, or name another host in MAILTLS_HTTPS_CANARY.',
  },
  'ehlo-name-resolves-back': {
    found: ({ name }) => `Our name in EHLO, ${name}, resolves to an address and back.`,
  },
  'ehlo-name-not-set': {
    found: () =>
      'No name for EHLO is set, so mail servers see our address only. That is fine for a person; a service should set MAILTLS_EHLO_NAME.',
  },
  'ehlo-name-without-address': {
    found: ({ name }) => `Our name in EHLO, ${name}, has no address.`,
    remedy: () => 'Publish an A record for it with the address this machine is seen from.',
  },
  'ehlo-name-elsewhere': {
    found: ({ name, address, detail }) =>
      `Our name in EHLO, ${name}, has the address ${detail}, and probes leave from ${address}.`,
    remedy: ({ address }) => `Publish an A record for it with ${address}.`,
  },
  'ehlo-name-does-not-resolve-back': {
    found: ({ name, detail }) =>
      `Our name in EHLO, ${name}, has an address that does not name it (${detail}).`,
    remedy: () =>
      'Ask whoever runs the address to set its reverse DNS (PTR) to the same name; many mail servers turn away a client without it.',
  },
};

/** @returns what was found, in a sentence, and what to do, or null where all is well */
export function wordExamination({ code, facts }: Examination): { found: string; remedy: string | null } {
  const { found, remedy } = WORDS[code];
  return { found: found(facts), remedy: remedy?.(facts) ?? null };
}

/**
 * The request to AWS to lift its block on outgoing port 25, ready to paste.
 * Form: "Request to remove email sending limitations", AWS knowledge centre, "How do I remove the restriction on
 * port 25 from my Amazon EC2 instance or Lambda function?", read 2026-11.
 */
export function awsPort25Request(ehloName: string, address: string | null = null): string {
  const name = ehloName === '' ? 'probe.OUR-DOMAIN' : ehloName;
  return `Text for AWS (console: Support, "Request to remove email sending limitations"):

  Use case: We check whether other organisations' mail servers offer transport encryption. For each domain an
  employee asks about, we look up its MX records and open at most two SMTP connections to each listed address:
  we wait for the greeting, send EHLO, STARTTLS, EHLO again and QUIT. We never send MAIL, RCPT or any message.
  At most two connections at a time go to one operator, one new one a second; an operator that refuses us is
  left alone for 15 minutes. No mail is sent from this address, so no unsolicited mail can come from it.
  Elastic IP address: ${address ?? 'THE ADDRESS OF THE NAT GATEWAY'}
  Reverse DNS record for it: ${name} (the same name has an A record with that address, and is our EHLO name)
`;
}
