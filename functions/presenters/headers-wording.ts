/** Every code of a judged header and of a sending configuration as a sentence, for people who are not mail engineers. */
import type { EncryptionReason } from '../assessment/hop-encryption.ts';
import type { HopFinding } from '../assessment/hop-finding.ts';
import type { Route, RouteAnswer } from '../assessment/route.ts';
import type { SendingLevel, SendingReason } from '../assessment/sending-configuration.ts';
import type { TransportHint } from '../received/transport-fields.ts';
import { printableText } from '../probe/printable.ts';
import type { ServerToday } from '../answers/servers-today.ts';
import { wordTlsVersion } from './tls-version-wording.ts';

const steps = (number: number): string => (number === 1 ? '1 step' : `${number} steps`);

/** Seconds as a person says them. */
export function wordDuration(seconds: number): string {
  const size = Math.abs(seconds);
  const [amount, unit] =
    size < 90
      ? [size, 'second']
      : size < 90 * 60
        ? [Math.round(size / 60), 'minute']
        : size < 36 * 3600
          ? [Math.round(size / 3600), 'hour']
          : [Math.round(size / 86_400), 'day'];
  return `${amount} ${unit}${amount === 1 ? '' : 's'}`;
}

const VERDICTS: Readonly<Record<RouteAnswer, (route: Route) => string>> = {
  encrypted: ({ crossed }) =>
    crossed === 1
      ? 'Yes. The one step this mail took across a network was encrypted.'
      : crossed === 2
        ? 'Yes. Both steps this mail took across a network were encrypted.'
        : `Yes. All ${crossed} steps this mail took across a network were encrypted.`,
  partly: ({ crossed, notEncrypted }) =>
    `Only in part. Of ${steps(crossed)} across a network, ${notEncrypted} ${notEncrypted === 1 ? 'was' : 'were'} in clear text.`,
  'not-encrypted': ({ crossed, notEncrypted }) =>
    crossed === notEncrypted
      ? 'No. This mail crossed the network in clear text.'
      : `No. Of ${steps(crossed)} across a network, ${notEncrypted} ${notEncrypted === 1 ? 'was' : 'were'} in clear text, and the others do not say.`,
  unknown: ({ crossed, unknown, encrypted }) =>
    crossed === 0
      ? 'Not known. This text records no step across a network.'
      : unknown === 0
        ? 'Not known. What could be read was encrypted, but some steps could not be read.'
        : unknown < crossed
          ? `Not known. Of ${steps(crossed)} across a network, ${unknown} ${unknown === 1 ? 'does' : 'do'} not say${encrypted === 0 ? '' : `; ${encrypted} ${encrypted === 1 ? 'was' : 'were'} encrypted`}.`
          : crossed === 1
            ? 'Not known. The one step this mail took across a network does not say whether it was encrypted.'
            : `Not known. None of the ${crossed} steps this mail took across a network says whether it was encrypted.`,
};

/** The answer over all hops, in one sentence or two. */
export const wordRoute = (route: Route): string => VERDICTS[route.answer](route);

const TRUSTED: Readonly<Record<RouteAnswer, string>> = {
  encrypted: 'What your own side recorded was encrypted.',
  partly: 'Of what your own side recorded, a part was in clear text.',
  'not-encrypted': 'What your own side recorded came in clear text.',
  unknown: 'What your own side recorded does not say.',
};

/** The answer over the hops that the reader's own side recorded. */
export const wordTrustedAnswer = (answer: RouteAnswer): string => TRUSTED[answer];

const REASONS: Readonly<Record<EncryptionReason, string>> = {
  keyword: 'The receiving server wrote the name of an encrypted protocol.',
  words: 'The receiving server wrote down the TLS session.',
  'null-cipher': 'TLS was used with a cipher that does not encrypt.',
  'said-none': 'The receiving server wrote that there was no TLS.',
  'silence-of-a-recorder': 'This software writes TLS down when it is used, and wrote none.',
  'on-one-machine': 'The message did not leave the machine.',
  contradiction: 'The receiving server wrote both that there was TLS and that there was none.',
  'not-the-servers-words':
    'Words about TLS stand where the sender could have put them, so they prove nothing.',
  'words-not-understood': 'The receiving server wrote something about TLS that we do not understand.',
  'protocol-says-nothing': 'The protocol it names says nothing about encryption.',
  'software-does-not-record': 'This software does not always write TLS down, so its silence says nothing.',
  'software-unknown': 'We do not know whether this software writes TLS down, so its silence says nothing.',
};
export const wordEncryptionReason = (reason: EncryptionReason): string => REASONS[reason];

/** The findings of some codes; written so that a code and its facts stay together through a table of sentences. */
type HopFindingOf<Code extends HopFinding['code']> = {
  readonly [Each in Code]: Extract<HopFinding, { code: Each }>;
}[Code];

type HopFindingSentences = {
  readonly [Code in HopFinding['code']]: (finding: HopFindingOf<Code>) => string;
};

const HOP_FINDINGS: HopFindingSentences = {
  'helo-mismatch': ({ helo, address }) =>
    `It called itself ${printableText(helo)}, but its address belongs to ${printableText(address)}.`,
  'from-mismatch': ({ from, previousBy }) =>
    `It came from ${printableText(from)}, but the step before was recorded by ${printableText(previousBy)}: a step may be missing, or made up.`,
  'out-of-order': ({ from, recordedAtHop }) =>
    `It came from ${printableText(from)}, which recorded step ${recordedAtHop}: the steps may be out of order.`,
  'repeated-server': ({ by, firstHop }) =>
    `${printableText(by)} had this message before, at step ${firstHop}.`,
  'clock-skew': ({ seconds }) =>
    `Dated ${wordDuration(seconds)} before the step before it: one of the two clocks is wrong.`,
  'long-delay': ({ seconds }) => `It waited ${wordDuration(seconds)} before this step.`,
  'date-in-future': ({ seconds }) => `Dated ${wordDuration(seconds)} in the future.`,
  'date-missing': () => 'It has no date that can be read.',
  'words-not-servers': ({ words }) =>
    `"${printableText(words)}" stands where the sender could have put it, and was not believed.`,
  'weak-tls': ({ grade }) =>
    grade === 'insufficient'
      ? "It was encrypted with something too weak by today's standards."
      : 'It was encrypted with something that is on its way out.',
};

/** One finding about a hop; what comes out of the header is made safe to show. */
export function wordHopFinding<Code extends HopFinding['code']>(finding: HopFindingOf<Code>): string {
  const code: Code = finding.code;
  return HOP_FINDINGS[code](finding);
}

type HintOf<Kind extends TransportHint['kind']> = {
  readonly [Each in Kind]: Extract<TransportHint, { kind: Each }>;
}[Kind];

type HintSentences = {
  readonly [Kind in TransportHint['kind']]: (hint: HintOf<Kind>) => string;
};

const HINTS: HintSentences = {
  'authentication-results-tls': ({ version, cipher, authority, field }) => {
    const session = [version, cipher].filter((part) => part !== null).join(' ');
    const said = session === '' ? '' : ` (${printableText(session)})`;
    return `${printableText(authority)} also says, in ${field}, that it took the message under TLS${said}.`;
  },
  'tls-required-no': () => 'The sender asked (TLS-Required: No) that delivery matter more than encryption.',
  'x-received-tls': ({ by, protocol }) =>
    `${printableText(by)} also says, in X-Received, that it took the message by ${printableText(protocol)}.`,
  'exchange-authenticated-as': ({ as }) => `Exchange took the message as ${printableText(as.toLowerCase())}.`,
};

/** A field beside the hops that speaks of transport. */
export function wordTransportHint<Kind extends TransportHint['kind']>(hint: HintOf<Kind>): string {
  const kind: Kind = hint.kind;
  return HINTS[kind](hint);
}

/** What holds for every header, and what is special about this one. */
export const HEADER_NOTES = {
  'first-and-last-mile':
    "No header says how the message went from the sender's program to its first server, unless that server wrote it down, nor how it is read from the mailbox.",
  'untrusted-hops':
    'Steps that your own side did not record could have been written by anyone who handled the message before it.',
  truncated: 'The text was longer than 256 KiB; the rest was not read.',
  'no-received-field':
    'There is no Received field in this text. Paste the whole header: "Show original" in Gmail, "View message source" in Outlook.',
  unreadable: 'Some Received fields could not be read.',
} as const;
export type HeaderNoteCode = keyof typeof HEADER_NOTES;

/** Whether a server that took this message offers today what the header says it used then. */
export function wordToday(
  today: ServerToday,
  then: { readonly encrypted: boolean; readonly version: string | null },
): string {
  const checked = `Checked on ${today.checkedAt.slice(0, 10)}, this server`;
  if (!today.encrypted) {
    return `${checked} does not offer encryption${then.encrypted ? ', though it did then' : ''}.`;
  }
  const version = today.version === null ? '' : ` (${wordTlsVersion(today.version)})`;
  if (!then.encrypted) return `${checked} offers encryption${version}.`;
  return then.version === null || today.version === null || then.version === today.version
    ? `${checked} offers encryption${version}, as it did then.`
    : `${checked} offers encryption${version}; then it was ${wordTlsVersion(then.version)}.`;
}

const LEVELS: Readonly<Record<SendingLevel, string>> = {
  off: 'sends in clear text',
  opportunistic: 'encrypts where the other server offers it, and sends in clear text where it does not',
  mandatory: 'encrypts or does not send',
  authenticated: 'encrypts and checks who the other server is, or does not send',
  unknown: 'cannot be judged from what was pasted',
};

/**
 * What one connector, service or destination does.
 * @param only there is no other rule
 */
export const wordSendingRule = (
  { name, level }: { readonly name: string | null; readonly level: SendingLevel },
  only: boolean,
): string => {
  const which = name === null ? (only ? 'All mail' : 'All other mail') : printableText(name);
  return `${which}: ${LEVELS[level]}.`;
};

const SENDING_REASONS: Readonly<Record<SendingReason, string>> = {
  'starttls-ignored': 'The offer to encrypt is ignored.',
  'domain-secured': 'Both sides must show a certificate (domain security).',
  'tls-required-name-checked': 'Encryption is required, and the certificate must carry the right name.',
  'tls-required-chain-checked':
    'Encryption is required with a certificate of a trusted authority, whatever its name.',
  'tls-required': 'Encryption is required; any certificate will do.',
  'tls-where-offered': 'Encryption is used where it is offered.',
  'tls-off': 'Encryption is switched off.',
  'dane-where-published':
    "Encryption and the server's identity are required where the receiver publishes DANE.",
  'dane-required': 'Only servers with DANE are sent to.',
  'dane-without-dnssec': 'DANE is asked for, but smtp_dns_support_level is not dnssec, so it has no effect.',
  'only-some-hosts': 'What is required holds for some hosts only.',
  'not-set': 'Nothing sets it, so the default of the installed version decides.',
  'level-not-known': 'The value is none that we know.',
};
export const wordSendingReason = (reason: SendingReason): string => SENDING_REASONS[reason];
