/**
 * What is to be said of a domain's policies, as codes with the facts their sentences need. `FindingFacts` of the
 * other findings takes these in; the order is that of importance.
 */
import { getDomain } from 'tldts';
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { AddressDaneJudgement, HostDane } from './dane.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';
import type { Protection } from './protection.ts';

type NoFacts = Readonly<Record<string, never>>;

/** The facts of each finding, by code. */
export interface PolicyFindingFacts {
  // Mail is being lost.
  /** No address of the host matches its TLSA records. */
  'dane-mismatch': { readonly because: string };
  'dane-partial-match': { readonly because: string };
  'dane-bogus': NoFacts;
  /** The host fails the domain's own MTA-STS policy in mode enforce. */
  'mta-sts-host-refused': {
    readonly because: Extract<HostMtaSts, 'no-match' | 'certificate-invalid' | 'no-starttls'>;
  };

  // Policies that do not hold.
  'mta-sts-invalid': { readonly because: string; readonly line: number; readonly text: string };
  'tls-reporting-invalid': { readonly because: string; readonly text: string };
  'dane-unusable': { readonly records: number };
  /** TLSA records that are passed over, as the MX records that name the host are not signed. */
  'dane-insecure-mx': NoFacts;
  /** Some hosts have TLSA records and this one has none: an attacker leaves the sender only this one. */
  'dane-host-without-records': NoFacts;
  'mta-sts-max-age-short': { readonly maxAgeSeconds: number };
  'mta-sts-media-type': NoFacts;

  // What could not be looked at.
  'mta-sts-unavailable': { readonly because: string; readonly text: string };
  'dane-unavailable': NoFacts;
  'tls-reporting-unavailable': NoFacts;

  // What is well.
  'dane-protects': { readonly hosts: number };
  'mta-sts-protects': { readonly hosts: number };

  // What changes nothing.
  'mta-sts-testing': NoFacts;
  'mta-sts-mode-none': NoFacts;
  /** RFC 8461 section 3.1: a policy counts for its own domain and for none below it. */
  'mta-sts-not-inherited': { readonly parent: string };
  /** In mode testing: the host would be refused in mode enforce. */
  'mta-sts-host-would-be-refused': PolicyFindingFacts['mta-sts-host-refused'];
  /** RFC 7671 section 9: the record would match and a stronger digest of the same kind is published. */
  'tlsa-outranked': NoFacts;
  'not-reported': NoFacts;
}
export type PolicyFindingCode = keyof PolicyFindingFacts;

/** The facts of each piece of advice, by code; all of it is for who runs the domain's mail. */
export interface PolicyAdviceFacts {
  'update-tlsa': NoFacts;
  'repair-tlsa-signatures': NoFacts;
  'repair-mta-sts-host': PolicyFindingFacts['mta-sts-host-refused'];
  'repair-mta-sts-policy': NoFacts;
  'repair-tls-reporting': NoFacts;
  'publish-usable-tlsa': NoFacts;
  'sign-mx-records': NoFacts;
  'publish-tlsa-for-every-host': NoFacts;
  'lengthen-max-age': NoFacts;
  'enforce-mta-sts': NoFacts;
  'publish-tls-reporting': NoFacts;
}
export type PolicyAdviceCode = keyof PolicyAdviceFacts;

export type PolicyFinding = {
  readonly [Code in PolicyFindingCode]: {
    readonly code: Code;
    readonly facts: PolicyFindingFacts[Code];
    readonly kind: 'fault' | 'gap' | 'merit' | 'note';
    readonly scope: 'domain' | 'host';
    /** The domain, or the host. */
    readonly subject: string;
  };
}[PolicyFindingCode];

export type PolicyAdvice = {
  readonly [Code in PolicyAdviceCode]: {
    readonly code: Code;
    readonly facts: PolicyAdviceFacts[Code];
    readonly audience: 'receiver';
    readonly scope: 'domain' | 'host';
    readonly subject: string;
  };
}[PolicyAdviceCode];

export interface PolicyFindings {
  readonly findings: readonly PolicyFinding[];
  readonly advice: readonly PolicyAdvice[];
}

export interface PolicyJudgement {
  readonly domain: string;
  readonly hosts: readonly { readonly host: string; readonly dane: HostDane; readonly mtaSts: HostMtaSts }[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  readonly protection: Protection;
}

const NO_FACTS: NoFacts = {};

/** States what is to be said, faults first, and what the domain's owner can do. */
export function policyFindings(judgement: PolicyJudgement): PolicyFindings {
  const parts = [
    ...judgement.hosts.map((host) => daneFindings(host, judgement)),
    ...judgement.hosts.map((host) => mtaStsHostFindings(host, judgement.mtaSts)),
    mtaStsFindings(judgement),
    tlsReportingFindings(judgement),
    merits(judgement),
  ];
  const order = ['fault', 'gap', 'merit', 'note'] as const;
  return {
    findings: parts
      .flatMap(({ findings }) => findings)
      .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    advice: parts.flatMap(({ advice }) => advice),
  };
}

const NOTHING: PolicyFindings = { findings: [], advice: [] };

function daneFindings(
  { host, dane }: PolicyJudgement['hosts'][number],
  { hosts }: PolicyJudgement,
): PolicyFindings {
  const it = { scope: 'host', subject: host } as const;
  const update = { code: 'update-tlsa', facts: NO_FACTS, audience: 'receiver', ...it } as const;
  const outranked = dane.records.some(({ fault, counts }) => fault === null && !counts);
  const because = whyNot(dane.addresses);
  switch (dane.status) {
    case 'mismatch':
    case 'partial': {
      const code = dane.status === 'mismatch' ? 'dane-mismatch' : 'dane-partial-match';
      const findings: PolicyFinding[] = [{ code, facts: { because }, kind: 'fault', ...it }];
      if (outranked) findings.push({ code: 'tlsa-outranked', facts: NO_FACTS, kind: 'note', ...it });
      return { findings, advice: [update] };
    }
    case 'bogus':
      return {
        findings: [{ code: 'dane-bogus', facts: NO_FACTS, kind: 'fault', ...it }],
        advice: [{ code: 'repair-tlsa-signatures', facts: NO_FACTS, audience: 'receiver', ...it }],
      };
    case 'unusable':
      return {
        findings: [{ code: 'dane-unusable', facts: { records: dane.records.length }, kind: 'fault', ...it }],
        advice: [{ code: 'publish-usable-tlsa', facts: NO_FACTS, audience: 'receiver', ...it }],
      };
    case 'unavailable':
      return { findings: [{ code: 'dane-unavailable', facts: NO_FACTS, kind: 'gap', ...it }], advice: [] };
    case 'insecure':
      return dane.published !== 'secure'
        ? NOTHING
        : {
            findings: [{ code: 'dane-insecure-mx', facts: NO_FACTS, kind: 'note', ...it }],
            advice: [{ code: 'sign-mx-records', facts: NO_FACTS, audience: 'receiver', ...it }],
          };
    case 'none':
      return hosts.every((other) => other.dane.status === 'none' || other.dane.status === 'insecure')
        ? NOTHING
        : {
            findings: [{ code: 'dane-host-without-records', facts: NO_FACTS, kind: 'fault', ...it }],
            advice: [{ code: 'publish-tlsa-for-every-host', facts: NO_FACTS, audience: 'receiver', ...it }],
          };
    case 'match':
    case 'not-tested':
      break;
  }
  return NOTHING;
}

const whyNot = (addresses: readonly AddressDaneJudgement[]): string =>
  addresses.find(({ status }) => status === 'mismatch')?.because ?? 'no-record-matches';

function mtaStsHostFindings(
  { host, mtaSts: because }: PolicyJudgement['hosts'][number],
  state: MtaStsState,
): PolicyFindings {
  if (state.status !== 'valid' || because === 'none' || because === 'pass' || because === 'not-tested')
    return NOTHING;
  const it = { facts: { because }, scope: 'host', subject: host } as const;
  const advice: PolicyAdvice = { code: 'repair-mta-sts-host', audience: 'receiver', ...it };
  return state.mode === 'enforce'
    ? { findings: [{ code: 'mta-sts-host-refused', kind: 'fault', ...it }], advice: [advice] }
    : { findings: [{ code: 'mta-sts-host-would-be-refused', kind: 'note', ...it }], advice: [advice] };
}

function mtaStsFindings({ domain, mtaSts: state, hosts }: PolicyJudgement): PolicyFindings {
  const it = { scope: 'domain', subject: domain } as const;
  const repair: PolicyAdvice = {
    code: 'repair-mta-sts-policy',
    facts: NO_FACTS,
    audience: 'receiver',
    ...it,
  };
  if (state.status === 'none') {
    const parent = getDomain(domain);
    if (parent === null || parent === domain) return NOTHING;
    return {
      findings: [{ code: 'mta-sts-not-inherited', facts: { parent }, kind: 'note', ...it }],
      advice: [],
    };
  }
  if (state.status === 'unavailable') {
    const facts = { because: state.because, text: state.part };
    return { findings: [{ code: 'mta-sts-unavailable', facts, kind: 'gap', ...it }], advice: [] };
  }
  if (state.status === 'invalid') {
    const facts = { because: state.because, line: state.line ?? 0, text: state.part };
    return { findings: [{ code: 'mta-sts-invalid', facts, kind: 'fault', ...it }], advice: [repair] };
  }
  const findings: PolicyFinding[] = [];
  const advice: PolicyAdvice[] = [];
  if (state.mode === 'testing') {
    findings.push({ code: 'mta-sts-testing', facts: NO_FACTS, kind: 'note', ...it });
    if (hosts.every(({ mtaSts }) => mtaSts === 'pass')) {
      advice.push({ code: 'enforce-mta-sts', facts: NO_FACTS, audience: 'receiver', ...it });
    }
  }
  if (state.mode === 'none')
    findings.push({ code: 'mta-sts-mode-none', facts: NO_FACTS, kind: 'note', ...it });
  if (state.warnings.includes('max-age-short')) {
    const facts = { maxAgeSeconds: state.maxAgeSeconds };
    findings.push({ code: 'mta-sts-max-age-short', facts, kind: 'note', ...it });
    advice.push({ code: 'lengthen-max-age', facts: NO_FACTS, audience: 'receiver', ...it });
  }
  if (state.warnings.includes('media-type')) {
    findings.push({ code: 'mta-sts-media-type', facts: NO_FACTS, kind: 'note', ...it });
  }
  return { findings, advice };
}

function tlsReportingFindings({ domain, tlsReporting, protection }: PolicyJudgement): PolicyFindings {
  const it = { scope: 'domain', subject: domain } as const;
  if (tlsReporting.status === 'unavailable') {
    return {
      findings: [{ code: 'tls-reporting-unavailable', facts: NO_FACTS, kind: 'gap', ...it }],
      advice: [],
    };
  }
  if (tlsReporting.status === 'invalid') {
    const facts = { because: tlsReporting.because, text: tlsReporting.part };
    return {
      findings: [{ code: 'tls-reporting-invalid', facts, kind: 'fault', ...it }],
      advice: [{ code: 'repair-tls-reporting', facts: NO_FACTS, audience: 'receiver', ...it }],
    };
  }
  // Without a policy there is no failure that a sender would report.
  if (tlsReporting.status === 'valid' || protection.protectedBy.length === 0) return NOTHING;
  return {
    findings: [{ code: 'not-reported', facts: NO_FACTS, kind: 'note', ...it }],
    advice: [{ code: 'publish-tls-reporting', facts: NO_FACTS, audience: 'receiver', ...it }],
  };
}

function merits({ domain, hosts, protection }: PolicyJudgement): PolicyFindings {
  const it = { facts: { hosts: hosts.length }, kind: 'merit', scope: 'domain', subject: domain } as const;
  const findings: PolicyFinding[] = [];
  if (hosts.length > 0 && hosts.every(({ dane }) => dane.status === 'match'))
    findings.push({ code: 'dane-protects', ...it });
  if (protection.protectedBy.includes('mta-sts') && hosts.every(({ mtaSts }) => mtaSts === 'pass')) {
    findings.push({ code: 'mta-sts-protects', ...it });
  }
  return { findings, advice: [] };
}
