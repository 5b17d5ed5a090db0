/** What is to be said of an MTA-STS policy, and of the servers that it does not let pass. */
import { getDomain } from 'tldts';
import type { MtaStsState } from './mta-sts.ts';
import type { PolicyAdvice, PolicyFinding } from './policy-finding-codes.ts';
import { NO_FACTS, NOTHING } from './policy-judgement.ts';
import type { PolicyFindings, PolicyJudgement } from './policy-judgement.ts';

/** States what is to be said of one host that the policy does not let pass (RFC 8461 section 5). */
export function mtaStsHostFindings(
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

/** States what is to be said of the policy itself, and of a subdomain that has none of its own. */
export function mtaStsFindings({ domain, mtaSts: state, hosts }: PolicyJudgement): PolicyFindings {
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
export function meetsMtaSts(hosts: PolicyJudgement['hosts']): boolean {
  const inReach = hosts.filter(({ outOfReach }) => !outOfReach);
  return inReach.length > 0 && inReach.every(({ mtaSts }) => mtaSts === 'pass');
}
