/** The answer in one sentence, for someone about to press "send". */
import type { AddressAssessment, AnswerCode, DomainAssessment } from '../assessment/assessment.ts';
import type { MailExchangers } from '../dns/mail-exchangers.ts';

interface Circumstances {
  /** As shown to people. */
  readonly domain: string;
  readonly assessment: DomainAssessment;
  readonly source: MailExchangers['source'];
}

/** Nothing is said of a server that could not be tested. */
const tested = ({ assessment }: Circumstances): string =>
  assessment.encryptedNow === 'always' || assessment.encryptedNow === 'never' ? '' : ' that we could test';

const everyOutcome = (
  { assessment }: Circumstances,
  holds: (outcome: AddressAssessment['outcome']) => boolean,
): boolean =>
  assessment.mailServers.every(({ addresses }) => addresses.every(({ outcome }) => holds(outcome)));

/** Otherwise every tested address encrypts, and the answer is `partial` for outdated encryption alone. */
const someInClear = (it: Circumstances): boolean =>
  !everyOutcome(it, (outcome) => outcome !== 'not-offered' && outcome !== 'starttls-failed');

/** Whether what does not encrypt at least says that it would: senders then fall back to clear text, or give up. */
const allOffer = (it: Circumstances): boolean => everyOutcome(it, (outcome) => outcome !== 'not-offered');

const allOutdated = ({ assessment }: Circumstances): boolean =>
  assessment.mailServers.every(({ addresses }) =>
    addresses.every(({ tls }) => tls === null || tls.legacyOnly),
  );

/** Where policies make senders refuse every server, there is mail that does not travel at all. */
const whoseMail = ({ assessment }: Circumstances): string =>
  assessment.delivery === 'failing' ? 'what is sent all the same' : 'your mail';

const encryptsInPart = ({ domain, assessment }: Circumstances): string =>
  assessment.coverage.hosts.total === 1
    ? `The mail server of ${domain} encrypts at some of its addresses and not at others`
    : `Some mail servers of ${domain} encrypt and some do not`;

/** What keeps the encryption on, where not all that the domain publishes is met. */
const HOLDS: Readonly<Record<DomainAssessment['strippable'], string>> = {
  yes: 'But nothing obliges senders to, so someone in control of the network on the way could switch it off unnoticed.',
  'unless-sender-checks':
    'Senders that check its policies insist on it, though not every server meets them; other senders could be talked out of it.',
  unknown:
    'Whether a policy obliges senders to could not be seen, so assume that someone in control of the network on the way could switch it off.',
  'not-applicable': '',
};

/** In place of `yes`, where TLSA records that cannot be used oblige to encrypt and prove nothing. */
const ENCRYPTION_ONLY =
  'But only senders that check DANE insist on that, and none can tell the right server: someone in control of the network on the way could pose as it.';

/** In place of `yes`, where some servers have TLSA records and others have none. */
const IN_PART =
  'But only some of them are protected by what it publishes: someone in control of the network on the way could divert mail to another, and switch the encryption off there.';

/** In place of `unless-sender-checks`, where it was said before that such senders refuse every server. */
const INSISTED_ON = 'Senders that check its policies insist on it; other senders could be talked out of it.';

const holds = (it: Circumstances): string => {
  const { delivery, reasons, strippable } = it.assessment;
  if (reasons.some(({ code }) => code === 'dane-encryption-only')) return ENCRYPTION_ONLY;
  if (strippable === 'yes' && reasons.some(({ code }) => code === 'dane-host-without-records'))
    return IN_PART;
  if (strippable !== 'unless-sender-checks') return HOLDS[strippable];
  return (delivery === 'failing' ? INSISTED_ON : HOLDS[strippable]) + noticed(it);
};

/** Who hears of an attempt that senders withstand (RFC 8460 section 1). */
const NOTICED: Readonly<Record<DomainAssessment['reported'], string>> = {
  yes: ' Attempts would be reported to its owner.',
  no: ' Nobody there would hear of an attempt.',
  unknown: '',
};
const noticed = ({ assessment }: Circumstances): string => NOTICED[assessment.reported];

/** A domain's own policies can make senders refuse its servers: that is said first and loudest. */
const DELIVERY: Readonly<Record<DomainAssessment['delivery'], (domain: string) => string>> = {
  failing: (domain) =>
    `Mail to ${domain} is being lost: senders that check what it publishes refuse all its servers. `,
  degraded: (domain) =>
    `Some mail to ${domain} may be delayed or lost: senders that check what it publishes refuse some of its servers. `,
  ok: () => '',
  unknown: () => '',
};

const SENTENCES: Readonly<Record<AnswerCode, (circumstances: Circumstances) => string>> = {
  enforced: (it) =>
    `Yes. Mail to ${it.domain} is encrypted by every mail server${tested(it)}, and senders that check will not be talked out of it.${noticed(it)}`,
  opportunistic: (it) =>
    `Yes, as things are: every mail server of ${it.domain}${tested(it)} encrypts. ${holds(it)}`,
  partial: (it) =>
    someInClear(it)
      ? `Not always. ${encryptsInPart(it)}: your mail may travel readable.`
      : `${allOutdated(it) ? 'Barely. The' : 'Not always. Some'} mail servers of ${it.domain} encrypt only in an outdated way, which many senders no longer use: your mail may travel readable.`,
  plaintext: (it) =>
    allOffer(it)
      ? `No. Every mail server of ${it.domain}${tested(it)} offers encryption that does not work: ${whoseMail(it)} would travel readable to anyone on the way, or not arrive.`
      : `No. Not one mail server of ${it.domain}${tested(it)} encrypts: ${whoseMail(it)} would travel readable to anyone on the way.`,
  untested: (it) =>
    it.source === 'unavailable'
      ? `We cannot say. The mail servers of ${it.domain} could not be looked up, which says nothing about their encryption.`
      : `We cannot say. None of the mail servers of ${it.domain} could be tested, which says nothing about their encryption.`,
  'no-mail': (it) =>
    it.source === 'null-mx'
      ? `${it.domain} takes no mail, and says so. Check the address you have.`
      : `${it.domain} has no mail server, so mail to it cannot arrive. Check the address you have.`,
  undeliverable: (it) =>
    `Mail to ${it.domain} cannot arrive: every mail server it names leads nowhere. Check the address you have, or tell its owner another way.`,
};

/** @returns the sentence that opens a report */
export function wordVerdict(circumstances: Circumstances): string {
  const { answer, delivery } = circumstances.assessment;
  return DELIVERY[delivery](circumstances.domain) + SENTENCES[answer](circumstances);
}

/** @returns what is said instead of a report when the domain does not exist */
export function wordNoSuchDomain(domain: string): string {
  return `There is no domain ${domain}. Check the spelling of the address you have.`;
}
