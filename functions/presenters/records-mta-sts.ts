/** An MTA-STS record and policy from a domain's MX list, in the order in which they lose no mail. */
import type { RecordReason, RecordsHost, RecordsQuestion, RecordStep } from './record-step.ts';

/** Long enough to outlast an attack, short enough to be changed (RFC 8461 section 10.2 speaks of weeks). */
const MAX_AGE_SECONDS = 2_592_000;
const FIRST_MAX_AGE_SECONDS = 86_400;

/** @returns what is to be done before it, the policy in testing, a wait, the policy enforced; or that nothing is */
export function mtaStsSteps(question: RecordsQuestion): readonly RecordStep[] {
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
