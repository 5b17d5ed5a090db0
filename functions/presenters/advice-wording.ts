/** What someone can do about it: a sentence for each piece of advice. */
import type { Advice, AdviceCode, AdviceFacts } from '../assessment/finding-codes.ts';
import { calledAmongPeople } from './finding-wording.ts';
import { POLICY_ADVICE_SENTENCES } from './policy-wording.ts';

type Sentences = { readonly [Code in AdviceCode]: (it: string, facts: AdviceFacts[Code]) => string };

const SENTENCES: Sentences = {
  ...POLICY_ADVICE_SENTENCES,
  'run-doctor': () =>
    'Run "mailtls doctor" to see what this network blocks, or ask again from a network that lets port 25 out.',
  'look-again': (it) => `Ask again in a few minutes: ${it} may answer differently then.`,
  'send-secrets-another-way': (it) =>
    `Do not mail anything confidential to ${it} as it is: use a shared folder or portal that encrypts, or encrypt the file itself and pass the password another way.`,
  'require-tls': (it) =>
    `If it matters, have your mail administrator require encryption for mail to ${it}: then it is sent encrypted or not at all.`,
  'repair-exchange': (it) => `Let the MX record name a host with a public address instead of ${it}.`,
  'remove-null-mx': () =>
    'Remove the null MX record ("."), or else all the others: a domain has the one or the others (RFC 7505).',
  'repair-dnssec': (it) =>
    `Repair the DNSSEC signatures of ${it}: resolvers that check them, and the senders behind those, get no answer.`,
  'stop-masking-starttls': (it) =>
    `Switch off the mail inspection of the firewall in front of ${it} (on Cisco devices "inspect esmtp" or "fixup protocol smtp"): it hides STARTTLS.`,
  'enable-starttls': (it) =>
    `Switch on STARTTLS on ${it}; a certificate from any authority will do to begin with.`,
  'repair-starttls': (it) =>
    `See why ${it} offers STARTTLS and then fails: most often a missing certificate or key file, or an old TLS library.`,
  'find-clear-bytes': (it) =>
    `Find out what sends bytes in clear once ${it} has agreed to encrypt: its own software, or something on the way.`,
  'make-starttls-constant': (it) =>
    `See why ${it} encrypts on some connections and not on others: most often several machines share the address, and one of them is set up otherwise.`,
  'enable-tls-1.2': (it) => `Allow TLS 1.2 and 1.3 on ${it}; everything older is deprecated (RFC 8996).`,
  'take-modern-hello': (it) =>
    `See why ${it} fails at the TLS hello of today's senders: most often a Diffie-Hellman group below 2048 bits, an old TLS library, or a device in front of it that cannot take a hello of more than one packet.`,
  'publish-policy': (it) =>
    `Publish an MTA-STS policy or, where ${it} is signed with DNSSEC, TLSA records (DANE): they stop senders from being talked out of encryption.`,
  'renew-certificate': (it) => `Renew the certificate of ${it}, and have it renewed automatically.`,
  'name-the-host-in-the-certificate': (it) =>
    `Get a certificate that has ${it} among its DNS names (subject alternative name).`,
  'send-the-whole-chain': (it) =>
    `Let ${it} send the intermediate certificates along with its own, of an authority that senders trust.`,
  'use-a-public-authority': (it) =>
    `Get the certificate of ${it} from a public authority, so that senders who check it can.`,
  'strengthen-certificate': (it) =>
    `Get a certificate with a stronger key and signature for ${it}: ECDSA P-256, or RSA with 3072 bits, signed with SHA-256.`,
  'strengthen-tls': (it) => `Bring the TLS settings of ${it} up to date.`,
};

/**
 * @param displayDomain how the domain is called among people, which advice has in A-labels
 * @returns one sentence
 */
export function wordAdvice<Code extends AdviceCode>(advice: Advice<Code>, displayDomain: string): string {
  return SENTENCES[advice.code](calledAmongPeople(advice, displayDomain), advice.facts);
}
