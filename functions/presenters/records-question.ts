/** From a check to the question of what its domain should publish. */
import type { HostAssessment } from '../assessment/assessment.ts';
import { isTested } from '../assessment/coverage.ts';
import type { DomainEvidence } from '../assessment/domain-evidence.ts';
import { faultsUnderHostName, lastTls } from '../assessment/host-name-look.ts';
import { isUnfit } from '../assessment/mta-sts.ts';
import type { PolicyAssessment } from '../assessment/policy-assessment.ts';
import type { RecordsHost, RecordsQuestion } from './record-step.ts';

/**
 * @param evidence what was seen
 * @param mailServers the judgement on its servers, one for each of `evidence.hosts`, in that order
 * @param policies the judgement on its policies
 */
export function recordsQuestion(
  evidence: Pick<DomainEvidence, 'domain' | 'mx' | 'hosts'>,
  mailServers: readonly HostAssessment[],
  { mtaSts, tlsReporting, hosts }: PolicyAssessment,
  now: Date,
): RecordsQuestion {
  const judged = mailServers.flatMap((server, index): readonly RecordsHost[] => {
    const policies = hosts[index];
    // An exchange that no mail can be delivered to has nothing to publish.
    if (policies === undefined || (server.fault !== null && server.fault !== 'alias')) return [];
    const tested = server.addresses.filter(isTested);
    const encrypted = tested.filter(({ outcome }) => outcome === 'encrypted');
    const certificates = encrypted.flatMap(({ ip }) => {
      const own = lastTls(ip, evidence.hosts[index])?.chain[0];
      return own === undefined ? [] : [own.derBase64];
    });
    return [
      {
        host: server.host,
        dane: policies.dane,
        mtaSts: policies.mtaSts,
        certificates,
        certificateFit: encrypted.every(
          ({ ip }) => faultsUnderHostName(ip, server.host, evidence.hosts[index])?.some(isUnfit) === false,
        ),
        signed: server.dns.securityStatus === 'secure',
        tested: tested.length > 0,
        encrypts: encrypted.length === tested.length,
      },
    ];
  });
  const mxSigned = evidence.mx.answer.securityStatus === 'secure';
  return { domain: evidence.domain, mxSigned, hosts: judged, mtaSts, tlsReporting, now };
}
