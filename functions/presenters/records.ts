/**
 * What a domain would have to publish to close its gaps, exactly: TLSA records from the keys its servers show, an
 * MTA-STS record and policy from its MX list, a TLS reporting record; and in which order, since a policy that
 * goes out before the servers meet it loses mail.
 */
import { createHash } from 'node:crypto';
import { readCertificate } from '../policy/dane/certificate.ts';
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { HostDane } from '../assessment/dane.ts';
import type { HostMtaSts, MtaStsState } from '../assessment/mta-sts.ts';

/** What is known of one MX host. */
export interface RecordsHost {
  readonly host: string;
  readonly dane: Pick<HostDane, 'status' | 'published' | 'baseDomain' | 'records'>;
  readonly mtaSts: HostMtaSts;
  /** The server's own certificate at each address that showed one, DER in base64. */
  readonly certificates: readonly string[];
  /** Whether every tested address has a certificate that senders who verify accept for the host's name. */
  readonly certificateFit: boolean;
  /** Whether the host's address records are signed; TLSA records count only there. */
  readonly signed: boolean;
  /** Whether any of its addresses was tested. */
  readonly tested: boolean;
  /** Whether every address that was tested encrypts. */
  readonly encrypts: boolean;
}

export interface RecordsQuestion {
  readonly domain: string;
  /** Whether the MX records are signed. */
  readonly mxSigned: boolean;
  readonly hosts: readonly RecordsHost[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  /** Becomes the id of the MTA-STS record. */
  readonly now: Date;
}

export type RecordStep =
  /** A record in the DNS, in the form of a zone file. */
  | {
      readonly step: 'publish-record';
      readonly name: string;
      readonly type: 'TLSA' | 'TXT';
      readonly data: string;
      readonly because: RecordReason;
    }
  /** A file on the web. */
  | {
      readonly step: 'publish-file';
      readonly url: string;
      readonly body: string;
      readonly because: RecordReason;
    }
  /** Something to do before the steps that follow it. */
  | { readonly step: 'first'; readonly what: Prerequisite; readonly subject: string }
  | { readonly step: 'wait'; readonly until: 'ttl-passed' | 'reports-clean' }
  | { readonly step: 'nothing'; readonly about: 'tls-reporting' | 'mta-sts' | 'dane' };

export type RecordReason =
  | 'hear-of-failures'
  | 'repair-record'
  | 'policy-missing'
  | 'policy-invalid'
  | 'policy-names-other-hosts'
  | 'policy-not-enforced'
  | 'policy-switched-off'
  | 'tlsa-missing'
  | 'tlsa-stale'
  | 'tlsa-unusable';

export type Prerequisite =
  | 'sign-zone-of-domain'
  | 'sign-zone-of-host'
  | 'fit-certificate'
  | 'offer-encryption'
  | 'repair-signatures'
  | 'test-host'
  /** The policy could not be looked at, so what is there may be right. */
  | 'look-again';

/** What there is to do about a domain's records. */
export interface RecordSteps {
  /** What closes its gaps, in the order in which it is safe; `nothing` where a kind of record is in order. */
  readonly steps: readonly RecordStep[];
  /** A second policy beside one that already obliges senders: more of them would be held to it. */
  readonly suggested: Suggested | null;
}

export interface Suggested {
  readonly about: 'mta-sts' | 'dane';
  readonly steps: readonly RecordStep[];
}

/** Long enough to outlast an attack, short enough to be changed (RFC 8461 section 10.2 speaks of weeks). */
const MAX_AGE_SECONDS = 2_592_000;
const FIRST_MAX_AGE_SECONDS = 86_400;

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

function mtaStsSteps(question: RecordsQuestion): readonly RecordStep[] {
  const { domain, hosts, mtaSts } = question;
  const because = mtaStsGap(question);
  if (mtaSts.status === 'unavailable')
    return [{ step: 'first', what: 'look-again', subject: `mta-sts.${domain}` }];
  if (hosts.length === 0) return [{ step: 'nothing', about: 'mta-sts' }];
  const before = hosts.flatMap((host) => unmet(host));
  if (because === null) return before.length === 0 ? [{ step: 'nothing', about: 'mta-sts' }] : before;
  // RFC 8461 section 8.3: the policy stands before the record that announces it.
  const inMode = (mode: 'testing' | 'enforce', number: number): readonly RecordStep[] => [
    {
      step: 'publish-file',
      url: `https://mta-sts.${domain}/.well-known/mta-sts.txt`,
      body: policyBody(question, mode),
      because,
    },
    {
      step: 'publish-record',
      name: `_mta-sts.${domain}.`,
      type: 'TXT',
      data: `"v=STSv1; id=${policyId(question.now, number)};"`,
      because,
    },
  ];
  const wait = { step: 'wait', until: 'reports-clean' } as const;
  const alreadyTesting = because === 'policy-not-enforced' && before.length === 0;
  if (alreadyTesting) return [wait, ...inMode('enforce', 1)];
  return [...before, ...inMode('testing', 1), wait, ...inMode('enforce', 2)];
}

/** What a host lacks that the policy asks of it (RFC 8461 section 4.2). */
function unmet({ host, tested, encrypts, certificateFit }: RecordsHost): readonly RecordStep[] {
  const what = !tested
    ? 'test-host'
    : !encrypts
      ? 'offer-encryption'
      : !certificateFit
        ? 'fit-certificate'
        : null;
  return what === null ? [] : [{ step: 'first', what, subject: host }];
}

/** Why the policy has to change; null when it is as it should be. */
function mtaStsGap({ mtaSts, hosts }: RecordsQuestion): RecordReason | null {
  if (mtaSts.status === 'none') return 'policy-missing';
  if (mtaSts.status === 'invalid') return 'policy-invalid';
  if (mtaSts.status === 'unavailable') return null;
  if (hosts.some((host) => host.mtaSts === 'no-match')) return 'policy-names-other-hosts';
  if (mtaSts.mode === 'none') return 'policy-switched-off';
  return mtaSts.mode === 'enforce' ? null : 'policy-not-enforced';
}

function policyBody({ hosts }: RecordsQuestion, mode: 'testing' | 'enforce'): string {
  const maxAgeSeconds = mode === 'testing' ? FIRST_MAX_AGE_SECONDS : MAX_AGE_SECONDS;
  const lines = [
    'version: STSv1',
    `mode: ${mode}`,
    ...hosts.filter(({ host }) => HOST_NAME.test(host)).map(({ host }) => `mx: ${host}`),
    `max_age: ${maxAgeSeconds}`,
  ];
  return lines.map((line) => `${line}\r\n`).join('');
}

/** An exchange that is no host name has no place in a policy: no sender can reach it. */
const HOST_NAME = /^[a-z0-9](?:[a-z0-9-]*[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]*[a-z0-9])?)*$/;

/** RFC 8461 section 3.1: 1 to 32 letters and digits, another one for every change. */
const policyId = (now: Date, number: number): string =>
  `${now.toISOString().replace(/\D/g, '').slice(0, 14)}${number}`;

function daneSteps({ domain, mxSigned, hosts }: RecordsQuestion): readonly RecordStep[] {
  const steps = hosts.flatMap((host) => hostDaneSteps(host));
  const sign: RecordStep = { step: 'first', what: 'sign-zone-of-domain', subject: domain };
  if (steps.length === 0) {
    const waiting = !mxSigned && hosts.some(({ dane }) => dane.published === 'secure');
    return [waiting ? sign : { step: 'nothing', about: 'dane' }];
  }
  const publishes = steps.some(({ step }) => step === 'publish-record');
  if (publishes) steps.push({ step: 'wait', until: 'ttl-passed' });
  return mxSigned ? steps : [sign, ...steps];
}

function hostDaneSteps(host: RecordsHost): readonly RecordStep[] {
  const base = `_25._tcp.${host.dane.baseDomain ?? host.host}`;
  const { published } = host.dane;
  if (published === 'unavailable') return [{ step: 'first', what: 'look-again', subject: base }];
  if (published === 'bogus') return [{ step: 'first', what: 'repair-signatures', subject: base }];
  const because = daneGap(host);
  if (because === null) return [];
  const steps: RecordStep[] = [];
  if (!host.signed) steps.push({ step: 'first', what: 'sign-zone-of-host', subject: host.host });
  const data = tlsaData(host.certificates);
  if (data.length === 0) {
    steps.push({ step: 'first', what: host.tested ? 'offer-encryption' : 'test-host', subject: host.host });
  }
  for (const one of data) {
    steps.push({ step: 'publish-record', name: `${base}.`, type: 'TLSA', data: one, because });
  }
  return steps;
}

function daneGap({ dane: { status, published, records } }: RecordsHost): RecordReason | null {
  if (status === 'mismatch' || status === 'partial') return 'tlsa-stale';
  if (status === 'unusable') return 'tlsa-unusable';
  // Records that wait for signed MX records are there already.
  if (published === 'secure' && records.length > 0) return null;
  return published === 'none' || published === 'insecure' ? 'tlsa-missing' : null;
}

/**
 * RFC 7672 section 3.1.1: DANE-EE(3) SPKI(1) SHA2-256(1), one for every key that the addresses show, so that a
 * server with an RSA and an ECDSA certificate, or with two machines, needs all of them.
 */
function tlsaData(certificates: readonly string[]): readonly string[] {
  const keys = certificates
    .map((base64) => readCertificate(Buffer.from(base64, 'base64'))?.publicKeyInfo)
    .filter((key) => key !== undefined);
  return [...new Set(keys.map((key) => `3 1 1 ${createHash('sha256').update(key).digest('hex')}`))];
}
