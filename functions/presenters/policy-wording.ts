/**
 * Every finding and piece of advice about a domain's policies as a sentence, and what each kind of sender would do.
 * `it` is the server or the domain.
 */
import type { SenderName } from '../environment.ts';
import { SENDERS } from '../environment.ts';
import type {
  PolicyAdviceCode,
  PolicyAdviceFacts,
  PolicyFindingCode,
  PolicyFindingFacts,
} from '../assessment/policy-finding-codes.ts';
import type { SenderBecause } from '../assessment/sender-step.ts';
import type { SenderJudgement } from '../assessment/senders.ts';

export type PolicySentences = {
  readonly [Code in PolicyFindingCode]: (it: string, facts: PolicyFindingFacts[Code]) => string;
};
export type PolicyAdviceSentences = {
  readonly [Code in PolicyAdviceCode]: (it: string, facts: PolicyAdviceFacts[Code]) => string;
};

const quoted = (text: string): string => (text === '' ? '' : ` ("${text}")`);

const UNMET = {
  'no-match': 'the policy does not name it',
  'certificate-invalid': 'its certificate is not valid for its name',
  'no-starttls': 'it does not encrypt',
} as const;

const DANE_FAULTS: Readonly<Record<string, string>> = {
  'no-record-matches': 'its key is not one that the records name',
  'starttls-not-offered': 'it does not offer encryption',
  'starttls-failed': 'its encryption does not work',
  'certificate-host-mismatch': 'its certificate is for another name',
  'certificate-expired': 'its certificate has expired',
  'certificate-not-yet-valid': 'its certificate is not valid yet',
};
const daneFault = (because: string): string => DANE_FAULTS[because] ?? 'its certificate chain does not hold';

/** Why a policy or record cannot be used. What is not here is said with its code. */
const MTA_STS_FAULTS: Readonly<Record<string, string>> = {
  'several-records': 'there is more than one record',
  'version-malformed': 'it does not begin as RFC 8461 asks',
  'id-missing': 'the record has no id',
  'id-malformed': 'the id of the record is not 1 to 32 letters and digits',
  'field-malformed': 'a field of the record is not name=value',
  'version-missing': 'the policy has no version',
  'mode-missing': 'the policy has no mode',
  'mode-malformed': 'the mode is none of enforce, testing and none',
  'max-age-missing': 'the policy has no max_age',
  'max-age-malformed': 'max_age is not a number of seconds up to a year',
  'mx-missing': 'the policy names no mail server',
  'mx-malformed': 'an mx is not a host name',
  'line-malformed': 'a line is not "key: value"',
  'too-many-lines': 'the policy is longer than any real one',
  'no-address': 'the host of the policy has no address',
  'address-unavailable': 'the address of the policy host could not be looked up',
  'address-bogus': 'the DNS signatures of the policy host are wrong',
  'not-public': 'the policy host is not on the public internet',
  'connection-refused': 'the policy host refuses the connection',
  'no-route': 'there is no way to the policy host',
  timeout: 'the policy host did not answer in time',
  reset: 'the connection to the policy host was reset',
  closed: 'the policy host closed the connection',
  tls: 'no TLS connection to the policy host came about',
  'certificate-not-trusted': 'the certificate of the policy host is not from a public authority',
  'certificate-expired': 'the certificate of the policy host has expired',
  'certificate-not-yet-valid': 'the certificate of the policy host is not valid yet',
  'certificate-host-mismatch': 'the certificate of the policy host is for another name',
  redirect: 'the policy host redirects, which senders must not follow',
  'http-status': 'the policy host answers with an error',
  'too-long': 'the policy is longer than 64 KiB',
  malformed: 'the policy host does not answer in HTTP',
  'out-of-time': 'the check ran out of time',
  'record-unavailable': 'the record could not be looked up',
  'record-bogus': 'the DNS signatures of the record are wrong',
};

/** Only here do the policy's or its server's own words say more than ours. */
const MTA_STS_QUOTED: ReadonlySet<string> = new Set([
  'version-malformed',
  'id-missing',
  'id-malformed',
  'field-malformed',
  'mode-malformed',
  'max-age-malformed',
  'mx-malformed',
  'line-malformed',
  'tls',
  'redirect',
  'http-status',
]);

function mtaStsFault(
  { because, text }: { readonly because: string; readonly text: string },
  line = 0,
): string {
  const words = MTA_STS_FAULTS[because] ?? because;
  const quote = MTA_STS_QUOTED.has(because) && text !== '' ? `"${text}"` : '';
  const where = [line === 0 ? '' : `line ${line}`, quote].filter((part) => part !== '').join(': ');
  return where === '' ? words : `${words} (${where})`;
}

/** The parent of a domain by the name that people call the domain by. */
const parentOf = (displayDomain: string, parent: string): string =>
  displayDomain.split('.').slice(-parent.split('.').length).join('.');

/** How each sender of the table is called. */
export const SENDER_NAMES: Readonly<Record<SenderName, string>> = {
  gmail: 'Gmail',
  'exchange-online': 'Microsoft 365',
  'exchange-server': 'Exchange Server',
  yahoo: 'Yahoo',
  'amazon-ses': 'Amazon SES',
  'postfix-may': 'Postfix, as it comes',
  'postfix-dane': 'Postfix with DANE',
  'must-encrypt': 'A sender told to encrypt',
  'must-verify': 'A sender told to check certificates',
  'workspace-require-tls': 'Google Workspace, told to require TLS',
};
const senderNames = (senders: string): string =>
  SENDERS.filter((sender) => senders.split(',').includes(sender))
    .map((sender) => SENDER_NAMES[sender].replace(/^A /, 'a '))
    .join('; ');

export const POLICY_SENTENCES: PolicySentences = {
  'mail-refused': (it, { senders }) =>
    `Mail to ${it} is being lost: what it publishes makes senders that check it refuse all of its servers${senders === '' ? '' : `, among them ${senderNames(senders)}`}.`,
  'dane-mismatch': (it, { because }) =>
    `Senders that check DANE refuse ${it}, because ${daneFault(because)}.`,
  'dane-partial-match': (it, { because }) =>
    `Senders that check DANE refuse some addresses of ${it}: at one of them ${daneFault(because)}.`,
  'dane-bogus': (it) =>
    `The signatures over the TLSA records of ${it} are wrong, so senders that check DANE leave it alone.`,
  'mta-sts-host-refused': (it, { because }) =>
    `The domain's own MTA-STS policy makes senders that honour it refuse ${it}, because ${UNMET[because]}.`,
  'mta-sts-invalid': (it, facts) =>
    `The MTA-STS policy of ${it} cannot be used, so it protects at most senders that remember an earlier one: ${mtaStsFault(facts, facts.line)}.`,
  'tls-reporting-invalid': (it, { because, text }) =>
    because === 'several-records'
      ? `${it} has more than one TLS reporting record, so senders use none and no reports come.`
      : `The TLS reporting record of ${it} cannot be read${quoted(text)}, so no reports come.`,
  'dane-unusable': (it, { records }) =>
    records === 1
      ? `The TLSA record of ${it} is of a kind that mail servers cannot use; it requires encryption and proves nobody's identity.`
      : `None of the ${records} TLSA records of ${it} is of a kind that mail servers can use; they require encryption and prove nobody's identity.`,
  'dane-encryption-only': (it) =>
    `Senders that check DANE encrypt mail to ${it} or do not send it, but cannot tell its servers from an impostor's; other senders could be talked out of encrypting as well.`,
  'dane-insecure-mx': (it) =>
    `${it} has TLSA records, but the MX records that lead to it are not signed (DNSSEC), so most senders pass over them.`,
  'dane-host-without-records': (it) =>
    `Other mail servers of the domain have TLSA records and ${it} has none that count: whoever can block the others gets the mail sent there, where encryption can be stripped.`,
  'mta-sts-max-age-short': (it, { maxAgeSeconds }) =>
    `Senders forget the MTA-STS policy of ${it} after ${maxAgeSeconds} seconds, so an attacker need not wait long.`,
  'mta-sts-media-type': (it) =>
    `The MTA-STS policy of ${it} is not served as text/plain; some senders may not read it.`,
  'mta-sts-unavailable': (it, facts) =>
    `We could not see the MTA-STS policy of ${it}: ${mtaStsFault(facts)}. It may protect all the same.`,
  'dane-unavailable': (it) => `We could not see whether ${it} has TLSA records (DANE): the lookup failed.`,
  'tls-reporting-unavailable': (it) =>
    `We could not see whether ${it} asks for TLS reports: the lookup failed.`,
  'dane-protects': (it) =>
    `DANE: every mail server of ${it} shows a key that its signed DNS names, so senders that check cannot be fooled.`,
  'mta-sts-protects': (it) =>
    `MTA-STS: ${it} tells senders to deliver encrypted to its own servers only, and every server meets that.`,
  'requiretls-reliable': (it) =>
    `Mail to ${it} that is marked REQUIRETLS is safe on its way: every server of it takes such mail, and proves to be the right one.`,
  'requiretls-in-part': (it) =>
    `Mail to ${it} that is marked REQUIRETLS may come back: some of its servers take such mail and others do not.`,
  'requiretls-unproven': (it) =>
    `Mail to ${it} that is marked REQUIRETLS comes back: its servers would take such mail, but nothing lets a sender tell them from an impostor.`,
  'mta-sts-testing': (it) =>
    `The MTA-STS policy of ${it} is in mode testing: senders report failures and deliver anyway.`,
  'mta-sts-mode-none': (it) => `The MTA-STS policy of ${it} is switched off (mode none).`,
  'mta-sts-not-inherited': (it, { parent }) =>
    `${it} has no MTA-STS policy of its own; one of ${parentOf(it, parent)}, if there is any, does not count for it.`,
  'mta-sts-host-would-be-refused': (it, { because }) =>
    `In mode enforce senders would refuse ${it}, because ${UNMET[because]}.`,
  'tlsa-outranked': (it) =>
    `Of the TLSA records of ${it} only those with the strongest digest count; the others are passed over.`,
  'not-reported': (it) => `Nobody at ${it} would hear of an attack or a fault: it asks for no TLS reports.`,
};

export const POLICY_ADVICE_SENTENCES: PolicyAdviceSentences = {
  'update-tlsa': (it) =>
    `Publish a TLSA record "3 1 1" for every key that ${it} uses now, and remove the old ones once no server uses their keys ("mailtls records" prints them).`,
  'repair-tlsa-signatures': (it) => `Repair the DNSSEC signatures over the TLSA records of ${it}.`,
  'repair-mta-sts-host': (it, { because, mode }) =>
    mode === 'enforce'
      ? `${REPAIRS[because](it)}, or set the MTA-STS policy to testing until it is done.`
      : `${REPAIRS[because](it)} before the MTA-STS policy is set to enforce.`,
  'repair-mta-sts-policy': (it) =>
    `Repair the MTA-STS policy of ${it} ("mailtls records" prints a right one).`,
  'repair-tls-reporting': (it) =>
    `Repair the TLS reporting record of ${it} ("mailtls records" prints a right one).`,
  'publish-usable-tlsa': (it) =>
    `Publish a TLSA record "3 1 1" for the key of ${it} in place of what is there: mail servers take usages 2 and 3 only, with a digest of the right length.`,
  'sign-mx-records': (it) =>
    `Sign the zone whose MX records lead to ${it} with DNSSEC; then its TLSA records count.`,
  'publish-tlsa-for-every-host': (it) =>
    `Publish TLSA records for ${it} as well, in a zone signed with DNSSEC; DANE protects only where every server has them.`,
  'lengthen-max-age': (it) => `Raise the max_age of the MTA-STS policy of ${it} to weeks, e.g. 2592000.`,
  'enforce-mta-sts': (it) => `Every server of ${it} meets its MTA-STS policy: set it to enforce.`,
  'publish-tls-reporting': (it) =>
    `Ask for TLS reports (RFC 8460), so that somebody at ${it} hears of attacks and faults.`,
};

const REPAIRS = {
  'no-match': (it: string) => `Name ${it} in the MTA-STS policy`,
  'certificate-invalid': (it: string) => `Give ${it} a certificate from a public authority for its own name`,
  'no-starttls': (it: string) => `Make encryption work on ${it}`,
} as const;

const BECAUSE: Readonly<Record<SenderBecause, (host: string) => string>> = {
  'dane-match': (host) => `the key of ${host} is the one its signed DNS names`,
  'dane-mismatch': (host) => `${host} does not match its TLSA records`,
  'dane-unusable': (host) => `the TLSA records of ${host} require encryption and prove nothing more`,
  'dane-insecure-mx': (host) =>
    `${host} matches its TLSA records, but the MX records that name it are not signed`,
  'dane-bogus': (host) => `the DNS signatures for ${host} are wrong`,
  'dane-unavailable': (host) => `the TLSA records of ${host} could not be looked up`,
  'mta-sts-pass': (host) => `${host} meets the domain's MTA-STS policy`,
  'mta-sts-no-match': (host) => `the domain's MTA-STS policy does not name ${host}`,
  'mta-sts-certificate-invalid': (host) => `the certificate of ${host} fails the domain's MTA-STS policy`,
  'mta-sts-no-starttls': (host) => `${host} does not encrypt, which the domain's MTA-STS policy demands`,
  'mta-sts-unavailable': () => "the domain's MTA-STS policy could not be seen",
  'policies-disagree': (host) => `${host} meets DANE and fails MTA-STS`,
  'certificate-valid': (host) => `${host} shows a valid certificate for its name`,
  'certificate-trusted': (host) => `${host} shows a certificate from a public authority`,
  'certificate-invalid': (host) => `the certificate of ${host} is not valid`,
  'opportunistic-tls': (host) => `${host} offers encryption, which is taken with any certificate`,
  'mandatory-tls': (host) => `${host} encrypts, and mail is not sent otherwise`,
  'starttls-not-offered': (host) => `${host} does not offer encryption`,
  'tls-fails': (host) => `${host} offers encryption that does not work`,
  'tls-too-old': (host) => `${host} speaks only TLS that is too old to be used`,
  'leads-nowhere': (host) => `${host} leads nowhere`,
  'not-tested': (host) => `${host} could not be tested`,
  'behaviour-unknown': () => 'it is not documented what is made of such a domain',
  'mx-unavailable': () => 'the mail servers could not be looked up',
  'no-host': () => 'there is no mail server',
};

/** States why a sender would do what it would do: a clause, without a full stop. */
export const wordSender = ({ because, host }: Pick<SenderJudgement, 'because' | 'host'>): string =>
  BECAUSE[because](host ?? 'the server');
