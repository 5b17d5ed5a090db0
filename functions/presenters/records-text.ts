/** The records to publish as text for a person with a zone file and a web server: what to do, and why. */
import { excerpt } from '../policy/excerpt.ts';
import type { Prerequisite, RecordReason, RecordStep, RecordSteps, Suggested } from './record-step.ts';
import type { Terminal } from './terminal-style.ts';
import { indent, wrap } from './terminal-text.ts';

const PUBLISH: Readonly<Record<RecordReason, string>> = {
  'hear-of-failures':
    'Publish this TLS reporting record, so that you hear when senders cannot deliver securely. Change the address to one that is read.',
  'repair-record':
    'Publish this TLS reporting record in place of the one that is there, which senders cannot read. Change the address to one that is read.',
  'policy-missing':
    'Serve this MTA-STS policy, in mode testing first: senders report what would fail, and deliver all the same.',
  'policy-invalid': 'Serve this MTA-STS policy in place of the one that is there, which senders cannot use.',
  'policy-names-other-hosts':
    'Serve this MTA-STS policy in place of the one that is there, which leaves out servers that your MX records name.',
  'policy-not-enforced':
    'Serve this MTA-STS policy in place of the one that is there, which asks senders to report only.',
  'policy-switched-off':
    'Serve this MTA-STS policy in place of the one that is there, which is switched off (mode none).',
  'tlsa-missing': 'Publish this TLSA record (DANE). It pins the key that this server shows today.',
  'tlsa-stale':
    'Publish this TLSA record (DANE): those that are there do not match the key that this server shows. Remove them only when no server uses their keys.',
  'tlsa-unusable':
    'Publish this TLSA record (DANE): those that are there are of a kind that mail servers cannot use.',
};

/** RFC 8461 section 3.1: the id is how senders know that the policy has changed. */
const ANNOUNCE = 'Announce it in the DNS. Senders fetch the policy anew when the id changes.';
const ENFORCE =
  'Serve the policy in mode enforce. It tells senders to deliver encrypted, to these servers and no others.';

const PREREQUISITES: Readonly<Record<Prerequisite, (subject: string) => string>> = {
  'sign-zone-of-domain': (it) => `Sign ${it} with DNSSEC; without it TLSA records do not count.`,
  'sign-zone-of-host': (it) =>
    `The zone of ${it} must be signed with DNSSEC; whoever runs it has to do that.`,
  'fit-certificate': (it) =>
    `Give ${it} a certificate from a public authority for its own name; under this policy senders would refuse it.`,
  'offer-encryption': (it) =>
    `Make every address of ${it} offer encryption (STARTTLS) that works; under these policies senders would refuse it.`,
  'repair-signatures': (it) =>
    `Repair the DNSSEC signatures at ${it}; until then senders that check leave the server alone.`,
  'test-host': (it) => `See that ${it} can be tested; what it shows is not known.`,
  'look-again': (it) => `Ask again: what is published at ${it} could not be looked up, and may be right.`,
};

const WAITS = {
  'ttl-passed':
    'Keep a record for every key that a server uses. One with an RSA and an ECDSA certificate showed us only one of them: publish a record for the other as well. Before you change a key, publish the record of the new one and wait until the TTL has passed; remove that of the old one when no server uses it any more.',
  'reports-clean': 'Wait for a few days of reports without failures before the next step.',
} as const;

const NOTHING = {
  'tls-reporting': 'TLS reporting: nothing to do.',
  'mta-sts': 'MTA-STS: nothing to do.',
  dane: 'DANE: nothing to do.',
} as const;

/** Said to whoever runs the domain, where no record would change anything. */
export const WITHOUT_RECORDS = {
  'no-mail': (it: string) => `${it} takes no mail, so there is nothing to publish for those who send it.`,
  undeliverable: (it: string) =>
    `Every mail server that ${it} names leads nowhere. Let its MX records name hosts with public addresses first.`,
} as const;

const SUGGESTIONS: Readonly<Record<Suggested['about'], string>> = {
  dane: 'DANE: not needed beside MTA-STS. It would also protect mail from senders that check DANE alone, such as Postfix. If you want it:',
  'mta-sts':
    'MTA-STS: not needed beside DANE. It would also protect mail from senders that check MTA-STS alone, such as Gmail. If you want it:',
};

/**
 * States the steps as numbered text. A name that could not stand in a zone file is left out of it.
 * @param terminal for what people read; what they copy is never broken
 * @returns lines, ending with a line end
 */
export function presentRecords({ steps, suggested }: RecordSteps, terminal: Terminal): string {
  const done = steps.flatMap((step) => (step.step === 'nothing' ? [NOTHING[step.about]] : []));
  const more =
    suggested === null
      ? []
      : [wrap(SUGGESTIONS[suggested.about], terminal), ...numbered(suggested.steps, terminal)];
  return [...numbered(steps, terminal), ...done, ...more].map((part) => `${part}\n`).join('\n');
}

function numbered(steps: readonly RecordStep[], terminal: Terminal): readonly string[] {
  const toDo = steps.filter((step) => step.step !== 'nothing');
  const firstFile = toDo.find(({ step }) => step === 'publish-file');
  return toDo.map((step, index) => {
    const text = step.step === 'publish-file' && step !== firstFile ? ENFORCE : wordStep(step);
    const number = `${index + 1}. `;
    return `${indent(`${number}${text}`, 0, terminal, number.length)}${toCopy(step)}`;
  });
}

type NumberedStep = Exclude<RecordStep, { step: 'nothing' }>;

function wordStep(step: NumberedStep): string {
  switch (step.step) {
    case 'first':
      return PREREQUISITES[step.what](excerpt(step.subject));
    case 'wait':
      return WAITS[step.until];
    case 'publish-file':
      return PUBLISH[step.because];
    case 'publish-record':
      if (!isZoneName(step.name))
        return 'A record for a name that cannot be written in a zone file was left out.';
      return step.name.startsWith('_mta-sts.') ? ANNOUNCE : PUBLISH[step.because];
    default:
      return step satisfies never;
  }
}

/** @returns what goes into a zone or on a web server, as it stands; empty where there is nothing */
function toCopy(step: NumberedStep): string {
  if (step.step === 'publish-file') return `\n\n   ${step.url}:\n\n${indented(step.body)}`;
  return step.step === 'publish-record' && isZoneName(step.name)
    ? `\n\n       ${step.name} IN ${step.type} ${step.data}`
    : '';
}

const indented = (text: string): string => text.trimEnd().replaceAll('\r', '').replace(/^/gm, '       ');

const isZoneName = (name: string): boolean => /^(?:[a-z0-9_-]{1,63}\.)+$/i.test(name);
