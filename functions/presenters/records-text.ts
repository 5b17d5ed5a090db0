/** The records to publish as text for a person with a zone file and a web server. */
import { excerpt } from '../policy/excerpt.ts';
import type { Prerequisite, RecordReason, RecordStep } from './records.ts';

const REASONS: Readonly<Record<RecordReason, string>> = {
  'hear-of-failures':
    'So that you hear when senders cannot deliver securely; change the address to one that is read.',
  'repair-record': 'In place of the record that is there, which senders cannot read.',
  'policy-missing': 'Tells senders to deliver encrypted, to these servers and no others.',
  'policy-invalid': 'In place of the policy that is there, which senders cannot read.',
  'policy-names-other-hosts':
    'In place of the policy that is there, which leaves out servers that your MX records name.',
  'policy-not-enforced': 'The policy that is there asks senders to report only.',
  'policy-switched-off': 'In place of the policy that is there, which is switched off (mode none).',
  'tlsa-missing': 'Pins the key this server shows today.',
  'tlsa-stale':
    'The records that are there do not match this key. Remove them only when no server uses their keys.',
  'tlsa-unusable': 'The records that are there are of a kind that mail servers cannot use.',
};

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
    'Every key that a server uses needs its record. One with an RSA and an ECDSA certificate showed us only one of them: publish the other as well. To change a key, publish the record of the new one, wait until the TTL has passed, use the new key, and only then remove the record of the old one.',
  'reports-clean': 'Wait for a few days of reports without failures before the next step.',
} as const;

const NOTHING = {
  'tls-reporting': 'TLS reporting: nothing to do.',
  'mta-sts': 'MTA-STS: nothing to do.',
  dane: 'DANE: nothing to do.',
} as const;

/**
 * States the steps as numbered text. A name that could not stand in a zone file is left out of it.
 * @returns lines, ending with a line end
 */
export function presentRecords(steps: readonly RecordStep[]): string {
  const numbered = steps.filter((step) => step.step !== 'nothing');
  const parts = numbered.map((step, index) => `${index + 1}. ${presentStep(step)}`);
  const done = steps.flatMap((step) => (step.step === 'nothing' ? [NOTHING[step.about]] : []));
  return [...parts, ...done].map((part) => `${part}\n`).join('\n');
}

function presentStep(step: Exclude<RecordStep, { step: 'nothing' }>): string {
  switch (step.step) {
    case 'first':
      return PREREQUISITES[step.what](excerpt(step.subject));
    case 'wait':
      return WAITS[step.until];
    case 'publish-file':
      return `${REASONS[step.because]}\n\n   ${step.url}:\n\n${indent(step.body)}`;
    case 'publish-record':
      return isZoneName(step.name)
        ? `${REASONS[step.because]}\n\n       ${step.name} IN ${step.type} ${step.data}`
        : `A record for a name that cannot be written in a zone file was left out.`;
    default:
      return step satisfies never;
  }
}

const indent = (text: string): string => text.trimEnd().replaceAll('\r', '').replace(/^/gm, '       ');

const isZoneName = (name: string): boolean => /^(?:[a-z0-9_-]{1,63}\.)+$/i.test(name);
