/**
 * What is to be said of a domain's policies, faults first, and what its owner can do about it. The senders that lose
 * mail are named; a policy that protects is a merit; what merely could be better is a note.
 */
import { getDomain } from 'tldts';
import type { TlsReporting } from '../policy/tls-reporting.ts';
import type { AddressDaneJudgement, HostDane } from './dane.ts';
import type { HostMtaSts, MtaStsState } from './mta-sts.ts';
import type { Protection } from './protection.ts';
import type { RequireTlsJudgement } from './require-tls.ts';
import type { SenderJudgement } from './senders.ts';
import { SENDERS_TABLE } from './senders-table.ts';
import type { PolicyAdvice, PolicyFinding } from './policy-finding-codes.ts';

export interface PolicyFindings {
  readonly findings: readonly PolicyFinding[];
  readonly advice: readonly PolicyAdvice[];
}

export interface PolicyJudgement {
  readonly domain: string;
  readonly hosts: readonly {
    readonly host: string;
    readonly leadsNowhere: boolean;
    readonly outOfReach: boolean;
    readonly dane: HostDane;
    readonly mtaSts: HostMtaSts;
  }[];
  readonly mtaSts: MtaStsState;
  readonly tlsReporting: TlsReporting;
  readonly protection: Protection;
  readonly requireTls: RequireTlsJudgement;
  readonly senders: readonly Pick<SenderJudgement, 'sender' | 'outcome' | 'because'>[];
}

const NO_FACTS: Readonly<Record<string, never>> = {};

/** States what is to be said, faults first, and what the domain's owner can do. */
export function policyFindings(judgement: PolicyJudgement): PolicyFindings {
  const parts = [
    refusals(judgement),
    ...judgement.hosts.map((host) => daneFindings(host, judgement)),
    ...judgement.hosts.map((host) => mtaStsHostFindings(host, judgement.mtaSts)),
    mtaStsFindings(judgement),
    tlsReportingFindings(judgement),
    merits(judgement),
    daneEncryptionOnly(judgement),
    requireTlsFindings(judgement),
  ];
  const order = ['fault', 'gap', 'merit', 'note'] as const;
  return {
    findings: parts
      .flatMap(({ findings }) => findings)
      .toSorted((a, b) => order.indexOf(a.kind) - order.indexOf(b.kind)),
    advice: parts.flatMap(({ advice }) => advice),
  };
}

const OPPORTUNISTIC: ReadonlySet<string> = new Set(
  SENDERS_TABLE.flatMap(({ sender, withoutTls }) => (withoutTls === 'delivers-in-clear' ? [sender] : [])),
);
const NOTHING: PolicyFindings = { findings: [], advice: [] };

/** Senders that refuse for the domain's policies, and would deliver without them. */
function refusals({ domain, senders, protection }: PolicyJudgement): PolicyFindings {
  if (protection.delivery !== 'failing') return NOTHING;
  const refusing = senders.filter(
    ({ sender, outcome, because }) =>
      outcome === 'refused' &&
      (/^(?:dane|mta-sts)-/.test(because) ||
        (/^(?:starttls|tls)-/.test(because) && OPPORTUNISTIC.has(sender))),
  );
  const facts = { senders: refusing.map(({ sender }) => sender).join(',') };
  const finding: PolicyFinding = {
    code: 'mail-refused',
    facts,
    kind: 'fault',
    scope: 'domain',
    subject: domain,
  };
  return { findings: [finding], advice: [] };
}

function daneFindings(
  { host, leadsNowhere, outOfReach, dane }: PolicyJudgement['hosts'][number],
  { hosts }: PolicyJudgement,
): PolicyFindings {
  if (outOfReach) return NOTHING;
  const it = { scope: 'host', subject: host } as const;
  const unlikeOthers: PolicyFinding | null = hosts.some((other) => OBLIGED.has(other.dane.status))
    ? { code: 'dane-host-without-records', facts: NO_FACTS, kind: 'fault', ...it }
    : null;
  // What is wrong with a host that has no address is said elsewhere; that somebody can forge one for it, here.
  if (leadsNowhere) {
    return unlikeOthers === null || OBLIGED.has(dane.status)
      ? NOTHING
      : { findings: [unlikeOthers], advice: [] };
  }
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
    case 'none':
      if (dane.published === 'secure') {
        return {
          findings: [{ code: 'dane-insecure-mx', facts: NO_FACTS, kind: 'note', ...it }],
          advice: [{ code: 'sign-mx-records', facts: NO_FACTS, audience: 'receiver', ...it }],
        };
      }
      return unlikeOthers === null
        ? NOTHING
        : {
            findings: [unlikeOthers],
            advice: [{ code: 'publish-tlsa-for-every-host', facts: NO_FACTS, audience: 'receiver', ...it }],
          };
    case 'match':
    case 'not-tested':
      break;
  }
  return NOTHING;
}

/** Of a host whose records a sender that checks DANE holds to. */
const OBLIGED: ReadonlySet<HostDane['status']> = new Set<HostDane['status']>([
  'match',
  'mismatch',
  'partial',
  'unusable',
  'not-tested',
]);

const whyNot = (addresses: readonly AddressDaneJudgement[]): string =>
  addresses.find(({ status }) => status === 'mismatch')?.because ?? 'no-record-matches';

function daneEncryptionOnly({ domain, protection, hosts }: PolicyJudgement): PolicyFindings {
  if (!protection.encryptionOnly || hosts.every(({ leadsNowhere }) => leadsNowhere)) return NOTHING;
  const it = { facts: NO_FACTS, kind: 'note', scope: 'domain', subject: domain } as const;
  return { findings: [{ code: 'dane-encryption-only', ...it }], advice: [] };
}

function requireTlsFindings({ domain, requireTls }: PolicyJudgement): PolicyFindings {
  if (requireTls === 'not-offered' || requireTls === 'unknown') return NOTHING;
  const it = { facts: NO_FACTS, scope: 'domain', subject: domain } as const;
  const said = {
    reliable: { code: 'requiretls-reliable', kind: 'merit', ...it },
    'in-part': { code: 'requiretls-in-part', kind: 'note', ...it },
    unproven: { code: 'requiretls-unproven', kind: 'note', ...it },
  } as const;
  return { findings: [said[requireTls]], advice: [] };
}

function mtaStsHostFindings(
  { host, leadsNowhere, mtaSts: because }: PolicyJudgement['hosts'][number],
  state: MtaStsState,
): PolicyFindings {
  if (leadsNowhere) return NOTHING;
  if (state.status !== 'valid' || because === 'none' || because === 'pass' || because === 'not-tested')
    return NOTHING;
  const it = { facts: { because }, scope: 'host', subject: host } as const;
  const mode = state.mode === 'enforce' ? 'enforce' : 'testing';
  const facts = { because, mode } as const;
  const advice: PolicyAdvice = { ...it, code: 'repair-mta-sts-host', audience: 'receiver', facts };
  return mode === 'enforce'
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
    if (meetsMtaSts(hosts)) {
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

/** Of servers that nobody knows, because the lookup failed or there are none, nothing of the kind is said. */
function meetsMtaSts(hosts: PolicyJudgement['hosts']): boolean {
  const inReach = hosts.filter(({ outOfReach }) => !outOfReach);
  return inReach.length > 0 && inReach.every(({ mtaSts }) => mtaSts === 'pass');
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
  const inReach = hosts.filter(({ outOfReach }) => !outOfReach);
  if (inReach.length > 0 && inReach.every(({ dane }) => dane.status === 'match'))
    findings.push({ code: 'dane-protects', ...it });
  if (protection.protectedBy.includes('mta-sts') && meetsMtaSts(hosts)) {
    findings.push({ code: 'mta-sts-protects', ...it });
  }
  return { findings, advice: [] };
}
