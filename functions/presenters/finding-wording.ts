/**
 * Every finding as a sentence that a person who knows nothing of mail can repeat to a vendor. `it` is the
 * server, address or domain the finding is about.
 */
import type { Finding, FindingCode, FindingFacts, SessionBreak } from '../assessment/finding-codes.ts';
import { OUTCOME_LOOKS } from './answer-look.ts';
import { POLICY_SENTENCES } from './policy-wording.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

type Sentences = { readonly [Code in FindingCode]: (it: string, facts: FindingFacts[Code]) => string };

const quoted = (text: string): string => (text === '' ? '' : ` ("${text}")`);
/** The system's own name of a failure says no more than our sentence does. */
const said = (text: string): string => (/^E[A-Z]{4,}$/.test(text) ? '' : quoted(text));
const reply = (code: number, text: string): string => (text === '' ? String(code) : `${code} "${text}"`);
const day = (instant: string): string => instant.slice(0, 10);

const BREAKS = {
  timeout: 'it did not answer in time',
  reset: 'the connection was reset',
  closed: 'the server closed the connection',
  malformed: 'what came was not mail protocol',
  'too-long': 'the reply was longer than any mail server sends',
} as const;

/** Before there was an offer to take or leave. */
const EARLY_BREAKS: Readonly<Record<'greeting' | 'ehlo', Readonly<Record<SessionBreak, string>>>> = {
  greeting: {
    timeout: 'no complete greeting came in time',
    reset: 'the connection was reset before it had greeted us',
    closed: 'it closed the connection before it had greeted us',
    malformed: 'what came in place of a greeting was not mail protocol',
    'too-long': 'its greeting was longer than any mail server sends',
  },
  ehlo: {
    timeout: 'no complete reply to our greeting came in time',
    reset: 'the connection was reset when we greeted it',
    closed: 'it closed the connection when we greeted it',
    malformed: 'what came in reply to our greeting was not mail protocol',
    'too-long': 'its reply to our greeting was longer than any mail server sends',
  },
};

const LOOKUP_FAILURES = {
  servfail: 'the resolver could not get an answer',
  bogus: 'its DNSSEC signatures are wrong',
  timeout: 'no answer came in time',
  refused: 'the resolver refused to ask',
  malformed: 'the answer could not be read',
} as const;

/** What a resolver said, as `dns/comparison.ts` and `assessment/resolver-disagreement.ts` write it. */
const RESOLVER_WORDS: Readonly<Record<string, string>> = {
  records: 'there are some',
  'other records': 'they are others',
  'records, secure': 'they are there, with valid signatures',
  'records, insecure': 'they are there, without signatures that vouch for them',
  'records, indeterminate': 'they are there, signed or not',
  'no-data': 'there are none',
  'no-data, secure': 'there are none, which is signed',
  'no-data, insecure': 'there are none, which nothing signed vouches for',
  'name-error': 'there is no such name',
  'name-error, secure': 'there is no such name, which is signed',
  'name-error, insecure': 'there is no such name, which nothing signed vouches for',
  servfail: 'no answer could be had',
  bogus: 'their signatures are wrong',
};

const GRADES = {
  sufficient: 'good enough today, though no longer the best',
  'phase-out': 'on its way out and should be replaced',
  insufficient: "too weak by today's standards",
} as const;

const OUTCOMES: Readonly<Record<string, { readonly word: string }>> = OUTCOME_LOOKS;
const wordOutcome = (outcome: string): string => OUTCOMES[outcome]?.word ?? outcome;

const LATER = 'This says nothing about its encryption.';

const SENTENCES: Sentences = {
  ...POLICY_SENTENCES,
  'null-mx': (it) => `${it} says in the DNS that it takes no mail (a null MX).`,
  'no-mail-host': (it) => `${it} has neither mail servers (MX) nor an address, so mail to it goes nowhere.`,
  'mx-lookup-failed': (it, { outcome, text }) =>
    `The mail servers of ${it} could not be looked up: ${LOOKUP_FAILURES[outcome]}${quoted(text)}.`,
  'dnssec-invalid': (it, { text }) =>
    `The DNSSEC signatures of the DNS answer for ${it} are wrong${quoted(text)}: it is broken or forged, and was not used.`,

  'exchange-localhost': (it) =>
    `The MX record names ${it}, which is every sender's own machine; no mail can arrive there.`,
  'exchange-address-literal': (it) =>
    `The MX record has the address ${it} where a name belongs; senders cannot use it.`,
  'exchange-not-a-host-name': (it) => `The MX record names "${it}", which is not a host name.`,
  'null-mx-among-others': () =>
    'One MX record says "no mail here" while others name servers; senders treat that differently.',
  'host-name-error': (it) => `The mail server name ${it} does not exist.`,
  'host-without-address': (it) => `The mail server ${it} has no address.`,
  'not-public': (it) =>
    `${it} is not an address of the public internet, so nobody outside can reach it; we did not try.`,

  'starttls-masked': (it, { shown }) =>
    `A device on the way to ${it} hides its offer to encrypt${quoted(shown)}: most likely a firewall in front of that server, since other servers came through to us untouched.`,
  'starttls-not-supported': (it) =>
    `${it} does not offer encryption (STARTTLS). Mail to it travels readable to anyone on the way.`,
  'ehlo-not-understood': (it, { code, text }) =>
    `${it} speaks only the oldest form of mail protocol, which has no encryption: to EHLO it says ${reply(code, text)}.`,
  'starttls-refused': (it, { code, text }) =>
    `${it} offers encryption and refuses it when asked: ${reply(code, text)}.`,
  'starttls-broke-off': (it, { cause, text }) =>
    `${it} offers encryption, but when asked for it, ${BREAKS[cause]}${said(text)}.`,
  'handshake-failed': (it, { text }) =>
    `${it} offers encryption, but the TLS handshake fails${quoted(text)}.`,
  'handshake-broke-off': (it, { cause, text }) =>
    `${it} offers encryption, but during the TLS handshake ${BREAKS[cause]}${said(text)}.`,
  'unusable-cipher': (it, { cipher }) =>
    `${it} agreed on ${cipher}, which does not encrypt or does not identify anyone; senders do not accept it.`,
  'starttls-inconsistent': (it, { first, second }) =>
    `${it} answered differently on two connections: "${wordOutcome(first)}" first, then "${wordOutcome(second)}". A sender may meet either.`,
  'legacy-tls': (it, { version }) =>
    `${it} takes ${wordTlsVersion(version)} and nothing newer. Many of today's senders will not use that: they send in clear or give up.`,
  'legacy-hello-only': (it, { version }) =>
    `${it} fails when greeted in TLS as today's senders do, and takes an older way of greeting (${wordTlsVersion(version)} then). Many senders do not try a second way: they send in clear or give up.`,
  'clear-bytes-after-starttls': (it, { sizeBytes }) =>
    `${it} sent ${sizeBytes} bytes in clear after agreeing to encrypt. We did not use them; a careless sender could be misled by such bytes.`,

  'egress-blocked': (it, { canaries }) =>
    `${it} could not be tested: this network lets no connection out to port 25 (${canaries} well-known mail servers could not be reached either). ${LATER}`,
  'egress-interfered': (it, { canaries }) =>
    `${it} could not be tested: something in our own network tampers with mail connections (${canaries} well-known mail servers were affected too). ${LATER}`,
  'starttls-masked-somewhere': (it, { shown }) =>
    `A device on the way to ${it} hides what it offers${quoted(shown)}, and we cannot tell whether it stands on their side or on ours. ${LATER}`,
  'egress-degraded': (it, { unreached, canaries }) =>
    `${it}: our own network is doubtful, ${unreached} of ${canaries} well-known mail servers could not be reached from here either.`,
  'host-lookup-failed': (it, { outcome, text }) =>
    `The address of ${it} could not be looked up: ${LOOKUP_FAILURES[outcome]}${quoted(text)}. ${LATER}`,
  'family-lookup-failed': (it, { family, outcome, text }) =>
    `The IPv${family} addresses of ${it} could not be looked up: ${LOOKUP_FAILURES[outcome]}${quoted(text)}.`,
  refused: (it, { code, text }) => `${it} would not talk to us: ${reply(code, text)}. ${LATER}`,
  'connection-refused': (it) => `Nothing answers on the mail port of ${it}. ${LATER}`,
  'connect-timeout': (it) => `${it} could not be reached: no answer in time. ${LATER}`,
  'no-route': (it, { text }) => `There is no way from here to ${it}${said(text)}. ${LATER}`,
  'broke-off': (it, { stage, cause, text }) =>
    `We reached ${it}, but ${EARLY_BREAKS[stage][cause]}${said(text)}. ${LATER}`,
  'out-of-time': (it) => `${it} was not finished when the time for this check was up. ${LATER}`,
  'backing-off': (it) =>
    `${it} was not asked: its operator turned us away a short while ago, and we leave it alone for now. ${LATER}`,
  'address-limit': (it) =>
    `${it} was not asked: this domain has more addresses than one check may ask. ${LATER}`,
  'never-probe': (it) => `${it} was not asked: it is on the list of servers never to ask. ${LATER}`,
  'no-prober': (it) => `${it} was not asked: this installation cannot reach mail servers. ${LATER}`,
  'prober-failed': (it, { text }) => `${it} was not asked: our own prober failed${quoted(text)}. ${LATER}`,
  'second-look-due': (it) =>
    `${it} may have met us at a bad moment; a second look after a minute will settle it.`,

  encrypted: (it, { version, cipher }) => `${it} encrypts (${wordTlsVersion(version)}, ${cipher}).`,
  'all-tested-encrypt': (it, { addresses }) =>
    addresses === 1
      ? `The one address we tested for ${it} encrypts.`
      : `${addresses === 2 ? 'Both' : `All ${addresses}`} addresses we tested for ${it} encrypt.`,

  'nothing-obliges-senders': (it) =>
    `${it} publishes nothing that obliges senders to encrypt, so someone on the way could remove the encryption or pose as the server, and most senders would not notice.`,
  'resolvers-disagree': (it, { records, resolver, other, used }) =>
    `Our DNS resolvers disagree about the ${records} records of ${it}: ${resolver} says ${RESOLVER_WORDS[other] ?? other}; ${other === used ? 'another says more, and this answer goes by the one that says less' : `this answer goes by: ${RESOLVER_WORDS[used] ?? used}`}.`,
  'implicit-mx': (it) => `${it} has no MX record; mail goes to its own address.`,
  'exchange-alias': (it, { target }) =>
    `The MX record names ${it}, which is an alias of ${target}; the standard wants the real name there.`,
  'certificate-unreadable': (it) => `The certificate of ${it} cannot be read.`,
  'certificate-expired': (it, { notAfter }) => `The certificate of ${it} expired on ${day(notAfter)}.`,
  'certificate-not-yet-valid': (it, { notBefore }) =>
    `The certificate of ${it} is only valid from ${day(notBefore)}.`,
  'common-name-only': (it) =>
    `The certificate of ${it} names its server only in the old place (common name), which today's checks ignore.`,
  'certificate-host-mismatch': (it, { names }) =>
    `The certificate of ${it} is for ${names === '' ? 'no name at all' : names}, not for it.`,
  'self-signed': (it) => `The certificate of ${it} is signed by itself, so it identifies nobody.`,
  'chain-incomplete': (it, { issuer }) =>
    `${it} sends its certificate without that of its issuer${quoted(issuer)}, which is not known here either: it was left out, or senders trust no such issuer. Those that check certificates cannot check this one.`,
  'certificate-not-trusted': (it, { issuer, reason }) =>
    `The certificate of ${it} is not trusted here: issuer ${issuer === '' ? 'unknown' : `"${issuer}"`}${reason === 'UNSPECIFIED' ? '' : ` (${reason})`}.`,
  'key-too-small': (it, { key }) => `The certificate of ${it} has a key that is too small (${key}).`,
  'signature-too-weak': (it, { algorithm }) =>
    `The certificate of ${it} is signed in a way that can be forged (${algorithm}).`,
  'version-grade': (it, { name, grade }) => `${it} uses ${wordTlsVersion(name)}, which is ${GRADES[grade]}.`,
  'cipher-grade': (it, { name, grade }) => `${it} uses the cipher ${name}, which is ${GRADES[grade]}.`,
  'group-grade': (it, { name, grade }) => `${it} agrees on keys with ${name}, which is ${GRADES[grade]}.`,
  'key-grade': (it, { name, grade }) =>
    `The key in the certificate of ${it} is ${name}, which is ${GRADES[grade]}.`,
  'signature-grade': (it, { name, grade }) =>
    `The certificate of ${it} is signed with ${name}, which is ${GRADES[grade]}.`,
};

/**
 * A domain is called as people write it, by one name throughout an answer; a server as the DNS has it, for that is what
 * stands in records and certificates (RFC 5890 section 2.3.2.1).
 * @param displayDomain how the domain is called among people
 */
export const calledAmongPeople = (
  { scope, subject }: Pick<Finding, 'scope' | 'subject'>,
  displayDomain: string,
): string => (scope === 'domain' ? displayDomain : subject);

/**
 * @param displayDomain how the domain is called among people, which a finding has in A-labels
 * @returns one or two sentences
 */
export function wordFinding<Code extends FindingCode>(finding: Finding<Code>, displayDomain: string): string {
  return SENTENCES[finding.code](calledAmongPeople(finding, displayDomain), finding.facts);
}
