/**
 * What a domain would have to publish to close its gaps, exactly: TLSA records from the keys its servers show, an
 * MTA-STS record and policy from its MX list, a TLS reporting record; and in which order, since a policy that
 * goes out before the servers meet it loses mail.
 */
import { daneSteps } from './records-dane.ts';
import { mtaStsSteps } from './records-mta-sts.ts';
import type {
  Prerequisite,
  RecordReason,
  RecordsQuestion,
  RecordStep,
  RecordSteps,
  Suggested,
} from './record-step.ts';

/** States the steps, and what is no more than a suggestion. */
export function recordSteps(question: RecordsQuestion): RecordSteps {
  const dane = daneSteps(question);
  const mtaSts = mtaStsSteps(question);
  const reporting = tlsReportingSteps(question);
  const suggested = suggestion(mtaSts, dane);
  if (suggested?.about === 'dane') return { steps: [...reporting, ...mtaSts], suggested };
  if (suggested?.about === 'mta-sts') return { steps: [...reporting, ...dane], suggested };
  // Records that do not match or verify lose mail now; what only adds protection can wait.
  const urgent = dane.some(
    (step) =>
      (step.step === 'publish-record' && step.because === 'tlsa-stale') ||
      (step.step === 'first' && step.what === 'repair-signatures'),
  );
  const others = [...reporting, ...mtaSts];
  const steps = (urgent ? [...dane, ...others] : [...others, ...dane]).filter((one, index, all) => {
    if (one.step !== 'first') return true;
    const same = (other: RecordStep): boolean =>
      other.step === 'first' && other.what === one.what && other.subject === one.subject;
    return all.findIndex(same) === index;
  });
  return { steps, suggested: null };
}

/** Either policy obliges the senders that check it, so the other is missed by nobody; one that is wrong is. */
function suggestion(mtaSts: readonly RecordStep[], dane: readonly RecordStep[]): Suggested | null {
  if (inOrder(mtaSts) && dane.every(adds)) return { about: 'dane', steps: dane };
  // Without a policy to serve, what is amiss is under one that is enforced.
  const serves = mtaSts.some(({ step }) => step === 'publish-file');
  if (inOrder(dane) && serves && mtaSts.every(adds)) return { about: 'mta-sts', steps: mtaSts };
  return null;
}

const inOrder = (steps: readonly RecordStep[]): boolean => steps.every(({ step }) => step === 'nothing');

const ADDITIONS: readonly RecordReason[] = [
  'tlsa-missing',
  'policy-missing',
  'policy-not-enforced',
  'policy-switched-off',
];
const BEFORE_ADDITIONS: readonly Prerequisite[] = [
  'sign-zone-of-domain',
  'sign-zone-of-host',
  'fit-certificate',
];

/** States whether a step adds to what is published, and repairs nothing. */
function adds(step: RecordStep): boolean {
  if (step.step === 'publish-record' || step.step === 'publish-file') return ADDITIONS.includes(step.because);
  return step.step === 'first' ? BEFORE_ADDITIONS.includes(step.what) : step.step === 'wait';
}

/** States whether a step only waits for a better look: it is not known that anything has to be done. */
export const waitsForALook = (step: RecordStep): boolean =>
  step.step === 'first' && (step.what === 'look-again' || step.what === 'test-host');

/** Reporting comes first: it shows what the policies that follow would break (RFC 8460 section 1). */
function tlsReportingSteps({ domain, tlsReporting: { status } }: RecordsQuestion): readonly RecordStep[] {
  if (status === 'valid') return [{ step: 'nothing', about: 'tls-reporting' }];
  if (status === 'unavailable')
    return [{ step: 'first', what: 'look-again', subject: `_smtp._tls.${domain}` }];
  return [
    {
      step: 'publish-record',
      name: `_smtp._tls.${domain}.`,
      type: 'TXT',
      data: `"v=TLSRPTv1; rua=mailto:tls-reports@${domain}"`,
      because: status === 'none' ? 'hear-of-failures' : 'repair-record',
    },
  ];
}
