/**
 * What is to be said of a domain's policies, faults first, and what its owner can do about it. The senders that lose
 * mail are named; a policy that protects is a merit; what merely could be better is a note.
 */
import { daneEncryptionOnly, daneFindings } from './dane-findings.ts';
import { meetsMtaSts, mtaStsFindings, mtaStsHostFindings } from './mta-sts-findings.ts';
import { NO_FACTS, NOTHING } from './policy-judgement.ts';
import type { PolicyFindings, PolicyJudgement } from './policy-judgement.ts';
import { SENDERS_TABLE } from './senders-table.ts';
import type { PolicyFinding } from './policy-finding-codes.ts';

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
