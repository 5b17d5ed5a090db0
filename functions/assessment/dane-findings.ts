/** What is to be said of DANE, server by server, and of a domain that it protects without a name. */
import type { AddressDaneJudgement, HostDane } from './dane.ts';
import type { PolicyFinding } from './policy-finding-codes.ts';
import { NO_FACTS, NOTHING } from './policy-judgement.ts';
import type { PolicyFindings, PolicyJudgement } from './policy-judgement.ts';

/** States what is to be said of one host's TLSA records, beside those of the others. */
export function daneFindings(
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

/** RFC 7672 section 2.2: records that cannot be used oblige senders to encrypt, and name nobody. */
export function daneEncryptionOnly({ domain, protection, hosts }: PolicyJudgement): PolicyFindings {
  if (!protection.encryptionOnly || hosts.every(({ leadsNowhere }) => leadsNowhere)) return NOTHING;
  const it = { facts: NO_FACTS, kind: 'note', scope: 'domain', subject: domain } as const;
  return { findings: [{ code: 'dane-encryption-only', ...it }], advice: [] };
}
